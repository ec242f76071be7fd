import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createPostgresBackend, createRedisBackend, type IQueueBackend, type Processor, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { Config } from '../config';
import { databaseLogins, openPool, QUEUE_SCHEMA } from '../database';
import { Logger } from '../logging';
import { redisFaults } from './redis.rules';

/** Queues by what their work is like, so that slow work never stands in front of quick work. */
export const QUEUES = ['events', 'timers', 'replies', 'delivery', 'documents', 'readmodels'] as const;
export type QueueName = (typeof QUEUES)[number];

/** All that a job carries: ids. What it is about stands in Postgres. */
export interface JobData {
  readonly messageId: string;
  readonly countyId: string;
  readonly requestId: string;
  readonly traceparent?: string | undefined;
}

export interface Publication {
  readonly queue: QueueName;
  readonly name: string;
  readonly jobId: string;
  readonly delayMs: number;
  readonly data: JobData;
}

type AnyQueue = Queue<JobData, void, string, JobData, void, string, IQueueBackend>;
export type AnyWorker = Worker<JobData, void, string, IQueueBackend>;

/**
 * Retries inside BullMQ: 5 tries, waiting 0.5 + 1 + 2 + 4 s. What still fails then is left to the sweeper, which
 * publishes it again under a new generation.
 */
const RETRY = { attempts: 5, backoff: { type: 'exponential', delay: 500 } } as const;
/** A killed worker's job is taken up by another after at most lock + stalled check = 15 s, as often as it takes. */
const WORKER = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 100, drainDelay: 5 } as const;
/** What is done stands in the outbox; keeping it in the queue too costs more than doing it. */
const KEEP = {
  removeOnComplete: true,
  removeOnFail: { age: 7 * 24 * 3_600, count: 5_000 },
} as const;

/** On Postgres BullMQ makes a temporary table for each bulk: fewer jobs are quicker one by one. */
const BULK_FROM = 6;

/** A Redis that answers, but whose settings would lose jobs. */
export class UnsafeRedisError extends Error {
  constructor(faults: readonly string[]) {
    super(`Redis cannot be used for queues: ${faults.join('; ')}`);
    this.name = 'UnsafeRedisError';
  }
}

/** The one place that knows which backend BullMQ runs on: Redis where REDIS_URL is set, else its Postgres backend. */
@Injectable()
export class QueueHub implements OnApplicationShutdown {
  private readonly queues = new Map<QueueName, AnyQueue>();
  private readonly publisher: Redis | undefined;
  /** Of the Postgres backend, one a queue and one a worker: BullMQ does not end what it was given. */
  private readonly pools: Pool[] = [];

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {
    const { REDIS_URL } = config.env;
    // A publisher that cannot reach Redis must say so at once: the relay tries again, nothing is kept in memory.
    this.publisher = REDIS_URL
      ? new Redis(REDIS_URL, {
          maxRetriesPerRequest: 1,
          enableOfflineQueue: false,
          lazyConnect: true,
          connectTimeout: 5_000,
        })
      : undefined;
    this.publisher?.on('error', (error) => this.logger.warn({ err: error }, 'redis connection'));
  }

  get usesRedis(): boolean {
    return this.publisher !== undefined;
  }

  /**
   * Refuses to run on a Redis that would lose or evict jobs. One that is not up yet is waited for beside the rest: the
   * doors stay open, work waits in the outbox, and the check is made when it comes.
   */
  async check(): Promise<void> {
    if (!this.publisher) return;
    this.publisher.on('ready', () => void this.refuseUnsafe().catch((error: unknown) => this.giveUp(error)));
    try {
      await this.publisher.connect();
    } catch (error) {
      this.logger.warn({ err: error }, 'redis is out of reach: work waits in the outbox');
      return;
    }
    await this.refuseUnsafe();
  }

