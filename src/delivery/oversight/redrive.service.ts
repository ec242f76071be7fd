import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import type { Redrive } from '../delivery.dto';
import type { Delivery } from '../delivery.entities';
import { Lanes } from '../lanes/lanes';

const BATCH = 500;

/**
 * Why a delivery was left alone. not_failed: it waits already, is through, or has no retries at all (an inbox).
 * channel_off: switch the channel on, that sends what waits. newer_sent: a later version of the exam is (perhaps) at the
 * clinic; the old one must not arrive after it.
 */
export type SkipReason = 'not_found' | 'not_failed' | 'channel_off' | 'newer_sent';

export interface Redriven {
  readonly redriven: readonly string[];
  readonly skipped: readonly { readonly deliveryId: string; readonly reason: SkipReason }[];
  /** There are more of the kind that was asked for: ask again. */
  readonly more: boolean;
}

type Candidate = Pick<Delivery, 'id' | 'exam_id' | 'channel_id' | 'channel_kind' | 'state'> & {
  readonly active: boolean;
  readonly newer_sent: boolean;
};

/** 重发: brings given-up or failing deliveries back, under their old ids, with a fresh retry table. */
@Injectable()
export class RedriveService {
  constructor(
    private readonly db: Db,
    private readonly lanes: Lanes,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** One, many, or all of a channel or state, oldest first, 500 at a time. Repeating it changes nothing. */
  async redrive(ctx: Ctx, input: Redrive): Promise<Redriven> {
    return this.db.write(ctx, async (tx) => {
      const found = await this.choose(tx, input);
      const ids = found.slice(0, BATCH).map(({ id }) => id);
      await this.lockChannels(tx, found);
      const candidates = await this.candidates(tx, ids);
      const chosen = candidates.filter((candidate) => skipReason(candidate, input) === null);
      const redriven = await this.bringBack(tx, chosen);
      if (redriven.length > 0) await this.record(tx, input, redriven);
      return { redriven, skipped: skipped(input.deliveryIds ?? [], candidates, input), more: found.length > BATCH };
    });
  }

  private choose(tx: Tx, input: Redrive): Promise<Pick<Delivery, 'id' | 'channel_id'>[]> {
    if (input.deliveryIds) {
      return tx.rows('SELECT id, channel_id FROM delivery WHERE county_id = $1 AND id = ANY($2)', [
        tx.ctx.countyId,
        input.deliveryIds,
      ]);
    }
    return tx.rows(
      `SELECT id, channel_id FROM delivery
       WHERE county_id = $1 AND state = $2 AND ($3::uuid IS NULL OR channel_id = $3)
         AND EXISTS (SELECT 1 FROM channel c WHERE c.id = delivery.channel_id AND c.active)
         AND NOT ${NEWER_SENT}
       ORDER BY id LIMIT ${BATCH + 1}`,
      [tx.ctx.countyId, input.state ?? 'DEAD', input.channelId ?? null],
    );
  }

  /**
   * Locks the channels, so that no attempt begins while it is decided what may still be sent; in the order of their ids,
   * so that two redrives do not wait for each other. The person has seen to the endpoint: it may be tried at once.
   */
  private async lockChannels(tx: Tx, found: readonly Pick<Delivery, 'channel_id'>[]): Promise<void> {
    const ids = [...new Set(found.map(({ channel_id: id }) => id))];
    await tx.rows('SELECT id FROM channel WHERE county_id = $1 AND id = ANY($2) ORDER BY id FOR NO KEY UPDATE', [
      tx.ctx.countyId,
      ids,
    ]);
    await tx.change(
      `UPDATE channel SET breaker_until = $3
       WHERE county_id = $1 AND id = ANY($2) AND breaker_state = 'open' AND breaker_until > $3`,
      [tx.ctx.countyId, ids, this.clock.now()],
    );
  }

  private candidates(tx: Tx, ids: readonly string[]): Promise<Candidate[]> {
    return tx.rows<Candidate>(
      `SELECT delivery.id, delivery.exam_id, delivery.channel_id, delivery.channel_kind, delivery.state, c.active, ${NEWER_SENT} AS newer_sent
       FROM delivery JOIN channel c ON c.id = delivery.channel_id
       WHERE delivery.county_id = $1 AND delivery.id = ANY($2) ORDER BY delivery.id`,
      [tx.ctx.countyId, ids],
    );
  }

  private async bringBack(tx: Tx, chosen: readonly Candidate[]): Promise<string[]> {
    if (chosen.length === 0) return [];
    const lanes = new Map(
      chosen.map(({ exam_id: examId, channel_id: channelId }) => [`${examId} ${channelId}`, { examId, channelId }]),
    );
    await this.lanes.due(tx, [...lanes.values()]);
    const rows = await tx.rows<{ id: string }>(
      `UPDATE delivery SET state = 'PENDING', tries = 0, tries_since = $3, next_attempt_at = NULL, updated_at = $3
       WHERE county_id = $1 AND id = ANY($2) AND state IN ('DEAD', 'FAILED') RETURNING id`,
      [tx.ctx.countyId, chosen.map(({ id }) => id), this.clock.now()],
    );
    return rows.map(({ id }) => id);
  }

  private record(tx: Tx, input: Redrive, redriven: readonly string[]): Promise<void> {
    const [only, ...others] = redriven;
    return this.audit.record(tx, {
      action: 'delivery.redrive',
      subjectType: 'delivery',
      subjectId: others.length === 0 ? (only ?? null) : null,
      details: { channelId: input.channelId ?? null, state: input.state ?? null, deliveryIds: redriven },
    });
  }
}

/** A later version of the same exam is on its way on the same channel, or through. */
const NEWER_SENT = `EXISTS (SELECT 1 FROM delivery n WHERE n.county_id = delivery.county_id AND n.exam_id = delivery.exam_id
  AND n.channel_id = delivery.channel_id AND n.version_number > delivery.version_number AND n.state IN ('SENT', 'DELIVERED', 'SEEN'))`;

function skipReason(candidate: Candidate, { state }: Redrive): SkipReason | null {
  const failed = candidate.state === 'DEAD' || candidate.state === 'FAILED';
  if (!failed || (state !== undefined && candidate.state !== state)) return 'not_failed';
  if (!candidate.active) return 'channel_off';
  return candidate.newer_sent ? 'newer_sent' : null;
}

function skipped(asked: readonly string[], candidates: readonly Candidate[], input: Redrive): Redriven['skipped'] {
  const known = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  return asked.flatMap((deliveryId) => {
    const candidate = known.get(deliveryId);
    const reason = candidate ? skipReason(candidate, input) : 'not_found';
    return reason === null ? [] : [{ deliveryId, reason }];
  });
}
