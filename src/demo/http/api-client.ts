import type { Agent, IncomingHttpHeaders } from 'node:http';
import type { Bytes } from './request';
import { keepAliveAgent, send } from './request';

/** An answer whose body is parsed when it says that it is JSON (also `application/dicom+json`). */
export interface ApiAnswer<T = unknown> {
  status: number;
  headers: IncomingHttpHeaders;
  /** The parsed body, or undefined when it is not JSON. */
  body: T;
  bytes: Buffer;
}

/** An answer outside 2xx, with the code of the contract's error body `{code, message, params, requestId}`. */
export class ApiError extends Error {
  readonly code: string | undefined;
  constructor(
    readonly request: string,
    readonly status: number,
    readonly body: unknown,
  ) {
    const { code, message } = (body ?? {}) as { code?: string; message?: string };
    super(`${request}: ${status}${code ? ` ${code}` : ''}${message ? ` (${message})` : ''}`);
    this.name = 'ApiError';
    this.code = code;
  }
}

export interface RawRequest {
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array | string | Bytes;
  signal?: AbortSignal;
  idleTimeoutMs?: number;
  cutAfterBytes?: number;
}

export interface ClientOptions {
  /** Shared connections; own ones unless given. */
  agent?: Agent;
  /** On every request, e.g. a request id. */
  headers?: Readonly<Record<string, string>>;
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A caller of the HTTP interface: a machine with a gateway key, or a person with session cookie and CSRF token. */
export class ApiClient {
  readonly agent: Agent;
  private readonly ownsAgent: boolean;
  private readonly fixedHeaders: Readonly<Record<string, string>>;
  private readonly cookies = new Map<string, string>();
  private csrfToken: string | undefined;

  /** A caller without identity; see `withKey` and `login`. */
  constructor(
    readonly baseUrl: string,
    o: ClientOptions = {},
  ) {
    this.agent = o.agent ?? keepAliveAgent();
    this.ownsAgent = o.agent === undefined;
    this.fixedHeaders = o.headers ?? {};
  }

  /** `Authorization: Bearer <gateway key>`. */
  static withKey(baseUrl: string, key: string, o: ClientOptions = {}): ApiClient {
    return new ApiClient(baseUrl, { ...o, headers: { ...o.headers, authorization: `Bearer ${key}` } });
  }

  /**
   * Signs a person in and fetches the token that writes must carry.
   * @throws ApiError when the server refuses the password, or gives no token
   */
  static async login(
    baseUrl: string,
    person: { username: string; password: string; otp?: string },
    o: ClientOptions = {},
  ): Promise<ApiClient> {
    const client = new ApiClient(baseUrl, o);
    await client.call('POST', '/api/auth/login', person);
    const me = await client.call<{ csrfToken?: string }>('GET', '/api/me');
    if (!me.csrfToken) throw new ApiError('GET /api/me', 200, { message: 'no csrfToken in the answer' });
    client.csrfToken = me.csrfToken;
    return client;
  }

  /** Headers of identity for a request of this method: for streams that are opened elsewhere (STOW, SSE). */
  identityHeaders(method: string): Record<string, string> {
    const headers: Record<string, string> = { ...this.fixedHeaders };
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (cookie) headers['cookie'] = cookie;
    if (this.csrfToken && !READS.has(method)) headers['x-csrf-token'] = this.csrfToken;
    return headers;
  }

  /** Sends bytes as they are and returns any status. */
  async raw(method: string, path: string, r: RawRequest = {}): Promise<ApiAnswer> {
    const answer = await send({
      ...r,
      method,
      url: new URL(path, this.baseUrl),
      headers: { accept: 'application/json', ...this.identityHeaders(method), ...r.headers },
      agent: this.agent,
    });
    this.keepCookies(answer.headers['set-cookie'] ?? []);
    return { status: answer.status, headers: answer.headers, body: jsonOf(answer), bytes: answer.body };
  }

  /** Sends JSON and returns any status. */
  request(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    if (body === undefined) return this.raw(method, path);
    return this.raw(method, path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Sends JSON and returns the body. @throws ApiError outside 2xx */
  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.request(method, path, body);
    if (answer.status < 200 || answer.status > 299) {
      throw new ApiError(
        `${method} ${path}`,
        answer.status,
        answer.body ?? { message: answer.bytes.toString('utf8', 0, 200) },
      );
    }
    return answer.body as T;
  }

  /** Closes the idle connections, unless they are shared. */
  close(): void {
    if (this.ownsAgent) this.agent.destroy();
  }

  private keepCookies(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const equals = pair.indexOf('=');
      const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
      const ended = value === '' || attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute));
      if (ended) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

function jsonOf({ headers, body }: { headers: IncomingHttpHeaders; body: Buffer }): unknown {
  const type = headers['content-type'] ?? '';
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type) || body.length === 0) return undefined;
  return JSON.parse(body.toString('utf8'));
}
