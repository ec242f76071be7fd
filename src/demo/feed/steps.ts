import { performance } from 'node:perf_hooks';

/** What the demo says while it works: one line a step on standard error, with the seconds since its begin. */
export class Steps {
  private readonly begin = performance.now();

  /** Milliseconds since the begin. */
  get elapsedMs(): number {
    return performance.now() - this.begin;
  }

  /** @param took milliseconds that the step needed */
  say(step: string, text: string, took?: number): void {
    const seconds = (this.elapsedMs / 1000).toFixed(2).padStart(7);
    process.stderr.write(`${seconds} s  ${step}  ${text}${took === undefined ? '' : `  (${took.toFixed(0)} ms)`}\n`);
  }

  /** Runs a step and says how long it took; `text` may depend on what came out. */
  async time<T>(step: string, text: string | ((result: T) => string), work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    const result = await work();
    this.say(step, typeof text === 'string' ? text : text(result), performance.now() - from);
    return result;
  }
}
