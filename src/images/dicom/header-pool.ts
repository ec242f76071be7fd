import type { Worker } from 'node:worker_threads';
import type { DicomJson } from './dicom-json';
import type { HeaderHints, PostedHeader } from './dicom-header';
import type { FramesResult, FrameSubject } from './frames';
import type { RefusalCode } from './header-limits';
import type { WorkerAnswer, WorkerRequest } from './header.worker';
import { startWorker, whenLate } from '../../platform/threads';

/** The header of a received file. */
export interface DicomHeader extends Omit<PostedHeader, 'smallAttributesJson'> {
  /**
   * DICOM JSON model without attributes of more than 64 KiB of JSON (per-frame functional groups …); `attributesJson` has
   * them all. Parsed when first asked for.
   */
  readonly attributes: DicomJson;
}

export type HeaderResult = { ok: true; header: DicomHeader } | { ok: false; code: RefusalCode; detail: string };

export interface HeaderPoolOptions {
  /** Worker threads; one reads thousands of files a second. */
  size?: number;
  /** What one file may take, in milliseconds, before its worker is ended. */
  timeLimitMs?: number;
  /** Heap of one worker, in MiB. Bytes of files are outside the heap and bounded by HEADER_LIMITS. */
  heapLimitMiB?: number;
  /** Files waiting for a worker; above it `read` refuses to take more. */
  queueLimit?: number;
}

/** The queue is full: the caller should slow its sender down (503, Retry-After). */
export class HeaderPoolBusy extends Error {}
export class HeaderPoolClosed extends Error {}

const DEFAULTS: Required<HeaderPoolOptions> = { size: 1, timeLimitMs: 8_000, heapLimitMiB: 256, queueLimit: 512 };
/** A worker that does not even start is a fault of the installation. */
const START_LIMIT_MS = 30_000;
/** Files handed to a worker ahead of its answers: it must not wait for the event loop's next turn after each. */
const AHEAD = 16;

interface Task {
  request: WorkerRequest;
  resolve: (answer: WorkerAnswer) => void;
  /** How the task ends when the worker does not survive it. */
  lost: (code: RefusalCode, detail: string) => void;
  reject: (error: Error) => void;
}

/**
 * Reads DICOM headers in worker threads, so that neither a huge nor a hostile file holds up the event loop.
 * A worker that runs out of time or memory is ended and replaced; only its own file is refused.
 */
export class HeaderPool {
  private readonly options: Required<HeaderPoolOptions>;
  private readonly slots: Slot[];
  private readonly queue: Task[] = [];
  private closing: Promise<void> | null = null;
  private drained: (() => void) | null = null;

  constructor(options: HeaderPoolOptions = {}) {
    this.options = { ...DEFAULTS, ...options };
    this.slots = Array.from({ length: this.options.size }, () => new Slot(this.options, () => this.dispatch()));
  }

  /** Files being read or waiting. */
  get pending(): number {
    return this.slots.reduce((sum, slot) => sum + slot.tasks, this.queue.length);
  }

  /**
   * Reads the header of the file at `path`.
   * @throws HeaderPoolBusy, HeaderPoolClosed; Error when the file itself cannot be read. Bad content is a refusal, not an error.
   */
  async read(path: string, hints: HeaderHints = {}): Promise<HeaderResult> {
    return new Promise<HeaderResult>((resolve, reject) => {
      this.enqueue({
        request: { kind: 'header', path, hints },
        resolve: (answer) =>
          answer.kind === 'header' &&
          resolve(answer.result.ok ? { ok: true, header: received(answer.result.header) } : answer.result),
        lost: (code, detail) => resolve({ ok: false, code, detail }),
        reject,
      });
    });
  }

  /**
   * Finds the bytes of every frame of a stored file whose header was read before.
   * @throws as `read`, and Error when the worker was lost: the file had been accepted, so that is not expected
   */
  async frames(path: string, { transferSyntaxUid, image, pixelData }: FrameSubject): Promise<FramesResult> {
    return new Promise<FramesResult>((resolve, reject) => {
      this.enqueue({
        request: { kind: 'frames', path, subject: { transferSyntaxUid, image, pixelData } },
        resolve: (answer) => answer.kind === 'frames' && resolve(answer.result),
        lost: (code, detail) => reject(new Error(`${code}: ${detail}`)),
        reject,
      });
    });
  }

