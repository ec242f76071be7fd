import { performance } from 'node:perf_hooks';
import type { Response } from 'express';
import { commonErrors, DomainError } from '../errors';
import type { CicRequest, StillAllowed } from './access.decorator';

const HEARTBEAT_MS = 15_000;
/** A stream on which nothing is sent ends so long after the right to it, at the latest. */
const WATCH_MS = 4_000;
/** How long one answer to “may he still listen?” serves what is sent in a row: a burst must not ask once per event. */
const TRUST_MS = 2_000;
/** Open streams of one person or gateway in this process: a few windows on a few screens, not a means to fill the memory. */
export const STREAMS_PER_ACTOR = 20;
const RETRY_SECONDS = 15;

/**
 * One open server-sent event stream (WHATWG HTML §9.2). `send` answers false when the client reads too slowly; the
 * caller then waits for `drained` before it sends more, so a dead line never fills the memory.
 *
 * A stream lives for minutes, the right to it may end before: the caller signs out, leaves, gets other posts, a gateway's key
 * is revoked. Whether he would still be let in is asked before an event is sent and, while there is none, every few seconds;
 * where he would not, the stream ends and nothing more is sent.
 */
export class SseStream {
  private static readonly open = new Set<SseStream>();
  readonly closed: AbortSignal;
  private readonly ended = new AbortController();
  private readonly heartbeat: NodeJS.Timeout;
  private readonly watch: NodeJS.Timeout;
  private readonly stillAllowed: StillAllowed | undefined;
  /** Since when (on the monotonic clock) it is known that the caller may listen; only what was sent moves it. */
  private trustedSince = -Infinity;
  private renewing = false;
  private readonly actorId: string | null | undefined;

  /** @throws DomainError `rate_limited`, before anything is sent, when the caller has {@link STREAMS_PER_ACTOR} open */
  constructor(private readonly res: Response) {
    const { ctx, stillAllowed } = res.req as CicRequest;
    this.actorId = ctx?.actor.id;
    this.stillAllowed = stillAllowed;
    if (SseStream.openOf(this.actorId) >= STREAMS_PER_ACTOR)
      throw new DomainError(commonErrors.rate_limited, { retryAfterSeconds: RETRY_SECONDS });
    this.closed = this.ended.signal;
    res.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // nginx would otherwise keep events back until its buffer is full.
      'X-Accel-Buffering': 'no',
    });
    res.socket?.setTimeout(0);
    res.socket?.setNoDelay(true);
    res.write(': connected\n\n');
    this.heartbeat = setInterval(() => res.write(': still here\n\n'), HEARTBEAT_MS);
    // A question that fails ends nothing: without an answer nothing is sent either.
    this.watch = setInterval(() => void this.ask().catch(() => undefined), WATCH_MS);
    SseStream.open.add(this);
    const left = (): void => {
      SseStream.open.delete(this);
      this.fallSilent();
    };
    // Whoever went away while he was being let in has been told closed already, and would be counted for ever.
    if (res.destroyed) left();
    else res.once('close', left);
  }

  private static openOf(actorId: string | null | undefined): number {
    let count = 0;
    for (const stream of SseStream.open) if (stream.actorId === actorId) count += 1;
    return count;
  }

  /**
   * Sends an event, unless the stream has ended or ends now because its caller may not listen any more: look at `closed`.
   * Answers false when nothing more should be sent before `drained`.
   */
  async send(event: string, data: unknown, id?: string): Promise<boolean> {
    await this.requireStanding();
    if (this.closed.aborted) return false;
    const head = id === undefined ? '' : `id: ${id}\n`;
    return this.res.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Resolves when the client has taken what was sent, or is gone. */
  async drained(): Promise<void> {
    if (!this.res.writableNeedDrain || this.closed.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.res.off('drain', done);
        this.closed.removeEventListener('abort', done);
        resolve();
      };
      this.res.once('drain', done);
      this.closed.addEventListener('abort', done, { once: true });
    });
  }

  /** Ends every stream of this process: a stopping api must not wait for listeners that never leave by themselves. */
  static endAll(): void {
    for (const stream of SseStream.open) stream.end();
  }

  end(): void {
    this.fallSilent();
    this.res.end();
  }

  private fallSilent(): void {
    clearInterval(this.heartbeat);
    clearInterval(this.watch);
    this.ended.abort();
  }

  /** In a row of events an answer is renewed behind their backs, so that they wait for the first one alone. */
  private async requireStanding(): Promise<void> {
    const now = performance.now();
    const age = now - this.trustedSince;
    if (age >= TRUST_MS) {
      await this.ask();
      this.trustedSince = now;
    } else if (age >= TRUST_MS / 2 && !this.renewing) {
      this.renewing = true;
      void this.ask()
        .then(
          () => (this.trustedSince = now),
          () => undefined,
        )
        .finally(() => (this.renewing = false));
    }
  }

  private async ask(): Promise<void> {
    if (this.closed.aborted || !this.stillAllowed || (await this.stillAllowed())) return;
    if (this.closed.aborted) return;
    this.res.write(': the right to listen has ended\n\n');
    this.end();
  }
}
