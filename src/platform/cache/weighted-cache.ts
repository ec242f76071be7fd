interface Entry<V> {
  readonly value: V;
  readonly weight: number;
}

/**
 * Keeps what was used last, up to a total weight. Who asks for a key that is being loaded waits for the same load; a load
 * that fails is not remembered.
 */
export class WeightedCache<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private readonly loading = new Map<string, Promise<V>>();
  private total = 0;

  /** @param weigh in the unit of `capacity`; what weighs more than an eighth of it is not kept */
  constructor(
    private readonly capacity: number,
    private readonly weigh: (value: V) => number,
  ) {}

  /** Weight of what is kept. */
  get weight(): number {
    return this.total;
  }

  get(key: string, load: () => Promise<V>): Promise<V> {
    const known = this.entries.get(key);
    if (known) {
      // A Map keeps the order of insertion: the least recently used entry stands first.
      this.entries.delete(key);
      this.entries.set(key, known);
      return Promise.resolve(known.value);
    }
    const underWay = this.loading.get(key);
    if (underWay) return underWay;
    const loaded = this.load(key, load);
    this.loading.set(key, loaded);
    return loaded;
  }

  private async load(key: string, load: () => Promise<V>): Promise<V> {
    try {
      const value = await load();
      this.keep(key, value);
      return value;
    } finally {
      this.loading.delete(key);
    }
  }

  private keep(key: string, value: V): void {
    const weight = this.weigh(value);
    if (weight > this.capacity / 8) return;
    this.entries.set(key, { value, weight });
    this.total += weight;
    for (const [oldest, entry] of this.entries) {
      if (this.total <= this.capacity) break;
      this.entries.delete(oldest);
      this.total -= entry.weight;
    }
  }
}
