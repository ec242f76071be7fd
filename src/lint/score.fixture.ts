/** Counts of one rule over a set of tagged sentences. */
export class Score {
  private hits = 0;
  private misses = 0;
  private falseAlarms = 0;
  private quiet = 0;

  /** Counts one sentence; tells what was wrong with it, if anything. */
  add(expected: boolean, found: boolean): 'missed' | 'false alarm' | undefined {
    if (expected && found) this.hits++;
    else if (expected) this.misses++;
    else if (found) this.falseAlarms++;
    else this.quiet++;
    if (expected === found) return undefined;
    return expected ? 'missed' : 'false alarm';
  }

  get expected(): number {
    return this.hits + this.misses;
  }

  get others(): number {
    return this.falseAlarms + this.quiet;
  }

  get precision(): number {
    const found = this.hits + this.falseAlarms;
    return found === 0 ? 0 : this.hits / found;
  }

  /** `weight`: how much one miss counts. */
  recall(weight = 1): number {
    const all = this.hits + weight * this.misses;
    return all === 0 ? 0 : this.hits / all;
  }

  row(): string {
    const cells = [this.expected, this.others, this.misses, this.falseAlarms].map((n) => String(n).padStart(7));
    return `${cells.join('')}${this.precision.toFixed(3).padStart(11)}${this.recall().toFixed(3).padStart(8)}`;
  }
}

/** The table of the test output. */
export function table(scores: ReadonlyMap<string, Score>, wrong: readonly string[]): string {
  const head = 'positive others missed  false  precision  recall';
  const rows = [...scores].map(([name, score]) => `${score.row()}  ${name}`);
  return ['', head, ...rows, ...wrong].join('\n');
}
