import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { Config } from '../../platform/config';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { Outbox } from '../../platform/outbox';
import type { DeliveryLane } from '../delivery.entities';
import { DRAIN } from '../delivery.subscriptions';
import { LANES_AT_ONCE } from './endpoint-gate';
import { longestAttemptMs } from './sender.provider';

/** A lane that this caller holds by its token. */
export type HeldLane = Pick<DeliveryLane, 'id' | 'exam_id' | 'channel_id'> & { readonly lease_token: string };

/** Beyond the longest attempt: two short transactions, and clocks of two workers that differ. */
const LEASE_MARGIN_MS = 60_000;

/**
 * Lanes: who works on the versions of one exam on one webhook, and when there is next something to do.
 *
 * Order of locks, everywhere in this slice: inbox_lane, channel, delivery_lane, delivery.
 */
@Injectable()
export class Lanes {
  private readonly leaseMs: number;

  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.leaseMs = longestAttemptMs(config) + LEASE_MARGIN_MS;
  }

  /** Makes the exam's lanes on these channels due now, and asks for them to be drained. */
  async due(tx: Tx, lanes: readonly { examId: string; channelId: string }[]): Promise<void> {
    const rows = await tx.rows<Pick<DeliveryLane, 'id' | 'channel_id'>>(
      `INSERT INTO delivery_lane AS l (id, county_id, exam_id, channel_id, next_at)
       SELECT id, $1, exam_id, channel_id, $2 FROM unnest($3::uuid[], $4::uuid[], $5::uuid[]) AS new_lane (id, exam_id, channel_id)
       ON CONFLICT (exam_id, channel_id) DO UPDATE SET next_at = least(l.next_at, excluded.next_at)
       RETURNING id, channel_id`,
      [
        tx.ctx.countyId,
        this.clock.now(),
        lanes.map(() => newId()),
        lanes.map(({ examId }) => examId),
        lanes.map(({ channelId }) => channelId),
      ],
    );
    for (const row of rows) await this.wakeAt(tx, row);
  }

  /** Takes the lease of one due lane of the channel: of `laneId`, or of the one that has waited longest. */
  async take(tx: Tx, channelId: string, laneId?: string): Promise<HeldLane | undefined> {
    const now = this.clock.now();
    return tx.row<HeldLane>(
      `UPDATE delivery_lane SET lease_token = $3, leased_until = $4
       WHERE county_id = $1 AND id = (
         SELECT id FROM delivery_lane
         WHERE county_id = $1 AND channel_id = $2 AND next_at <= $5 AND (leased_until IS NULL OR leased_until <= $5)
           AND ($6::uuid IS NULL OR id = $6)
         ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING id, exam_id, channel_id, lease_token`,
      [tx.ctx.countyId, channelId, newId(), this.leaseEnd(now), now, laneId ?? null],
    );
  }

  /** Holds on for another attempt. False: the lease had run out and somebody else has taken the lane. */
  async renew(tx: Tx, lane: HeldLane): Promise<boolean> {
    const changed = await tx.change(
      'UPDATE delivery_lane SET leased_until = $4 WHERE county_id = $1 AND id = $2 AND lease_token = $3',
      [tx.ctx.countyId, lane.id, lane.lease_token, this.leaseEnd(this.clock.now())],
    );
    return changed === 1;
  }

  /** Gives the lane back; `nextAt` says when to look again, null when everything is through. */
  async release(tx: Tx, lane: HeldLane, nextAt: Date | null): Promise<void> {
    await tx.change(
      `UPDATE delivery_lane SET lease_token = NULL, leased_until = NULL, next_at = $4
       WHERE county_id = $1 AND id = $2 AND lease_token = $3`,
      [tx.ctx.countyId, lane.id, lane.lease_token, nextAt],
    );
  }

  /** Gives the lane back after a version is through: due at once if another one of the exam waits. */
  async goOn(tx: Tx, lane: HeldLane): Promise<void> {
    await tx.change(
      `UPDATE delivery_lane SET lease_token = NULL, leased_until = NULL, next_at = CASE WHEN EXISTS (
         SELECT 1 FROM delivery d WHERE d.county_id = $1 AND d.channel_id = $5 AND d.exam_id = $6
           AND d.channel_kind = 'webhook' AND d.state IN ('PENDING', 'SENT', 'FAILED')) THEN $4::timestamptz END
       WHERE county_id = $1 AND id = $2 AND lease_token = $3`,
      [tx.ctx.countyId, lane.id, lane.lease_token, this.clock.now(), lane.channel_id, lane.exam_id],
    );
  }

  /** Asks for the lane to be drained at `at`, or as soon as possible. */
  async wakeAt(tx: Tx, lane: Pick<DeliveryLane, 'id' | 'channel_id'>, at?: Date): Promise<void> {
    await this.outbox.schedule(tx, {
      consumer: DRAIN,
      subjectId: lane.id,
      payload: { channelId: lane.channel_id },
      ...(at && { at }),
    });
  }

  /**
   * The endpoint takes nothing before `until`: its lanes that would ask earlier, or that waited for a probe to end
   * (`waitedFor`), ask then. One statement for all of them, so that a thousand reports for a dead endpoint do not each
   * ask in vain.
   */
  async holdAll(tx: Tx, channelId: string, until: Date, waitedFor: Date | null): Promise<void> {
    await tx.change(
      `UPDATE delivery_lane SET next_at = $3
       WHERE county_id = $1 AND channel_id = $2 AND next_at <= greatest($3::timestamptz, $4::timestamptz) AND next_at <> $3
         AND lease_token IS NULL`,
      [tx.ctx.countyId, channelId, until, waitedFor],
    );
  }

  /** The endpoint works (again): whatever waits for it is due now, whatever pause it was in. */
  async pullForward(tx: Tx, channelId: string): Promise<void> {
    const now = this.clock.now();
    const lanes = await tx.rows<Pick<DeliveryLane, 'id' | 'channel_id'>>(
      `UPDATE delivery_lane SET next_at = $3
       WHERE county_id = $1 AND channel_id = $2 AND (next_at > $3 OR next_at IS NULL) AND EXISTS (
         SELECT 1 FROM delivery d WHERE d.channel_id = $2 AND d.exam_id = delivery_lane.exam_id
           AND d.channel_kind = 'webhook' AND d.state IN ('PENDING', 'SENT', 'FAILED'))
       RETURNING id, channel_id`,
      [tx.ctx.countyId, channelId, now],
    );
    await tx.change(
      `UPDATE delivery SET next_attempt_at = NULL, updated_at = $3
       WHERE county_id = $1 AND channel_id = $2 AND channel_kind = 'webhook' AND state = 'FAILED' AND next_attempt_at > $3`,
      [tx.ctx.countyId, channelId, now],
    );
    // Whoever drains one lane goes on with the next of the channel: a few wake-ups are enough for thousands of lanes.
    for (const lane of lanes.slice(0, LANES_AT_ONCE)) await this.wakeAt(tx, lane);
  }

  /** The channel was switched off: nobody looks at its lanes until it is on again. */
  async stopAll(tx: Tx, channelId: string): Promise<void> {
    await tx.change(
      'UPDATE delivery_lane SET next_at = NULL WHERE county_id = $1 AND channel_id = $2 AND next_at IS NOT NULL',
      [tx.ctx.countyId, channelId],
    );
  }

  private leaseEnd(now: Date): Date {
    return new Date(now.getTime() + this.leaseMs);
  }
}
