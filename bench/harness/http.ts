import { Agent, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

/** A timed call on kept connections; nothing is parsed, so that the client costs as little as it can. */
export class Caller {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });

  constructor(readonly base: string) {}

  call(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const req = request(
        new URL(path, this.base),
        {
          method,
          agent: this.agent,
          headers:
            body === undefined
              ? headers
              : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.once('end', () =>
            resolve({
              status: res.statusCode!,
              body: Buffer.concat(chunks).toString(),
              milliseconds: performance.now() - started,
            }),
          );
        },
      );
      req.once('error', reject);
      req.end(body);
    });
  }

  /** The same, refusing anything but the expected status. */
  async expect(
    status: number,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<Reply> {
    const reply = await this.call(method, path, headers, body === undefined ? undefined : JSON.stringify(body));
    if (reply.status !== status) throw new Error(`${method} ${path}: ${reply.status} ${reply.body.slice(0, 300)}`);
    return reply;
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Signs a person in and answers the headers that make a request his. */
export async function personHeaders(
  caller: Caller,
  username: string,
  password: string,
): Promise<Record<string, string>> {
  const response = await fetch(new URL('/api/auth/login', caller.base), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) throw new Error(`sign-in of ${username}: ${response.status}`);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return { cookie: response.headers.get('set-cookie')!.split(';')[0]!, 'x-csrf-token': csrfToken };
}

/** Starts `perSecond` tasks a second whether or not earlier ones are done (open loop); resolves when all have ended. */
export async function openLoop(perSecond: number, count: number, task: (i: number) => Promise<void>): Promise<void> {
  const running: Promise<void>[] = [];
  const started = performance.now();
  for (let i = 0; i < count; i += 1) {
    const wait = started + (i * 1_000) / perSecond - performance.now();
    if (wait > 0) await new Promise((next) => setTimeout(next, wait));
    running.push(task(i));
  }
  await Promise.all(running);
}
