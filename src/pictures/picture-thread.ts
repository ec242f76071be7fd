import type { Worker } from 'node:worker_threads';
import { startWorker } from '../platform/threads';
import type { Painted, PaintOrder, PaintRefusal } from './paint';
import type { PaintAnswer } from './picture.worker';

export interface PictureThreadOptions {
  /** What one frame may take: a mammogram in JPEG 2000 takes some 4 s of a slow core. */
  readonly timeLimitMs: number;
  /** A thread that does not start is a fault of the installation. */
  readonly startLimitMs: number;
  /** Of its heap; pixels are outside it and bounded by their number. */
  readonly heapMiB: number;
  /** After so long without a picture the thread is ended: what films have taken of memory goes back. */
  readonly idleMs: number;
  /** Frames waiting behind the one under way; each may take its whole time limit. */
  readonly queueLimit: number;
}

const DEFAULTS: PictureThreadOptions = {
  timeLimitMs: 15_000,
  startLimitMs: 30_000,
  heapMiB: 256,
  idleMs: 60_000,
  queueLimit: 32,
};

/** Too many frames wait: the caller should come again. */
export class PictureThreadBusy extends Error {}

export type PaintOutcome = Painted | PaintRefusal | 'slow';

/** A running thread; `answer` is what the order under way waits for. */
interface Running {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  answer: ((answer: PaintAnswer) => void) | undefined;
}

/**
 * Decodes and paints frames in a thread of its own: nothing of a foreign code stream is touched anywhere else. It is
 * started with the first frame and again after it was lost; frames are painted one after the other.
 */
export class PictureThread {
  private readonly options: PictureThreadOptions;
  private running: Running | undefined;
  private last: Promise<unknown> = Promise.resolve();
  /** Waiting or under way. */
  private pending = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(options: Partial<PictureThreadOptions> = {}) {
    this.options = { ...DEFAULTS, ...options };
  }

  /**
   * A frame that takes too much is `too_large`, one that ends the thread in another way `damaged`: both are its own fault.
   * One that takes too long is `slow`, which may as well be the moment's.
   * @throws PictureThreadBusy; Error when the thread does not start or the file cannot be read
   */
  async paint(order: PaintOrder): Promise<PaintOutcome> {
    if (this.pending > this.options.queueLimit) throw new PictureThreadBusy(`${this.pending} frames are waiting`);
    this.pending += 1;
    clearTimeout(this.idle);
    const painted = this.last.then(() => this.ask(order));
    // The next one waits for the end of this one, however it ends.
    const last: Promise<void> = painted.then(ignored, ignored).then(() => this.rest(last));
    this.last = last;
    return painted;
  }

  /** Ends the thread in a while, if that was the last picture so far. */
  private rest(last: Promise<unknown>): void {
    this.pending -= 1;
    if (this.last === last) this.idle = setTimeout(() => void this.close(), this.options.idleMs).unref();
  }

  /** Finishes what is under way. */
  async close(): Promise<void> {
    await this.last;
    clearTimeout(this.idle);
    await this.drop();
  }

  private async ask(order: PaintOrder): Promise<PaintOutcome> {
    const running = (this.running ??= this.start());
    try {
      await within(running.ready, this.options.startLimitMs, 'the picture thread does not start');
    } catch (error) {
      await this.drop();
      throw error;
    }
    const answer = await this.answerOf(running, order);
    if (answer === 'slow') return answer;
    if (answer.kind === 'painted') return answer.painted;
    if (answer.kind === 'refused') return answer.code;
    throw new Error(answer.kind === 'fault' ? answer.message : 'the picture thread has answered out of turn');
  }

  private async answerOf(running: Running, order: PaintOrder): Promise<PaintAnswer | 'slow'> {
    const answer = new Promise<PaintAnswer>((resolve) => (running.answer = resolve));
    running.worker.postMessage(order);
    try {
      return await within(answer, this.options.timeLimitMs, 'too slow');
    } catch {
      await this.drop();
      return 'slow';
    } finally {
      running.answer = undefined;
    }
  }

  private start(): Running {
    const worker = startWorker(__dirname, 'picture.worker', {
      resourceLimits: { maxOldGenerationSizeMb: this.options.heapMiB },
    });
    let onReady: () => void = () => undefined;
    let onFailure: (error: Error) => void = () => undefined;
    const ready = new Promise<void>((resolve, reject) => ([onReady, onFailure] = [resolve, reject]));
    const running: Running = { worker, ready, answer: undefined };
    const lost = (error: Error & { code?: string }): void => {
      if (this.running === running) this.running = undefined;
      onFailure(error);
      const code = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too_large' : 'damaged';
      running.answer?.({ kind: 'refused', code });
    };
    worker.on('message', (answer: PaintAnswer) => (answer.kind === 'ready' ? onReady() : running.answer?.(answer)));
    worker.on('error', lost);
    worker.on('exit', (code) => lost(new Error(`the picture thread ended with ${code}`)));
    // Waiting for the next picture is no reason to keep a process alive.
    worker.unref();
    return running;
  }

  private async drop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.worker.terminate();
  }
}

const ignored = (): void => undefined;

async function within<T>(promise: Promise<T>, milliseconds: number, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(late)), milliseconds);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
