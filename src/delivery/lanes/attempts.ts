import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { Config } from '../../platform/config';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { admit } from './breaker.rules';
import { breakerOf, saveBreaker } from './breaker-store';
import { Channels } from '../channels/channels';
import { DeadLetters } from './dead-letters';
import { type Channel, type Delivery, DeliveryAttempt } from '../delivery.entities';
import { statesBefore, WAITING } from '../delivery.state';
import { type HeldLane, Lanes } from './lanes';
import { reportContent } from '../report-content';
import type { WebhookEndpoint } from '../webhook';
import { webhookBody } from './webhook-body';

/** An attempt that is written down and may leave. */
export interface Sending {
  readonly attemptId: string;
  /** As the attempt has made it: SENT, its counters raised. */
  readonly delivery: Delivery;
  readonly endpoint: WebhookEndpoint;
  readonly body: string;
}

/**
 * Opens attempts: decides whether the lane's next version may leave now, and commits that it leaves before it does. A
 * crash between sending and recording therefore leaves an open attempt behind, which says "perhaps there".
 */
@Injectable()
export class Attempts {
  private readonly publicUrl: string;

  constructor(
    private readonly db: Db,
    private readonly channels: Channels,
    private readonly lanes: Lanes,
    private readonly deadLetters: DeadLetters,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.publicUrl = config.env.PUBLIC_URL ?? '';
  }

  /**
   * The next attempt of the lane, or null when there is none to make now; the lane has been given back then.
   *
   * The rule of order: the oldest version that still waits goes first, and nothing of its exam passes it while it is
   * retried. A version that is DELIVERED or DEAD waits no more: after v1 was refused for good (413, 422 …) or given up, v2
   * goes, because a correction must not be held back by the very message it corrects.
   */
  begin(ctx: Ctx, lane: HeldLane): Promise<Sending | null> {
    return this.db.write(ctx, async (tx) => {
      const channel = await this.channels.lock(tx, lane.channel_id);
      if (!(await this.lanes.renew(tx, lane))) return null;
      const now = this.clock.now();
      const next = channel.active ? await this.firstToSend(tx, lane, now) : undefined;
      if (!next || (next.next_attempt_at !== null && next.next_attempt_at > now)) {
        await this.lanes.release(tx, lane, next?.next_attempt_at ?? null);
        return null;
      }
      await this.closeInterrupted(tx, next, now);
      const admission = admit(breakerOf(channel), next.id, now);
      await saveBreaker(tx, channel, admission.row);
      if (admission.decision !== 'hold') return this.open(tx, lane, channel, next, now);
      await this.hold(tx, lane, admission.until, admission.row.until);
      return null;
    });
  }

  /** A version that was called back while it was tried is not tried again; the clinic may have it, and is told next. */
  private async firstToSend(tx: Tx, lane: HeldLane, now: Date): Promise<Delivery | undefined> {
    const next = await this.firstWaiting(tx, lane);
    if (!next || next.recalled_at === null || next.event === 'recalled') return next;
    await this.closeInterrupted(tx, next, now);
    await tx.change(
      `UPDATE delivery SET state = 'RECALLED', next_attempt_at = NULL, updated_at = $3
       WHERE county_id = $1 AND id = $2 AND state = ANY($4)`,
      [tx.ctx.countyId, next.id, now, statesBefore('RECALLED')],
    );
    return this.firstWaiting(tx, lane);
  }

  private firstWaiting(tx: Tx, lane: HeldLane): Promise<Delivery | undefined> {
    return tx.row<Delivery>(
      `SELECT * FROM delivery
       WHERE county_id = $1 AND channel_id = $2 AND exam_id = $3 AND channel_kind = 'webhook' AND state IN ('PENDING', 'SENT', 'FAILED')
       ORDER BY version_number, event = 'recalled' LIMIT 1`,
      [tx.ctx.countyId, lane.channel_id, lane.exam_id],
    );
  }

  /** An attempt that is open although nobody holds the lane: its worker died. The clinic may have the report. */
  private async closeInterrupted(tx: Tx, delivery: Delivery, now: Date): Promise<void> {
    if (delivery.state !== 'SENT') return;
    await tx.change(
      `UPDATE delivery_attempt SET finished_at = $3, outcome = 'ambiguous', code = 'interrupted',
         detail = 'the worker ended between sending and recording'
       WHERE county_id = $1 AND delivery_id = $2 AND finished_at IS NULL`,
      [tx.ctx.countyId, delivery.id, now],
    );
    await tx.change(
      `UPDATE delivery SET state = 'FAILED', ambiguous = true, last_error = 'interrupted', updated_at = $3
       WHERE county_id = $1 AND id = $2 AND state = 'SENT'`,
      [tx.ctx.countyId, delivery.id, now],
    );
  }

  /**
   * Not now, and no attempt used up. What has waited for longer than the retry table lasts is given up.
   *
   * @param until when this delivery may ask again; a little later than the others' `endpointUntil` if it failed last
   */
  private async hold(tx: Tx, lane: HeldLane, until: Date, endpointUntil: Date | null): Promise<void> {
    await this.lanes.release(tx, lane, until);
    await this.lanes.holdAll(tx, lane.channel_id, endpointUntil ?? until, null);
    await this.deadLetters.giveUpHeld(tx, lane.channel_id);
    await this.lanes.wakeAt(tx, lane, until);
  }

  private async open(tx: Tx, lane: HeldLane, channel: Channel, next: Delivery, now: Date): Promise<Sending | null> {
    const delivery = await tx.row<Delivery>(
      `UPDATE delivery SET state = 'SENT', attempts = attempts + 1, tries = tries + 1, sent_at = coalesce(sent_at, $3),
         next_attempt_at = NULL, updated_at = $3
       WHERE county_id = $1 AND id = $2 AND state = ANY($4) RETURNING *`,
      [tx.ctx.countyId, next.id, now, WAITING],
    );
    if (!delivery) {
      // The clinic acknowledged it this very moment.
      await this.lanes.release(tx, lane, now);
      return null;
    }
    const attemptId = newId();
    await tx.insert(DeliveryAttempt, {
      id: attemptId,
      county_id: tx.ctx.countyId,
      delivery_id: delivery.id,
      number: delivery.attempts,
      started_at: now,
    });
    const body = webhookBody(delivery.id, await reportContent(tx, delivery, this.publicUrl));
    return { attemptId, delivery, endpoint: await this.channels.endpoint(tx, channel), body };
  }
}