  /** Takes no more files, finishes those it has, then ends the workers. */
  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    if (this.pending > 0) await new Promise<void>((resolve) => (this.drained = resolve));
    await Promise.all(this.slots.map((slot) => slot.end()));
  }

  private enqueue(task: Task): void {
    if (this.closing) return task.reject(new HeaderPoolClosed('the header pool is closing'));
    if (this.pending >= this.options.queueLimit + this.slots.length)
      return task.reject(new HeaderPoolBusy(`${this.pending} files are being read or waiting`));
    this.queue.push(task);
    this.dispatch();
  }

  private dispatch(): void {
    for (let slot = this.freest(); slot && this.queue.length > 0; slot = this.freest())
      slot.run(this.queue.shift() as Task);
    if (this.pending === 0) this.drained?.();
  }

  private freest(): Slot | undefined {
    const [freest] = this.slots.toSorted((a, b) => a.tasks - b.tasks);
    return freest && freest.tasks < AHEAD ? freest : undefined;
  }
}

/**
 * One worker, the file it is reading and those that wait in its mailbox. The worker is started with the first file, and
 * again after it was lost; the files behind the one that killed it are handed to the next.
 */
class Slot {
  private worker: Worker | null = null;
  private ready = false;
  /** Unanswered, in the order in which the worker reads them: the first is the one it is at. */
  private readonly unanswered: Task[] = [];
  private inTime: (() => void) | null = null;
  private ending: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: Required<HeaderPoolOptions>,
    private readonly onFree: () => void,
  ) {}

  get tasks(): number {
    return this.unanswered.length;
  }

  run(task: Task): void {
    this.unanswered.push(task);
    if (this.ready) this.send(task);
    else if (this.worker === null) this.start();
  }

  /** Ends the worker; a lost one may still be on its way out. */
  async end(): Promise<void> {
    const worker = this.worker;
    this.worker = null;
    this.ready = false;
    if (worker) this.ending = Promise.all([this.ending, worker.terminate()]);
    await this.ending;
  }

  private start(): void {
    const worker = startWorker(__dirname, 'header.worker', {
      resourceLimits: { maxOldGenerationSizeMb: this.options.heapLimitMiB, maxYoungGenerationSizeMb: 4 },
    });
    this.worker = worker;
    worker.on('message', (answer: WorkerAnswer) => this.worker === worker && this.onMessage(answer));
    worker.on('error', (error) => this.worker === worker && this.onDeath(error));
    worker.on('exit', (code) => this.worker === worker && this.onDeath(new Error(`worker ended with code ${code}`)));
    this.inTime = whenLate(START_LIMIT_MS, () => this.onDeath(new Error('the header worker does not start')));
  }

  private send(task: Task): void {
    if (task === this.unanswered[0]) this.watch();
    this.worker?.postMessage(task.request);
  }

  /** The time of a file runs from the answer before it. */
  private watch(): void {
    this.stopTimer();
    if (this.unanswered.length > 0) this.inTime = whenLate(this.options.timeLimitMs, () => this.onTimeout());
  }

  private onMessage(answer: WorkerAnswer): void {
    this.stopTimer();
    if (answer.kind === 'ready') {
      this.ready = true;
      for (const task of this.unanswered) this.send(task);
      return;
    }
    this.settle((task) => (answer.kind === 'fault' ? task.reject(new Error(answer.message)) : task.resolve(answer)));
    this.watch();
  }

  private onTimeout(): void {
    this.lose((task) => task.lost('parse_timeout', `not read within ${this.options.timeLimitMs} ms`));
  }

  private onDeath(error: Error & { code?: string }): void {
    this.stopTimer();
    const started = this.ready;
    this.lose((task) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        task.lost('parse_memory', `more than ${this.options.heapLimitMiB} MiB`);
      else if (started) task.lost('parse_crashed', 'the worker ended while reading');
      else task.reject(error);
    });
  }

  /** Gives the worker up, and with it the file it was at. */
  private lose(finish: (task: Task) => void): void {
    void this.end();
    this.settle(finish);
    if (this.worker === null && this.unanswered.length > 0) this.start();
  }

  private settle(finish: (task: Task) => void): void {
    const task = this.unanswered.shift();
    if (task) finish(task);
    this.onFree();
  }

  private stopTimer(): void {
    this.inTime?.();
    this.inTime = null;
  }
}

/** The model is parsed by the first reader of `attributes`, most of whom want a dozen values of a few KiB. */
function received({ smallAttributesJson, ...posted }: PostedHeader): DicomHeader {
  let attributes: DicomJson | undefined;
  return {
    ...posted,
    get attributes(): DicomJson {
      return (attributes ??= JSON.parse(smallAttributesJson ?? posted.attributesJson) as DicomJson);
    },
  };
}