  private async refuseUnsafe(): Promise<void> {
    const faults = redisFaults(
      `${await this.publisher?.info('persistence')}\n${await this.publisher?.info('memory')}\n${await this.publisher?.info('server')}`,
    );
    if (faults.length > 0) throw new UnsafeRedisError(faults);
  }

  private giveUp(error: unknown): void {
    if (!(error instanceof UnsafeRedisError)) return;
    this.logger.failure(error, {}, 'the Redis that came up cannot be used');
    process.exit(78);
  }

  /** Resolves when the backend has taken every job; rejects when it may have missed one. */
  async publish(jobs: readonly Publication[]): Promise<void> {
    await Promise.all(
      QUEUES.map((name) =>
        this.publishTo(
          name,
          jobs.filter((job) => job.queue === name),
        ),
      ),
    );
  }

  private async publishTo(name: QueueName, publications: readonly Publication[]): Promise<void> {
    const jobs = publications.map(({ name: jobName, data, jobId, delayMs }) => ({
      name: jobName,
      data,
      opts: { jobId, delay: delayMs, ...RETRY, ...KEEP },
    }));
    if (jobs.length < BULK_FROM)
      await Promise.all(jobs.map((job) => this.queue(name).add(job.name, job.data, job.opts)));
    else await this.queue(name).addBulk(jobs);
  }

  /** Adds one job that is not tied to an outbox row (the canary). */
  async add(name: QueueName, jobName: string, jobId: string): Promise<void> {
    const data: JobData = { messageId: jobId, countyId: '', requestId: jobId };
    await this.queue(name).add(jobName, data, { jobId, attempts: 1, removeOnComplete: true, removeOnFail: true });
  }

  worker(name: QueueName, concurrency: number, processor: Processor<JobData, void, string>): AnyWorker {
    const { connection, factory, prefix } = this.backend(true);
    const options = { ...WORKER, ...prefix, concurrency, connection, autorun: false };
    const worker = new Worker<JobData, void, string>(
      name,
      processor,
      options as never,
      factory as never,
    ) as unknown as AnyWorker;
    worker.on('error', (error: Error) => this.logger.warn({ err: error, queue: name }, 'worker connection'));
    return worker;
  }

  async counts(name: QueueName): Promise<Record<string, number>> {
    return this.queue(name).getJobCounts('waiting', 'active', 'delayed', 'failed');
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.queues.values()].map((queue) => queue.close()));
    await Promise.allSettled(this.pools.map((pool) => pool.end()));
    this.publisher?.disconnect();
  }

  private queue(name: QueueName): AnyQueue {
    const known = this.queues.get(name);
    if (known) return known;
    const { connection, factory, prefix } = this.backend(false);
    const queue = new Queue(name, { ...prefix, connection } as never, factory as never) as unknown as AnyQueue;
    queue.on('error', (error: Error) => this.logger.warn({ err: error, queue: name }, 'queue connection'));
    this.queues.set(name, queue);
    return queue;
  }

  private backend(forWorker: boolean): { connection: unknown; factory: unknown; prefix: object } {
    const { REDIS_URL, QUEUE_PREFIX } = this.config.env;
    if (REDIS_URL) {
      const url = new URL(REDIS_URL);
      const blocking = { url: url.toString(), maxRetriesPerRequest: null };
      return {
        connection: forWorker ? blocking : this.publisher,
        factory: createRedisBackend,
        prefix: { prefix: QUEUE_PREFIX },
      };
    }
    return { connection: this.pool(forWorker), factory: createPostgresBackend, prefix: {} };
  }

  /** A worker listens on one of its connections all the time. */
  private pool(forWorker: boolean): Pool {
    const pool = openPool({
      connectionString: databaseLogins(this.config).relay,
      options: `-c search_path=${QUEUE_SCHEMA}`,
      keepAlive: true,
      max: forWorker ? 4 : 2,
    });
    this.pools.push(pool);
    return pool;
  }
}
