import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../clock';
import { Config } from '../config';
import { installationCtx } from '../context';
import { Db, type Tx } from '../database';
import { Logger } from '../logging';
import { Metrics } from '../metrics';
import { WakeBus } from '../wake';
import { OUTBOX_TOPIC } from './outbox';

/** A periodic look into Postgres for what is due and was not done. Runs in one worker at a time; must be idempotent. */
export interface Sweep {
  readonly name: string;
  /** How much one call does at most; while it does so much, it is called again in a new transaction. */
  readonly batch?: number;
  /** Works over all counties as the relay role; answers how many things it set going. */
  sweep(tx: Tx, now: Date): Promise<number>;
}

const KEEP_HANDLED_MS = 3 * 24 * 3_600_000;
const MAX_DOUBLINGS = 7;
const BATCH = 1_000;

/** Slices register their sweeps when their worker module starts. */
export class Sweeps {
  readonly all: Sweep[] = [];

  register(sweep: Sweep): void {
    this.all.push(sweep);
  }
}

/**
 * The net under the queue: what was published and never handled is published again under a new generation (an emptied
 * Redis, a job lost by a bug of the library), waiting twice as long each time so that a poisoned message does not spin.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stop = new AbortController();
  private loop: Promise<void> | undefined;
  private readonly republished;

  constructor(
    private readonly db: Db,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly logger: Logger,
    private readonly wake: WakeBus,
    metrics: Metrics,
  ) {
    this.republished = metrics.counter('cic_swept_total', 'Things set going by a sweep', ['sweep']);
  }

  onApplicationBootstrap(): void {
    this.loop = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      await this.wake.next('sweep', this.config.env.SWEEP_SECONDS * 1_000, this.stop.signal);
      if (!this.stop.signal.aborted) await this.sweepOnce();
    }
  }

  /** One round of every sweep; a failing one does not keep the others from running. */
  async sweepOnce(): Promise<void> {
    const rounds: Sweep[] = [
      { name: 'outbox', batch: BATCH, sweep: (tx, now) => this.republish(tx, now) },
      { name: 'outbox-tidy', batch: BATCH, sweep: (tx, now) => this.tidy(tx, now) },
      ...this.sweeps.all,
    ];
    for (const round of rounds) {
      try {
        await this.round(round);
      } catch (error) {
        this.logger.failure(error, { sweep: round.name }, 'sweep failed');
      }
    }
  }

  private async round(round: Sweep): Promise<void> {
    for (let done = Infinity; done >= (round.batch ?? Infinity) && !this.stop.signal.aborted;) {
      done = await this.alone(round);
      this.republished.inc({ sweep: round.name }, done);
    }
  }

  private alone(round: Sweep): Promise<number> {
    return this.db.relay(installationCtx(`sweep.${round.name}`), async (tx) => {
      const lock = await tx.row<{ mine: boolean }>(
        "SELECT pg_try_advisory_xact_lock(hashtext('cic-sweep'), hashtext($1)) AS mine",
        [round.name],
      );
      return lock?.mine ? round.sweep(tx, this.clock.now()) : 0;
    });
  }

  private async republish(tx: Tx, now: Date): Promise<number> {
    const count = await tx.change(
      `UPDATE outbox_message SET generation = generation + 1, sent_at = NULL
       WHERE id IN (
         SELECT id FROM outbox_message
         WHERE handled_at IS NULL AND failed_at IS NULL
           AND greatest(sent_at, not_before) < $1::timestamptz - make_interval(secs => $2 * power(2, least(generation, ${MAX_DOUBLINGS})))
         ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
       AND handled_at IS NULL AND sent_at IS NOT NULL`,
      [now, this.config.env.REPUBLISH_SECONDS],
    );
    if (count > 0) tx.afterCommit(() => this.wake.announce(OUTBOX_TOPIC));
    return count;
  }

  private async tidy(tx: Tx, now: Date): Promise<number> {
    const before = new Date(now.getTime() - KEEP_HANDLED_MS);
    return tx.change(
      `DELETE FROM outbox_message WHERE id IN (SELECT id FROM outbox_message WHERE handled_at < $1 LIMIT ${BATCH})`,
      [before],
    );
  }
}
