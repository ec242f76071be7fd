import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';

/** Ctrl-C or SIGTERM: the demo is to drain and end. */
export class StoppedError extends Error {
  constructor(signalName: string) {
    super(`stopped by ${signalName}`);
    this.name = 'StoppedError';
  }
}

/** Ctrl-C reaches a process from the terminal and once more from each of npm and the starting script. */
const ONE_KEYSTROKE_MS = 1_000;

/** Listens for the end: the first signal asks for it; a later one, or a drain that takes too long, ends the process at once. */
export class Ending {
  private readonly asked = new AbortController();
  /** Aborted with a StoppedError when the demo is to end. */
  readonly signal = this.asked.signal;

  constructor(drainSeconds: number) {
    // Everything that waits listens to it: twenty-six clinics and sixteen readers are no leak.
    setMaxListeners(0, this.signal);
    let askedAt = Infinity;
    const end = (name: NodeJS.Signals): void => {
      if (performance.now() - askedAt > ONE_KEYSTROKE_MS) process.exit(1);
      if (this.signal.aborted) return;
      askedAt = performance.now();
      this.asked.abort(new StoppedError(name));
      setTimeout(() => process.exit(1), drainSeconds * 1_000).unref();
    };
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, end);
  }

  /** Resolves when the demo is asked to end. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve();
      else this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
