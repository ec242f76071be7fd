import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Db } from '../../platform/database';
import { Logger } from '../../platform/logging';
import { AttemptResults } from './attempt-results';
import { Attempts } from './attempts';
import { EndpointGate, LANES_AT_ONCE } from './endpoint-gate';
import { type HeldLane, Lanes } from './lanes';
import { Sender } from './sender.provider';

/** A healthy endpoint answers sooner. Work that takes longer goes on, but no longer on the queue's slot. */
const HAND_BACK_MS = 1_000;

/**
 * Drains lanes. The truth is the lane's row in Postgres (due, leased), so any number of workers may run; a job, a timer or
 * the sweep only says "look".
 *
 * No endpoint can take the queue's slots from the others: at most {@link LANES_AT_ONCE} of its lanes are worked on at once,
 * further ones stay due and are taken along by those who are at it; and whoever waits for a slow answer hands its slot
 * back after {@link HAND_BACK_MS}. What is handed back is safe: should the process die, the lease runs out, and the sweep
 * finds the lane.
 */
@Injectable()
export class Drainer implements BeforeApplicationShutdown {
  private readonly gate = new EndpointGate(LANES_AT_ONCE);
  private readonly working = new Set<Promise<void>>();
  private stopping = false;

  constructor(
    private readonly db: Db,
    private readonly lanes: Lanes,
    private readonly attempts: Attempts,
    private readonly results: AttemptResults,
    private readonly sender: Sender,
    private readonly logger: Logger,
  ) {}

  /** Lets the attempts under way end; their time-outs bound it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.working);
  }

  /**
   * Works on the channel's due lanes, `laneId` first. Resolves when nothing is due any more, when others are at it
   * already, or when the slot is handed back. Rejects when the work fails before that.
   */
  async drain(ctx: Ctx, channelId: string, laneId?: string): Promise<void> {
    if (this.stopping || !this.gate.enter(channelId)) return;
    const work = this.work(ctx, channelId, laneId);
    this.working.add(work);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'handed back'>((resolve) => {
      timer = setTimeout(resolve, HAND_BACK_MS, 'handed back');
    });
    const ended = work.finally(() => {
      clearTimeout(timer);
      this.working.delete(work);
    });
    if ((await Promise.race([ended, patience])) === 'handed back') {
      // Nobody waits for it any more: the lane stays due, and the sweep takes it up.
      void ended.catch((error: unknown) => this.logger.failure(error, { channelId }, 'draining a lane failed'));
    }
  }

  private async work(ctx: Ctx, channelId: string, laneId: string | undefined): Promise<void> {
    try {
      let lane = laneId === undefined ? undefined : await this.take(ctx, channelId, laneId);
      do {
        lane ??= await this.take(ctx, channelId);
        while (lane) {
          await this.attempt(ctx, lane);
          lane = await this.take(ctx, channelId);
        }
      } while (!this.gate.leave(channelId));
    } catch (error) {
      this.gate.giveBack(channelId);
      throw error;
    }
  }

  private async take(ctx: Ctx, channelId: string, laneId?: string): Promise<HeldLane | undefined> {
    return this.stopping ? undefined : this.db.write(ctx, (tx) => this.lanes.take(tx, channelId, laneId));
  }

  /** One attempt of the lane's next version; the lane has been given back when it resolves. */
  private async attempt(ctx: Ctx, lane: HeldLane): Promise<void> {
    const sending = await this.attempts.begin(ctx, lane);
    if (!sending) return;
    const result = await this.sender.send(sending.endpoint, { id: sending.delivery.id, body: sending.body });
    await this.results.finish(ctx, lane, sending, result);
  }
}
