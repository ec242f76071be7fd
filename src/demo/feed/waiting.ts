import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** What was waited for has not come. */
export class NotInTimeError extends Error {
  constructor(what: string, timeoutMs: number) {
    super(`${what}: not within ${timeoutMs / 1000} s`);
    this.name = 'NotInTimeError';
  }
}

export interface Patience {
  /** Named in the error. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** Asks until there is an answer. @throws NotInTimeError; the signal's reason */
export async function until<T>(p: Patience, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + p.timeoutMs;
  for (;;) {
    p.signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new NotInTimeError(p.what, p.timeoutMs);
    await delay(p.everyMs, undefined, { signal: p.signal });
  }
}

/** Does the work for every entry, at most `atOnce` at a time; after a failure no further entry is begun. */
export async function eachOf<T>(list: readonly T[], atOnce: number, work: (entry: T) => Promise<void>): Promise<void> {
  const left = [...list];
  const hand = async (): Promise<void> => {
    for (let entry = left.shift(); entry !== undefined; entry = left.shift()) await work(entry);
  };
  const hands = Array.from({ length: Math.min(atOnce, list.length) }, () =>
    hand().catch((error: unknown) => {
      left.length = 0;
      throw error;
    }),
  );
  const ended = await Promise.allSettled(hands);
  const failure = ended.find((one) => one.status === 'rejected');
  if (failure) throw failure.reason;
}
