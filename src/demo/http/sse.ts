import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { ApiError } from './api-client';

export interface ServerEvent {
  /** The last id seen on the stream, '' before the first. */
  id: string;
  /** `message` unless the server names it. */
  event: string;
  data: string;
}

/** Parses an event stream (WHATWG HTML §9.2.6) from text that may be split anywhere. */
export class EventStreamParser {
  /** What a reconnecting client says in Last-Event-ID. */
  lastEventId: string;
  /** Milliseconds that the server asked to wait before reconnecting. */
  retryMs: number | undefined;
  private rest = '';
  private data: string[] = [];
  private event = '';
  private atStart = true;
  private afterCarriageReturn = false;

  constructor(lastEventId = '') {
    this.lastEventId = lastEventId;
  }

  /** Takes the next piece and returns the events that it completes. */
  feed(text: string): ServerEvent[] {
    let input = this.atStart && text !== '' ? text.replace(/^\uFEFF/, '') : text;
    if (text !== '') this.atStart = false;
    // A line end of CR LF may be cut in two: its CR has ended the line already.
    if (this.afterCarriageReturn && input.startsWith('\n')) input = input.slice(1);
    if (text !== '') this.afterCarriageReturn = text.endsWith('\r');
    const lines = (this.rest + input).split(/\r\n|\r|\n/);
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): ServerEvent[] {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return []; // a comment: the server's heartbeat
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.lastEventId = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    return [];
  }

  private dispatch(): ServerEvent[] {
    const { data, event } = this;
    this.data = [];
    this.event = '';
    return data.length === 0 ? [] : [{ id: this.lastEventId, event: event || 'message', data: data.join('\n') }];
  }
}

export interface EventStreamOptions {
  url: string | URL;
  headers?: Readonly<Record<string, string>>;
  agent?: Agent;
  /** Continue after this event. */
  lastEventId?: string;
  /** Opens the stream again after it broke, with Last-Event-ID; off unless given. */
  reconnect?: { delayMs: number };
  /** Called as soon as the event is parsed. */
  onEvent: (event: ServerEvent) => void;
}

/**
 * A subscription to server-sent events over a connection of its own.
 * `opened` resolves with the first 200 and rejects when the server refuses (ApiError) or cannot be reached and no
 * reconnect is wanted; `closed` resolves when the stream has ended for good.
 */
export class EventStream {
  readonly opened: Promise<void>;
  readonly closed: Promise<void>;
  /** How often the stream has been opened. */
  connections = 0;
  private request: ClientRequest | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastEventId: string;
  private retryMs: number | undefined;
  private ended = false;
  private markOpened: () => void = () => undefined;
  private failOpening: (error: unknown) => void = () => undefined;
  private markClosed: () => void = () => undefined;

  constructor(private readonly o: EventStreamOptions) {
    this.lastEventId = o.lastEventId ?? '';
    this.opened = new Promise((resolve, reject) => {
      this.markOpened = resolve;
      this.failOpening = reject;
    });
    // Not everyone waits for it; whoever does still gets the rejection.
    this.opened.catch(() => undefined);
    this.closed = new Promise((resolve) => (this.markClosed = resolve));
    this.connect();
  }

  /** Ends the subscription; no event is delivered afterwards. */
  close(): void {
    this.finish(new Error('closed by the caller'));
  }

  /** Drops the connection as a broken line would; with `reconnect` the stream comes back. */
  breakConnection(): void {
    this.request?.destroy();
  }

  private connect(): void {
    const request = httpRequest(this.o.url, {
      agent: this.o.agent ?? false,
      headers: {
        accept: 'text/event-stream',
        'cache-control': 'no-cache',
        ...this.o.headers,
        ...(this.lastEventId === '' ? {} : { 'last-event-id': this.lastEventId }),
      },
    });
    this.request = request;
    let failure: unknown = new Error('the stream ended');
    request.on('error', (error) => (failure = error));
    request.once('close', () => this.afterConnection(failure));
    request.once('response', (message) => {
      const { statusCode: status = 0 } = message;
      if (status === 200) return this.read(message);
      failure = new ApiError(`GET ${String(this.o.url)}`, status, undefined);
      request.destroy();
    });
    request.end();
  }

  private read(message: IncomingMessage): void {
    this.connections += 1;
    this.markOpened();
    const parser = new EventStreamParser(this.lastEventId);
    message.setEncoding('utf8');
    message.on('data', (text: string) => {
      for (const event of parser.feed(text)) {
        if (this.ended) return;
        this.lastEventId = event.id;
        this.retryMs = parser.retryMs ?? this.retryMs;
        this.o.onEvent(event);
      }
    });
    message.on('error', () => undefined); // the request's close follows
  }

  /** A refusal (4xx) is final, as in browsers; everything else may pass. */
  private afterConnection(failure: unknown): void {
    const refused = failure instanceof ApiError && failure.status < 500;
    if (this.ended || refused || !this.o.reconnect) return this.finish(failure);
    this.timer = setTimeout(() => this.connect(), this.retryMs ?? this.o.reconnect.delayMs);
  }

  private finish(reason: unknown): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.request?.destroy();
    this.failOpening(reason);
    this.markClosed();
  }
}

/** Keeps the events of a stream in order and lets one wait for a certain one. */
export class EventLog {
  readonly events: ServerEvent[] = [];
  private readonly waiting = new Set<(event: ServerEvent) => void>();

  /** Give this to `onEvent`. */
  readonly add = (event: ServerEvent): void => {
    this.events.push(event);
    for (const look of this.waiting) look(event);
  };

  /** The first event, past or to come, that fits. @throws when none has come after `timeoutMs` */
  waitFor(fits: (event: ServerEvent) => boolean, timeoutMs: number): Promise<ServerEvent> {
    const past = this.events.find(fits);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.waiting.delete(look);
      };
      const look = (event: ServerEvent): void => {
        if (!fits(event)) return;
        stop();
        resolve(event);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`no such event within ${timeoutMs} ms; ${this.events.length} others came`));
      }, timeoutMs);
      this.waiting.add(look);
    });
  }
}
