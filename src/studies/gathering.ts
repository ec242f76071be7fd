interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane<T, R> {
  waiting: Waiting<T, R>[];
  running: boolean;
}

/**
 * Does together what arrives while something of the same kind is under way: a commit to the disk costs the same for one
 * request as for eight. Nothing waits when nothing is under way. If work on several fails, each is tried by itself, so
 * that one bad item costs the others only time.
 */
export class Gathering<T, R> {
  private readonly lanes = new Map<string, Lane<T, R>>();

  /**
   * @param work answers one result per item, in order
   * @param limit items that are done together at most
   */
  constructor(
    private readonly work: (items: readonly T[]) => Promise<readonly R[]>,
    private readonly limit: number,
  ) {}

  /** Only items of the same `key` are done together. */
  add(key: string, item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const lane = this.lanes.get(key) ?? { waiting: [], running: false };
      this.lanes.set(key, lane);
      lane.waiting.push({ item, resolve, reject });
      if (!lane.running) void this.run(key, lane);
    });
  }

  private async run(key: string, lane: Lane<T, R>): Promise<void> {
    lane.running = true;
    while (lane.waiting.length > 0) await this.settle(lane.waiting.splice(0, this.limit));
    this.lanes.delete(key);
  }

  private async settle(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.work(batch.map((one) => one.item));
      batch.forEach((one, n) => one.resolve(results[n] as R));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else await Promise.all(batch.map((one) => this.settle([one])));
    }
  }
}
