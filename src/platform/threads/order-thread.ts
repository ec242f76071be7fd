import type { ResourceLimits, Worker } from 'node:worker_threads';
import { whenLate } from './late';
import { startWorker } from './start-worker';

export interface OrderThreadOptions {
  /** `<folder>/<name>.js` is what it runs: it posts {@link READY} first, then one answer to each order. */
  readonly folder: string;
  readonly name: string;
  readonly resourceLimits: ResourceLimits;
  /** A thread that does not start is a fault of the installation. */
  readonly startLimitMs: number;
  readonly answerLimitMs: number;
  /** After so long without an order the thread is ended, and what it has taken of memory goes back; left out: never. */
  readonly idleMs?: number;
  /** Turns waiting behind the one under way, each of which may take its whole time; left out: any number. */
  readonly queueLimit?: number;
}

/** The first that a thread says: it has loaded what it needs and takes orders. */
export const READY = 'ready';

/** Too many turns wait: the caller should come again. */
export class ThreadBusy extends Error {}

/** Why an order has no answer. All but `not_started` may be the order's own fault. */
export class NoAnswer extends Error {
  constructor(
    readonly why: 'not_started' | 'late' | 'out_of_memory' | 'ended',
    message: string,
  ) {
    super(message);
  }
}

/** `hear` is what the order under way waits for. */
interface Running {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  hear: { answered(answer: unknown): void; lost(error: NoAnswer): void } | undefined;
}

/**
 * A thread of its own for work that no event loop should wait for, or that touches foreign bytes: one order after the
 * other. It is started with the first order, and again after it was lost.
 */
export class OrderThread<Order, Answer> {
  private running: Running | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;
  /** Waiting or under way. */
  private turns = 0;

  constructor(private readonly options: OrderThreadOptions) {}

  get started(): boolean {
    return this.running !== undefined;
  }

  /**
   * Does `work`, which may {@link ask} more than once, when every turn before has ended, however it ended.
   * @throws ThreadBusy
   */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.turns > (this.options.queueLimit ?? Infinity)) throw new ThreadBusy(`${this.turns} turns are waiting`);
    this.turns += 1;
    clearTimeout(this.idle);
    const done = this.last.then(work);
    const last: Promise<void> = done.then(ignored, ignored).then(() => this.rest(last));
    this.last = last;
    return done;
  }

  /**
   * Only in one's turn. After a {@link NoAnswer} the thread is gone, and the next order gets a new one.
   * @throws NoAnswer
   */
  async ask(order: Order): Promise<Answer> {
    const running = (this.running ??= this.start());
    try {
      await within(running.ready, this.options.startLimitMs, 'not_started');
      return await within(this.answerTo(running, order), this.options.answerLimitMs, 'late');
    } catch (error) {
      await this.drop();
      throw error;
    } finally {
      running.hear = undefined;
    }
  }

  /** Ends the thread, whatever it is at. */
  async drop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.worker.terminate();
  }

  /** Ends it after what is under way. */
  async close(): Promise<void> {
    await this.last;
    clearTimeout(this.idle);
    await this.drop();
  }

  private answerTo(running: Running, order: Order): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      running.hear = { answered: (answer) => resolve(answer as Answer), lost: reject };
      running.worker.postMessage(order);
    });
  }

  private start(): Running {
    const { folder, name, resourceLimits } = this.options;
    const worker = startWorker(folder, name, { resourceLimits });
    let isReady: () => void = ignored;
    let isNot: (error: NoAnswer) => void = ignored;
    const ready = new Promise<void>((resolve, reject) => ([isReady, isNot] = [resolve, reject]));
    const running: Running = { worker, ready, hear: undefined };
    const lost = (error: Error & { code?: string }): void => {
      if (this.running === running) this.running = undefined;
      isNot(new NoAnswer('not_started', error.message));
      const why = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out_of_memory' : 'ended';
      running.hear?.lost(new NoAnswer(why, error.message));
    };
    worker.on('message', (said: unknown) => (said === READY ? isReady() : running.hear?.answered(said)));
    worker.on('error', lost);
    worker.on('exit', (code) => lost(new Error(`the thread ${name} ended with ${code}`)));
    // Waiting for the next order is no reason to keep a process alive.
    worker.unref();
    return running;
  }

  /** Ends the thread in a while, if that was the last turn so far. */
  private rest(last: Promise<unknown>): void {
    this.turns -= 1;
    const { idleMs } = this.options;
    if (idleMs !== undefined && this.last === last) this.idle = setTimeout(() => void this.close(), idleMs).unref();
  }
}

const ignored = (): void => undefined;

async function within<T>(promise: Promise<T>, milliseconds: number, why: NoAnswer['why']): Promise<T> {
  let inTime: () => void = ignored;
  const limit = new Promise<never>((_, reject) => {
    inTime = whenLate(milliseconds, () => reject(new NoAnswer(why, `no answer within ${milliseconds} ms`)));
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    inTime();
  }
}
