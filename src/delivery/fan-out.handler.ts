import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { newId } from '../platform/ids';
import type { Message, TransactionalHandler } from '../platform/outbox';
import { WakeBus } from '../platform/wake';
import { type SignedFacts, takesPlaceSql } from '../reporting';
import type { Channel, ChannelKind } from './delivery.entities';
import { statesBefore } from './delivery.state';
import { FAN_OUT } from './delivery.subscriptions';
import { Inboxes, inboxTopic } from './inbox/inboxes';
import { Lanes } from './lanes/lanes';
import { Openings } from './inbox/openings';
import { WithdrawHandler } from './withdraw.handler';

type Target = Pick<Channel, 'id' | 'kind'>;

interface Made {
  id: string;
  channel_id: string;
  channel_kind: ChannelKind;
  /** Deliveries of the exam that were there before. */
  others: number;
}

interface Behind extends Pick<SignedFacts, 'clinicId' | 'number' | 'kind'> {
  readonly id: string;
  readonly signedAt: Date;
  readonly recalled: boolean;
}

/** Versions of exam $2 before number $3 whose signature, or whose recall, no channel has heard of yet. */
const BEHIND = `
  SELECT v.id, v.clinic_id AS "clinicId", v.number, v.kind, v.signed_at AS "signedAt", r.version_id IS NOT NULL AS recalled
  FROM report_version v LEFT JOIN report_recall r ON r.county_id = $1 AND r.version_id = v.id
  WHERE v.county_id = $1 AND v.exam_id = $2 AND v.number < $3 AND (r.version_id IS NOT NULL) = EXISTS (
    SELECT 1 FROM delivery d WHERE d.county_id = $1 AND d.report_version_id = v.id AND d.event = 'signed' AND d.recalled_at IS NULL)
  ORDER BY v.number`;

/**
 * A version was signed: makes one delivery per active channel of its clinic. Few round trips, because this stands between
 * 审签 and the clinic's screen.
 */
@Injectable()
export class FanOutHandler implements TransactionalHandler {
  readonly consumer = FAN_OUT;

  constructor(
    private readonly inboxes: Inboxes,
    private readonly lanes: Lanes,
    private readonly openings: Openings,
    private readonly withdrawals: WithdrawHandler,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly wake: WakeBus,
  ) {}

  async handle(tx: Tx, message: Message): Promise<void> {
    const facts = message.payload as unknown as SignedFacts;
    const targets = await this.lockTargets(tx, facts.clinicId);
    if (facts.number > 1) await this.catchUp(tx, facts);
    await this.fanOut(tx, message.subjectId, facts, targets);
  }

  /**
   * News may arrive in the wrong order, what a clinic gets may not: what has become of the versions before this one goes
   * first, and their own news finds it done.
   */
  private async catchUp(tx: Tx, { examId, number }: SignedFacts): Promise<void> {
    const behind = await tx.rows<Behind>(BEHIND, [tx.ctx.countyId, examId, number]);
    for (const { id: versionId, clinicId, number: earlier, kind, signedAt, recalled } of behind) {
      if (recalled) {
        await this.withdrawals.withdraw(tx, { examId, clinicId, versionId, number: earlier });
        continue;
      }
      const facts = { examId, clinicId, number: earlier, kind, signedAt: signedAt.toISOString() };
      await this.fanOut(tx, versionId, facts, await this.lockTargets(tx, clinicId));
    }
  }

  private async fanOut(tx: Tx, versionId: string, facts: SignedFacts, targets: readonly Target[]): Promise<void> {
    const made = await this.insert(tx, versionId, facts, targets);
    if (made.length === 0) return;
    const webhooks = made.filter(({ channel_kind: kind }) => kind === 'webhook');
    if (webhooks.length > 0) {
      const lanes = webhooks.map(({ channel_id: channelId }) => ({ examId: facts.examId, channelId }));
      await this.lanes.due(tx, lanes);
    }
    if (made.some(({ others }) => others > 0)) await this.supersede(tx, facts.examId);
    await this.openings.follow(tx, versionId);
    await this.audit.record(tx, {
      action: 'delivery.create',
      subjectType: 'report_version',
      subjectId: versionId,
      details: { examId: facts.examId, deliveries: made.map(({ id, channel_id: channelId }) => ({ id, channelId })) },
    });
    tx.afterCommit(() => this.wake.announce(inboxTopic(facts.clinicId)));
  }

