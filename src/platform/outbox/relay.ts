import { Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock';
import { Config } from '../config';
import { installationCtx } from '../context';
import { Db, type Tx } from '../database';
import { Logger } from '../logging';
import { QueueHub, type Publication } from '../queue';
import { WakeBus } from '../wake';
import { OUTBOX_TOPIC } from './outbox';
import { Subscriptions } from './subscription';

const BATCH = 200;
const MAX_BACKOFF_MS = 5_000;

interface Unsent {
  id: string;
  county_id: string;
  consumer: string;
  subject_id: string;
  request_id: string;
  traceparent: string | null;
  generation: number;
  not_before: Date | null;
}

/**
 * Carries committed outbox rows into BullMQ. Publishing comes before marking: a crash between the two publishes the
 * same job id again, which BullMQ ignores. Several relays share the table through SKIP LOCKED.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stop = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly db: Db,
    private readonly hub: QueueHub,
    private readonly subscriptions: Subscriptions,
    private readonly wake: WakeBus,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    let backoff = 0;
    while (!this.stop.signal.aborted) {
      try {
        // Armed before the look, so that news arriving during it is not slept through.
        const news = this.wake.next(OUTBOX_TOPIC, this.config.env.OUTBOX_POLL_MS, this.stop.signal);
        const sent = await this.publishBatch();
        backoff = 0;
        if (sent < BATCH) await news;
      } catch (error) {
        backoff = Math.min(MAX_BACKOFF_MS, backoff * 2 || 100);
        this.logger.failure(error, { backoff }, 'relay could not publish');
        await this.wake.next('relay-backoff', backoff, this.stop.signal);
      }
    }
  }

  /** Publishes up to one batch; answers how many rows it marked as sent. */
  private publishBatch(): Promise<number> {
    return this.db.relay(installationCtx('relay'), async (tx) => {
      const rows = await this.lockUnsent(tx);
      if (rows.length === 0) return 0;
      await this.hub.publish(this.publications(rows));
      await tx.change('UPDATE outbox_message SET sent_at = $2 WHERE id = ANY($1)', [
        rows.map((row) => row.id),
        this.clock.now(),
      ]);
      return rows.length;
    });
  }

  private lockUnsent(tx: Tx): Promise<Unsent[]> {
    return tx.rows<Unsent>(
      `SELECT id, county_id, consumer, subject_id, request_id, traceparent, generation, not_before
       FROM outbox_message WHERE sent_at IS NULL ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
    );
  }

  /** One job per row, or one per subject where the consumer serves all waiting messages of a subject at once. */
  private publications(rows: readonly Unsent[]): Publication[] {
    const now = this.clock.now().getTime();
    const jobs = new Map<string, Publication>();
    for (const row of rows) {
      if (!this.subscriptions.has(row.consumer)) continue;
      const { queue, coalesce } = this.subscriptions.consumer(row.consumer);
      const waits = row.not_before ? Math.max(0, row.not_before.getTime() - now) : 0;
      const key = coalesce && waits === 0 ? `${row.consumer} ${row.subject_id}` : row.id;
      jobs.set(key, {
        queue,
        name: row.consumer,
        jobId: `${row.consumer}-${row.id}-g${row.generation}`,
        delayMs: waits,
        data: {
          messageId: row.id,
          countyId: row.county_id,
          requestId: row.request_id,
          traceparent: row.traceparent ?? undefined,
        },
      });
    }
    return [...jobs.values()];
  }
}
