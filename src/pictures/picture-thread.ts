import { NoAnswer, OrderThread } from '../platform/threads';
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

export type PaintOutcome = Painted | PaintRefusal | 'slow';

/** Of a frame that has cost the thread its life, or the patience with it. */
const WITHOUT_ANSWER = { late: 'slow', out_of_memory: 'too_large', ended: 'damaged' } as const;

/**
 * Decodes and paints frames in a thread of its own: nothing of a foreign code stream is touched anywhere else. Frames are
 * painted one after the other.
 */
export class PictureThread {
  private readonly thread: OrderThread<PaintOrder, PaintAnswer>;

  constructor(options: Partial<PictureThreadOptions> = {}) {
    const { timeLimitMs, startLimitMs, heapMiB, idleMs, queueLimit } = { ...DEFAULTS, ...options };
    this.thread = new OrderThread({
      folder: __dirname,
      name: 'picture.worker',
      resourceLimits: { maxOldGenerationSizeMb: heapMiB },
      startLimitMs,
      answerLimitMs: timeLimitMs,
      idleMs,
      queueLimit,
    });
  }

  /** It has painted, and has not ended since. */
  get started(): boolean {
    return this.thread.started;
  }

  /**
   * A frame that takes too much is `too_large`, one that ends the thread in another way `damaged`: both are its own fault.
   * One that takes too long is `slow`, which may as well be the moment's.
   * @throws ThreadBusy; Error when the thread does not start or the file cannot be read
   */
  async paint(order: PaintOrder): Promise<PaintOutcome> {
    return this.thread.inTurn(() => this.ask(order));
  }

  /** Finishes what is under way. */
  close(): Promise<void> {
    return this.thread.close();
  }

  private async ask(order: PaintOrder): Promise<PaintOutcome> {
    try {
      const answer = await this.thread.ask(order);
      if (answer.kind === 'fault') throw new Error(answer.message);
      return answer.kind === 'painted' ? answer.painted : answer.code;
    } catch (error) {
      if (error instanceof NoAnswer && error.why !== 'not_started') return WITHOUT_ANSWER[error.why];
      throw error;
    }
  }
}