  /**
   * The clinic's active channels. The inbox counter is locked until the commit and before anything is looked at: fan-outs
   * of one clinic come one after the other, so numbers are taken only for rows that are really made, and become visible
   * in their order.
   */
  private async lockTargets(tx: Tx, clinicId: string): Promise<Target[]> {
    const targets = await this.selectTargets(tx, clinicId);
    if (targets.length > 0) return targets;
    await this.inboxes.open(tx, clinicId);
    return this.selectTargets(tx, clinicId);
  }

  private selectTargets(tx: Tx, clinicId: string): Promise<Target[]> {
    return tx.rows<Target>(
      `SELECT c.id, c.kind FROM inbox_lane l JOIN channel c ON c.clinic_id = l.clinic_id AND c.active
       WHERE l.county_id = $1 AND l.clinic_id = $2 FOR UPDATE OF l`,
      [tx.ctx.countyId, clinicId],
    );
  }

  private insert(tx: Tx, versionId: string, facts: SignedFacts, targets: readonly Target[]): Promise<Made[]> {
    return tx.rows<Made>(
      `WITH wanted AS (
         SELECT w.* FROM unnest($9::uuid[], $10::uuid[], $11::text[]) AS w (id, channel_id, kind)
         WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.report_version_id = $2 AND d.channel_id = w.channel_id)
           -- called back before its news came here: nothing is to go out
           AND NOT EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = $2)),
       numbered AS (
         UPDATE inbox_lane SET last_seq = last_seq + 1
         WHERE county_id = $1 AND clinic_id = $4 AND EXISTS (SELECT 1 FROM wanted WHERE kind = 'inbox') RETURNING last_seq)
       INSERT INTO delivery (id, county_id, clinic_id, exam_id, report_version_id, version_number, version_kind, channel_id,
         channel_kind, seq, state, tries_since, signed_at, created_at, updated_at)
       SELECT w.id, $1, $4, $3, $2, $5, $6, w.channel_id, w.kind,
         CASE WHEN w.kind = 'inbox' THEN (SELECT last_seq FROM numbered) END, 'PENDING', $8, $7, $8, $8
       FROM wanted w
       ON CONFLICT (report_version_id, channel_id, event) DO NOTHING
       RETURNING id, channel_id, channel_kind,
         (SELECT count(*) FROM delivery o WHERE o.county_id = $1 AND o.exam_id = $3)::int AS others`,
      [
        tx.ctx.countyId,
        versionId,
        facts.examId,
        facts.clinicId,
        facts.number,
        facts.kind,
        facts.signedAt,
        this.clock.now(),
        targets.map(() => newId()),
        targets.map(({ id }) => id),
        targets.map(({ kind }) => kind),
      ],
    );
  }

  /**
   * Points every older delivery of the exam at the newest one of its channel that takes its place, and skips those that
   * no webhook has been sent: the newest says which it replaces. An inbox keeps them, for its numbers have no gap. An
   * addendum takes nobody's place, and keeps its own when demographics are corrected. News may arrive in the wrong
   * order, so all are looked at.
   */
  private async supersede(tx: Tx, examId: string): Promise<void> {
    await tx.change(
      `UPDATE delivery d SET superseded_by = newest.id, updated_at = $3,
         state = CASE WHEN d.channel_kind = 'webhook' AND d.attempts = 0 AND d.state = ANY($4) THEN 'SUPERSEDED' ELSE d.state END
       FROM (SELECT DISTINCT ON (earlier.id) earlier.id AS earlier_id, later.id FROM delivery earlier
             JOIN delivery later ON later.county_id = $1 AND later.exam_id = $2 AND later.channel_id = earlier.channel_id
               AND later.version_number > earlier.version_number AND later.event = 'signed' AND later.recalled_at IS NULL
               AND ${takesPlaceSql('later.version_kind', 'earlier.version_kind')}
             WHERE earlier.county_id = $1 AND earlier.exam_id = $2
             ORDER BY earlier.id, later.version_number DESC) newest
       WHERE d.county_id = $1 AND d.id = newest.earlier_id AND d.superseded_by IS DISTINCT FROM newest.id`,
      [tx.ctx.countyId, examId, this.clock.now(), statesBefore('SUPERSEDED')],
    );
  }
}
