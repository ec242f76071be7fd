export interface Answer<T = any> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** JSON over HTTP as a browser or a gateway would speak it. Never throws for a status; tests look at it. */
export class JsonClient {
  private headers: Record<string, string>;

  constructor(
    readonly url: string,
    headers: Record<string, string> = {},
  ) {
    this.headers = headers;
  }

  async signIn(username: string, password: string): Promise<void> {
    const answer = await this.post('/api/auth/login', { username, password });
    if (answer.status !== 200)
      throw new Error(`sign-in of ${username}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    this.headers = { cookie, 'x-csrf-token': (answer.body as { csrfToken: string }).csrfToken };
  }

  /** The headers that make this caller who he is, for calls this client does not speak (SSE, STOW). */
  get identity(): Readonly<Record<string, string>> {
    return this.headers;
  }

  get<T = any>(path: string): Promise<Answer<T>> {
    return this.request<T>('GET', path);
  }

  post<T = any>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.request<T>('POST', path, body);
  }

  put<T = any>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.request<T>('PUT', path, body);
  }

  patch<T = any>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.request<T>('PATCH', path, body);
  }

  async request<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...this.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: (json && text !== '' ? JSON.parse(text) : text) as T,
    };
  }
}
