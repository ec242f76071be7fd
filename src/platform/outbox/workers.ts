import { performance } from 'node:perf_hooks';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../config';
import { newId } from '../ids';
import { Logger } from '../logging';
import { Metrics } from '../metrics';
import { type AnyWorker, QueueHub, type QueueName, QUEUES } from '../queue';
import { Dispatcher } from './dispatcher';

const CANARY = 'canary';
const CONCURRENCY: Readonly<Record<QueueName, number>> = {
  events: 8,
  timers: 4,
  replies: 4,
  delivery: 16,
  documents: 1,
  readmodels: 2,
};
const DEAF_AFTER_CANARIES = 3;
/**
 * A worker that has not had a canary for a while asks for several at once, lest a quicker neighbour take each as it comes and
 * a healthy worker pass for deaf: more than any queue of one process takes in side by side.
 */
const CANARY_BURST = 2 * Math.max(...Object.values(CONCURRENCY));

/**
 * BullMQ workers of this process, one per queue, and their canaries: a worker that has stopped consuming in silence
 * (seen with the library) turns readiness red, and the process ends itself so that its supervisor starts it anew.
 */
@Injectable()
export class QueueWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly workers = new Map<QueueName, AnyWorker>();
  /** Moments of the process's own clock, which nobody sets. */
  private readonly lastHeard = new Map<QueueName, number>();
  /** Since when canaries have been added without one coming through; undefined while the queue cannot be reached. */
  private readonly asking = new Map<QueueName, number>();
  private sungAt = 0;
  private canaryTimer: NodeJS.Timeout | undefined;
  private readonly canaryAge;

  constructor(
    private readonly hub: QueueHub,
    private readonly dispatcher: Dispatcher,
    private readonly config: Config,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.canaryAge = metrics.gauge(
      'cic_queue_canary_age_seconds',
      'Seconds since a queue of this process handed out work',
      ['queue'],
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.hub.check();
    for (const queue of QUEUES) this.start(queue);
    this.canaryTimer = setInterval(() => void this.singCanaries(), this.config.env.CANARY_SECONDS * 1_000);
    void this.singCanaries();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.canaryTimer);
    // Closing waits for the running jobs; a second worker takes the rest.
    await Promise.allSettled([...this.workers.values()].map((worker) => worker.close()));
  }

  /** Queues that have not handed out work for too long; empty means healthy. */
  deafQueues(): QueueName[] {
    const limit = this.config.env.CANARY_SECONDS * 1_000 * DEAF_AFTER_CANARIES;
    return QUEUES.filter((queue) => this.age(queue) > limit);
  }

  private start(queue: QueueName): void {
    const worker = this.hub.worker(queue, CONCURRENCY[queue], async (job) => {
      this.lastHeard.set(queue, performance.now());
      this.asking.delete(queue);
      if (job.name !== CANARY) await this.dispatcher.dispatch(job.name, job.data);
    });
    this.workers.set(queue, worker);
    this.lastHeard.set(queue, performance.now());
    worker.run().catch((error: unknown) => this.logger.failure(error, { queue }, 'worker ended'));
  }

  private age(queue: QueueName): number {
    return performance.now() - (this.lastHeard.get(queue) ?? 0);
  }

  private async singCanaries(): Promise<void> {
    const period = this.config.env.CANARY_SECONDS * 1_000;
    const now = performance.now();
    // This process stood still: nobody was asked meanwhile, so nobody was deaf.
    if (now - this.sungAt > 2 * period) this.asking.clear();
    this.sungAt = now;
    for (const queue of QUEUES) {
      this.canaryAge.set({ queue }, this.age(queue) / 1_000);
      await this.sing(queue, this.age(queue) > 1.5 * period ? CANARY_BURST : 1);
      const since = this.asking.get(queue);
      // Only a queue that takes canaries and never gives them back is deaf; one that is down is waited for.
      if (since !== undefined && performance.now() - since > DEAF_AFTER_CANARIES * period) this.die(queue);
    }
  }

  private async sing(queue: QueueName, count: number): Promise<void> {
    const from = performance.now();
    // Before they are out: one may have come through by the time that the queue says it has them all.
    if (!this.asking.has(queue)) this.asking.set(queue, from);
    try {
      const added = Array.from({ length: count }, () => this.hub.add(queue, CANARY, `canary-${newId()}`));
      await Promise.all(added);
      // A queue that hung as long as this was out of reach, like one that refuses: it is asked anew from now on.
      const now = performance.now();
      if (this.asking.has(queue) && now - from > this.config.env.CANARY_SECONDS * 1_000) this.asking.set(queue, now);
    } catch (error) {
      this.asking.delete(queue);
      this.logger.warn({ err: error, queue }, 'canary could not be added: queue out of reach');
    }
  }

  private die(queue: QueueName): void {
    this.logger.error(
      `queue ${queue} has not handed out work for ${Math.round(this.age(queue) / 1_000)} s: this process ends`,
    );
    process.exit(70);
  }
}
