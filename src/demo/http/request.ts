import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';

export type Bytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface HttpRequest {
  method: string;
  url: string | URL;
  headers?: Readonly<Record<string, string>>;
  /** A whole body is sent with its Content-Length, pieces as they come (chunked, unless a header gives the length). */
  body?: Uint8Array | string | Bytes;
  agent?: Agent;
  signal?: AbortSignal;
  /** Milliseconds without a byte in either direction before the request fails; 120 s unless said otherwise. */
  idleTimeoutMs?: number;
  /** Breaks the connection once so many bytes of the body are out, as a dead line would; a shorter body goes out whole. */
  cutAfterBytes?: number;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The connection was broken on purpose (`cutAfterBytes`). */
export class ConnectionCutError extends Error {
  constructor(readonly sentBytes: number) {
    super(`connection cut after ${sentBytes} bytes of the body`);
    this.name = 'ConnectionCutError';
  }
}

/** Connections that stay open between requests, `maxSockets` per server at most. */
export const keepAliveAgent = (maxSockets = 64): Agent => new Agent({ keepAlive: true, maxSockets });

const IDLE_TIMEOUT_MS = 120_000;

/**
 * One HTTP/1.1 exchange; resolves with any status once the whole answer is there.
 * An answer that comes before the body is out (413, 401) ends the sending and is returned.
 * @throws ConnectionCutError, or the socket's error (ECONNREFUSED, ECONNRESET, …)
 */
export async function send(r: HttpRequest): Promise<HttpAnswer> {
  try {
    return await sendOnce(r);
  } catch (error) {
    // The server may close an idle connection in the moment in which we pick it up. Asking again is safe only for
    // requests that change nothing; for others the caller must see that the outcome is unknown.
    const harmless = (r.method === 'GET' || r.method === 'HEAD') && error instanceof StaleConnectionError;
    if (harmless) return sendOnce(r);
    throw error instanceof StaleConnectionError ? error.cause : error;
  }
}

class StaleConnectionError extends Error {}

async function sendOnce(r: HttpRequest): Promise<HttpAnswer> {
  const { method, headers, agent, signal } = r;
  const request = httpRequest(r.url, { method, headers: { ...headers }, agent, signal });
  request.setTimeout(r.idleTimeoutMs ?? IDLE_TIMEOUT_MS, () => request.destroy(new Error('no traffic: timed out')));
  const state = { answered: false };
  const answer = answerOf(request, state);
  // Looked at below in any case; until then a failure must not count as unhandled.
  answer.catch(() => undefined);
  await writeBody(request, r, state);
  const result = await answer;
  // With a part of the body unsent the connection cannot carry another request.
  if (!request.writableEnded) request.destroy();
  return result;
}

function answerOf(request: ClientRequest, state: { answered: boolean }): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    // For good, not once: a write after the loss reports a second error.
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && error.code === 'ECONNRESET';
      reject(stale ? new StaleConnectionError('stale connection', { cause: error }) : error);
    });
    request.once('response', (message: IncomingMessage) => {
      state.answered = true;
      const { statusCode: status = 0, headers } = message;
      buffer(message).then((body) => resolve({ status, headers, body }), reject);
    });
  });
}

async function writeBody(request: ClientRequest, r: HttpRequest, state: { answered: boolean }): Promise<void> {
  const { body, cutAfterBytes } = r;
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  if (cutAfterBytes === undefined && (body === undefined || isWhole)) {
    request.end(body);
    return;
  }
  const whole = typeof body === 'string' ? Buffer.from(body) : body;
  if (whole instanceof Uint8Array && !request.hasHeader('content-length')) {
    request.setHeader('content-length', whole.length);
  }
  if (cutAfterBytes === 0) {
    request.flushHeaders();
    await cut(request, 0);
  }
  const pieces: Bytes = whole === undefined ? [] : whole instanceof Uint8Array ? [whole] : whole;
  let sent = 0;
  for await (const piece of pieces) {
    if (state.answered || request.destroyed) return;
    const room = (cutAfterBytes ?? Infinity) - sent;
    const part = piece.length > room ? piece.subarray(0, room) : piece;
    sent += part.length;
    const flowing = request.write(part);
    if (part.length === room) await cut(request, sent);
    if (!flowing) await drained(request);
  }
  request.end();
}

/** Waits until everything written so far is with the kernel, then drops the connection. */
async function cut(request: ClientRequest, sentBytes: number): Promise<never> {
  await new Promise<void>((resolve) => {
    request.once('close', resolve);
    // An empty write is called back after all that was written before it.
    const flush = (): unknown => request.socket?.write('', () => resolve());
    if (request.socket) flush();
    else request.once('socket', () => setImmediate(flush));
  });
  request.destroy();
  throw new ConnectionCutError(sentBytes);
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      request.off('drain', done);
      request.off('close', done);
      request.off('response', done);
      resolve();
    };
    request.once('drain', done);
    request.once('close', done);
    request.once('response', done);
  });
}
