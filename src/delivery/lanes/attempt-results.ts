import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { Metrics } from '../../platform/metrics';
import { Outbox } from '../../platform/outbox';
import type { Sending } from './attempts';
import { type BreakerRow, record } from './breaker.rules';
import { breakerOf, saveBreaker } from './breaker-store';
import { Channels } from '../channels/channels';
import { DeadLetters } from './dead-letters';
import type { Channel, Delivery } from '../delivery.entities';
import { deliveryProgressed } from '../delivery.events';
import { statesBefore } from '../delivery.state';
import { type HeldLane, Lanes } from './lanes';
import { alarms, type Verdict, verdictOn } from './verdict.rules';
import type { AttemptResult } from '../webhook';

/** Records what became of an attempt: the attempt, the delivery, the endpoint's breaker, the lane, in one transaction. */
@Injectable()
export class AttemptResults {
  private readonly attempted;

  constructor(
    private readonly db: Db,
    private readonly channels: Channels,
    private readonly lanes: Lanes,
    private readonly deadLetters: DeadLetters,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.attempted = metrics.counter('cic_delivery_attempts_total', 'Webhook attempts by outcome', ['outcome']);
  }

  async finish(ctx: Ctx, lane: HeldLane, sending: Sending, result: AttemptResult): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      const channel = await this.channels.lock(tx, lane.channel_id);
      // Locks the lane, so that a version made meanwhile is either seen below or makes the lane due after us.
      await this.lanes.renew(tx, lane);
      // Taken for dead and closed by whoever took the lane over: he sends again under the same id, his word counts.
      if (!(await this.close(tx, sending.attemptId, result))) return;
      const verdict = verdictOn(sending.delivery, result, this.clock.now());
      const moved = await this.settle(tx, sending.delivery, result, verdict);
      if (moved && alarms(sending.delivery, result, verdict, channel.alarm_code))
        await this.deadLetters.alarm(tx, { ...sending.delivery, state: verdict.state }, result.code, result.detail);
      await this.noteAlarm(tx, channel, result);
      await this.giveLaneBack(tx, lane, channel, moved ? verdict.nextAt : null);
      await this.tellBreaker(tx, channel, sending.delivery.id, result);
      if (result.disableEndpoint) await this.channels.switchOff(tx, channel.id, result.code);
      tx.afterCommit(() => this.attempted.inc({ outcome: result.kind }));
    });
  }

  private async close(tx: Tx, attemptId: string, result: AttemptResult): Promise<boolean> {
    const changed = await tx.change(
      `UPDATE delivery_attempt SET finished_at = $3, outcome = $4, code = $5, phase = $6, http_status = $7, duration_ms = $8, detail = $9
       WHERE county_id = $1 AND id = $2 AND finished_at IS NULL`,
      [
        tx.ctx.countyId,
        attemptId,
        this.clock.now(),
        result.kind,
        result.code,
        result.phase,
        result.httpStatus ?? null,
        result.durationMs,
        result.detail.slice(0, 500),
      ],
    );
    return changed === 1;
  }

  /** Moves the delivery. False: the clinic has acknowledged it while the attempt was under way, and its word stands. */
  private settle(tx: Tx, delivery: Delivery, result: AttemptResult, verdict: Verdict): Promise<boolean> {
    if (verdict.state === 'DELIVERED') return this.deliver(tx, delivery);
    if (verdict.state === 'FAILED') return this.fail(tx, delivery, result, verdict);
    return this.deadLetters.giveUp(tx, delivery.id, result.code, verdict.ambiguous);
  }

  private async fail(
    tx: Tx,
    delivery: Delivery,
    result: AttemptResult,
    { ambiguous, nextAt }: Verdict,
  ): Promise<boolean> {
    const changed = await tx.change(
      `UPDATE delivery SET state = 'FAILED', ambiguous = $4, last_error = $5, next_attempt_at = $6, updated_at = $3
       WHERE county_id = $1 AND id = $2 AND state = ANY($7)`,
      [tx.ctx.countyId, delivery.id, this.clock.now(), ambiguous, result.code, nextAt, statesBefore('FAILED')],
    );
    return changed === 1;
  }

  private async deliver(tx: Tx, delivery: Delivery): Promise<boolean> {
    const delivered = await tx.row<Delivery>(
      `UPDATE delivery SET state = 'DELIVERED', ambiguous = false, last_error = NULL, next_attempt_at = NULL, delivered_at = $3, updated_at = $3
       WHERE county_id = $1 AND id = $2 AND state = ANY($4) RETURNING *`,
      [tx.ctx.countyId, delivery.id, this.clock.now(), statesBefore('DELIVERED')],
    );
    if (!delivered) return false;
    await this.audit.record(tx, {
      action: 'delivery.deliver',
      subjectType: 'delivery',
      subjectId: delivery.id,
      details: { examId: delivery.exam_id, version: delivery.version_number, attempts: delivery.attempts },
    });
    await this.outbox.emit(tx, deliveryProgressed(delivered));
    return true;
  }

  /** Keeps on the channel what is wrong with its endpoint, until a success takes it back. */
  private async noteAlarm(tx: Tx, channel: Channel, result: AttemptResult): Promise<void> {
    const code = result.needsPerson && result.endpoint === 'down' ? result.code : null;
    if (code === channel.alarm_code || (code === null && result.kind !== 'delivered')) return;
    await tx.change('UPDATE channel SET alarm_code = $3, alarm_at = $4 WHERE county_id = $1 AND id = $2', [
      tx.ctx.countyId,
      channel.id,
      code,
      code === null ? null : this.clock.now(),
    ]);
  }

  private async giveLaneBack(tx: Tx, lane: HeldLane, channel: Channel, nextAt: Date | null): Promise<void> {
    if (!channel.active) return this.lanes.release(tx, lane, null);
    if (nextAt === null) return this.lanes.goOn(tx, lane);
    await this.lanes.release(tx, lane, nextAt);
    await this.lanes.wakeAt(tx, lane, nextAt);
  }

  /** A breaker that opens or closes moves the other lanes of the endpoint with it. */
  private async tellBreaker(tx: Tx, channel: Channel, deliveryId: string, result: AttemptResult): Promise<void> {
    const before: BreakerRow = breakerOf(channel);
    const { endpoint, retryAfterSeconds } = result;
    const news = { deliveryId, endpoint, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
    const after = record(before, news, this.clock.now());
    await saveBreaker(tx, channel, after);
    if (after.state === before.state) return;
    if (after.state === 'closed') await this.lanes.pullForward(tx, channel.id);
    if (after.state === 'open' && after.until) await this.lanes.holdAll(tx, channel.id, after.until, before.until);
  }
}
