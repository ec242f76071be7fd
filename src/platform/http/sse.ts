import type { Response } from 'express';
import { commonErrors, DomainError } from '../errors';
import type { CicRequest } from './access.decorator';

const HEARTBEAT_MS = 15_000;
/** Open streams of one person or gateway in this process: a few windows on a few screens, not a means to fill the memory. */
export const STREAMS_PER_ACTOR = 20;
const RETRY_SECONDS = 15;

/**
 * One open server-sent event stream (WHATWG HTML §9.2). `send` answers false when the client reads too slowly; the
 * caller then waits for `drained` before it sends more, so a dead line never fills the memory.
 */
export class SseStream {
  private static readonly open = new Set<SseStream>();
  readonly closed: AbortSignal;
  private readonly heartbeat: NodeJS.Timeout;
  private readonly actorId: string | null | undefined;

  /** @throws DomainError `rate_limited`, before anything is sent, when the caller has {@link STREAMS_PER_ACTOR} open */
  constructor(private readonly res: Response) {
    this.actorId = (res.req as CicRequest).ctx?.actor.id;
    if (SseStream.openOf(this.actorId) >= STREAMS_PER_ACTOR)
      throw new DomainError(commonErrors.rate_limited, { retryAfterSeconds: RETRY_SECONDS });
    const ended = new AbortController();
    this.closed = ended.signal;
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
    SseStream.open.add(this);
    const left = (): void => {
      SseStream.open.delete(this);
      clearInterval(this.heartbeat);
      ended.abort();
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

  send(event: string, data: unknown, id?: string): boolean {
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
    clearInterval(this.heartbeat);
    this.res.end();
  }
}
