import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { newId } from '../platform/ids';
import type { Message, TransactionalHandler } from '../platform/outbox';
import { WakeBus } from '../platform/wake';
import type { RecalledFacts } from '../reporting';
import type { Delivery } from './delivery.entities';
import { statesBefore } from './delivery.state';
import { WITHDRAW } from './delivery.subscriptions';
import { inboxTopic } from './inbox/inboxes';
import { Lanes } from './lanes/lanes';

type Told = Pick<Delivery, 'id' | 'channel_id' | 'channel_kind' | 'state' | 'ambiguous'>;

/**
 * A version was called back before anybody at the clinic had seen it: what has not gone out stays here, and where it has,
 * or may have, the clinic is told by a delivery of its own.
 */
@Injectable()
export class WithdrawHandler implements TransactionalHandler {
  readonly consumer = WITHDRAW;

  constructor(
    private readonly lanes: Lanes,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly wake: WakeBus,
  ) {}

  async handle(tx: Tx, message: Message): Promise<void> {
    await this.withdraw(tx, message.payload as unknown as RecalledFacts);
  }

  /** Once for every version; said again, it finds nothing left to do. */
  async withdraw(tx: Tx, facts: RecalledFacts): Promise<void> {
    // As in the fan-out: whichever of the two comes second finds what the other has done.
    await tx.row('SELECT 1 FROM inbox_lane WHERE county_id = $1 AND clinic_id = $2 FOR UPDATE', [
      tx.ctx.countyId,
      facts.clinicId,
    ]);
    const sent = await this.sentOf(tx, facts);
    if (sent.length === 0) return;
    const lanes = sent.filter(({ channel_kind: kind }) => kind === 'webhook');
    if (lanes.length > 0) {
      const due = lanes.map(({ channel_id: channelId }) => ({ examId: facts.examId, channelId }));
      await this.lanes.due(tx, due);
    }
    const held = await this.holdBack(tx, facts);
    await this.reinstate(tx, facts, sent);
    const perhapsThere = sent.filter(({ id, ambiguous }) => ambiguous || !held.includes(id));
    await this.tell(tx, facts, perhapsThere);
    await this.audit.record(tx, {
      action: 'delivery.withdraw',
      subjectType: 'report_version',
      subjectId: facts.versionId,
      details: { examId: facts.examId, held, told: perhapsThere.map(({ id }) => id) },
    });
    tx.afterCommit(() => this.wake.announce(inboxTopic(facts.clinicId)));
  }

  private sentOf(tx: Tx, { versionId }: RecalledFacts): Promise<Told[]> {
    return tx.rows<Told>(
      `SELECT id, channel_id, channel_kind, state, ambiguous FROM delivery
       WHERE county_id = $1 AND report_version_id = $2 AND event = 'signed' AND recalled_at IS NULL ORDER BY channel_id`,
      [tx.ctx.countyId, versionId],
    );
  }

  /** Marks all of them, and ends those that are not out; a request on its way ends at its result. Answers the ended ones. */
  private async holdBack(tx: Tx, { versionId }: RecalledFacts): Promise<string[]> {
    const marked = await tx.rows<Pick<Delivery, 'id' | 'state'>>(
      `UPDATE delivery SET recalled_at = $3, updated_at = $3,
         state = CASE WHEN state = ANY($4) THEN 'RECALLED' ELSE state END,
         next_attempt_at = CASE WHEN state = ANY($4) THEN NULL ELSE next_attempt_at END
       WHERE county_id = $1 AND report_version_id = $2 AND event = 'signed' RETURNING id, state`,
      [tx.ctx.countyId, versionId, this.clock.now(), statesBefore('RECALLED')],
    );
    return marked.filter(({ state }) => state === 'RECALLED').map(({ id }) => id);
  }

  /** What the version had taken the place of stands again: a preliminary report, as it went out or is still to go. */
  private async reinstate(tx: Tx, { examId }: RecalledFacts, recalled: readonly Told[]): Promise<void> {
    await tx.change(
      `UPDATE delivery SET superseded_by = NULL, updated_at = $4,
         state = CASE WHEN state = 'SUPERSEDED' AND recalled_at IS NULL THEN 'PENDING' ELSE state END
       WHERE county_id = $1 AND exam_id = $2 AND superseded_by = ANY($3)`,
      [tx.ctx.countyId, examId, recalled.map(({ id }) => id), this.clock.now()],
    );
  }

  private async tell(tx: Tx, facts: RecalledFacts, channels: readonly Told[]): Promise<void> {
    await tx.change(
      `WITH wanted AS (
         SELECT new_row.id, d.* FROM unnest($4::uuid[], $5::uuid[]) AS new_row (id, delivery_id)
         JOIN LATERAL (SELECT clinic_id, exam_id, report_version_id, version_number, version_kind, channel_id, channel_kind, signed_at
           FROM delivery WHERE county_id = $1 AND id = new_row.delivery_id) d ON true),
       numbered AS (
         UPDATE inbox_lane SET last_seq = last_seq + 1
         WHERE county_id = $1 AND clinic_id = $2 AND EXISTS (SELECT 1 FROM wanted WHERE channel_kind = 'inbox') RETURNING last_seq)
       INSERT INTO delivery (id, county_id, clinic_id, exam_id, report_version_id, version_number, version_kind, event, channel_id,
         channel_kind, seq, state, tries_since, signed_at, created_at, updated_at)
       SELECT id, $1, clinic_id, exam_id, report_version_id, version_number, version_kind, 'recalled', channel_id, channel_kind,
         CASE WHEN channel_kind = 'inbox' THEN (SELECT last_seq FROM numbered) END, 'PENDING', $3, signed_at, $3, $3
       FROM wanted`,
      [tx.ctx.countyId, facts.clinicId, this.clock.now(), channels.map(() => newId()), channels.map(({ id }) => id)],
    );
  }
}
