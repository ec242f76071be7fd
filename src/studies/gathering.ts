import { setTimeout as delay } from 'node:timers/promises';

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

interface Line<T, R> {
  readonly waiting: Waiting<T, R>[];
  running: number;
  impatience: NodeJS.Timeout | undefined;
}

export interface GatheringOptions {
  /** Items that are done together at most. */
  readonly limit: number;
  /** How long a batch that follows another one waits for more items, in milliseconds. */
  readonly lingerMs: number;
  /** How long items wait for the batch under way before another one is begun beside it, in milliseconds. */
  readonly patienceMs: number;
  /** Batches of one key that may be under way at a time. */
  readonly abreast: number;
}

/**
 * Does together what arrives while something of the same kind is under way: a commit to the disk costs the same for one
 * request as for eight. Nothing waits when nothing is under way, and not for long behind a batch that is held up. If work
 * on several fails, each is tried by itself, so that one bad item costs the others only time.
 */
export class Gathering<T, R> {
  private readonly lines = new Map<string, Line<T, R>>();

  /** @param work answers one result per item, in order */
  constructor(
    private readonly work: (items: readonly T[]) => Promise<readonly R[]>,
    private readonly o: GatheringOptions,
  ) {}

  /** Only items of the same `key` are done together. */
  add(key: string, item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const line = this.lines.get(key) ?? { waiting: [], running: 0, impatience: undefined };
      this.lines.set(key, line);
      line.waiting.push({ item, resolve, reject });
      if (line.running === 0) void this.run(key, line);
      else this.expect(key, line);
    });
  }

  private async run(key: string, line: Line<T, R>): Promise<void> {
    line.running += 1;
    for (let next = false; line.waiting.length > 0; next = true) {
      // Under load a moment's wait makes fewer and larger batches, and all are done sooner.
      if (next && this.o.lingerMs > 0 && line.waiting.length < this.o.limit) await delay(this.o.lingerMs);
      const batch = line.waiting.splice(0, this.o.limit);
      clearTimeout(line.impatience);
      line.impatience = undefined;
      await this.settle(batch);
    }
    line.running -= 1;
    if (line.running === 0) this.lines.delete(key);
  }

  /** Begins another batch if the waiting items are not taken up in time. */
  private expect(key: string, line: Line<T, R>): void {
    if (line.running >= this.o.abreast) return;
    line.impatience ??= setTimeout(() => {
      line.impatience = undefined;
      if (line.waiting.length > 0 && line.running > 0) void this.run(key, line);
    }, this.o.patienceMs);
  }

  private async settle(batch: readonly Waiting<T, R>[]): Promise<void> {
    // Another batch may have taken everything while this one waited.
    if (batch.length === 0) return;
    try {
      const results = await this.work(batch.map((one) => one.item));
      batch.forEach((one, n) => one.resolve(results[n] as R));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      // One after the other: what made the batch fail may be a lack of connections.
      else for (const one of batch) await this.settle([one]);
    }
  }
}
