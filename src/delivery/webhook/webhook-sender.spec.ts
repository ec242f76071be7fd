import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
  type Server as HttpServer,
} from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Webhook } from 'standardwebhooks';
import { type AllowEntry } from './endpoint-url.rules';
import { type SenderLimits, type SenderOptions, type WebhookEndpoint, WebhookSender } from './webhook-sender';

const HOST = 'his.clinic01.example';
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const BODY = JSON.stringify({ type: 'report.signed', data: { examId: 'e1', patientName: '张三', note: 'é😀' } });
const MESSAGE = { id: '0195f2c0-7a51-7d0e-9c55-1f2a3b4c5d6e', body: BODY };
/** For receivers that hang. The others get the real limits: a busy test machine must not look like a slow receiver. */
const QUICK: Partial<SenderLimits> = { headersMs: 200, bodyMs: 200 };

const now = (): Date => new Date(performance.timeOrigin + performance.now());
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Listening {
  port: number;
  sockets: Socket[];
}

/** Listens on a free loopback port, counts the connections it gets and drops them all at the end of the test. */
async function listen(server: HttpServer | NetServer): Promise<Listening> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined); // resets are what these tests are about
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

/** A listener that fails (a signature that does not verify) answers 599. */
const http = (listener: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<Listening> =>
  listen(
    createHttpServer((request, response) => {
      Promise.resolve(listener(request, response)).catch(() => response.writeHead(599).end());
    }),
  );
const tcp = (onConnection: (socket: Socket) => void): Promise<Listening> => listen(createNetServer(onConnection));
/** Speaks raw bytes once the whole request (its body ends with the JSON's last brackets) is here. */
const rawAnswer = (respond: (socket: Socket, request: number) => void): Promise<Listening> => {
  let requests = 0;
  return tcp((socket) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (!received.includes(BODY)) return;
      received = Buffer.alloc(0);
      respond(socket, ++requests);
    });
  });
};

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function sender(options: Partial<SenderOptions> = {}): WebhookSender {
  const made = new WebhookSender({
    now,
    resolve: async () => ['127.0.0.1'],
    ...options,
  });
  cleanups.push(() => made.close());
  return made;
}

const allowed = (port: number, networks = ['127.0.0.1/32']): AllowEntry[] => [
  { scheme: 'http', host: HOST, ports: [port], networks },
];
const endpoint = (port: number, change: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: 'endpoint-1',
  url: `http://${HOST}:${port}/hooks/report?clinic=01`,
  secrets: [SECRET],
  allow: allowed(port),
  ...change,
});

describe('a receiver that answers', () => {
  it('gets one POST whose signature its library verifies', async () => {
    const seen: { method?: string; url?: string; host?: string; type?: string; body: unknown; raw: string }[] = [];
    const { port } = await http(async (request, response) => {
      const raw = await readBody(request);
      const body = new Webhook(SECRET).verify(raw, request.headers as Record<string, string>);
      const { method, url, headers } = request;
      seen.push({ method, url, host: headers.host, type: headers['content-type'], body, raw });
      response.end('{"ok":true}');
    });
    const result = await sender().send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'delivered', code: 'http_200', httpStatus: 200, phase: 'body' });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/hooks/report?clinic=01',
        host: `${HOST}:${port}`,
        type: 'application/json',
        body: JSON.parse(BODY),
        raw: BODY,
      },
    ]);
  });

  it('verifies with the old and the new secret while keys are rotated', async () => {
    const { port } = await http(async (request, response) => {
      const raw = await readBody(request);
      for (const secret of [OLD_SECRET, SECRET]) {
        new Webhook(secret).verify(raw, request.headers as Record<string, string>);
      }
      response.writeHead(204).end();
    });
    const result = await sender().send(endpoint(port, { secrets: [SECRET, OLD_SECRET] }), MESSAGE);
    expect(result).toMatchObject({ kind: 'delivered', httpStatus: 204 });
  });

  it('sees the same id and a new timestamp in every attempt', async () => {
    const seen: unknown[] = [];
    const { port } = await http((request, response) => {
      seen.push([request.headers['webhook-id'], request.headers['webhook-timestamp']]);
      response.writeHead(500).end();
    });
    let clock = 1_771_061_400;
    const aged = sender({ now: () => new Date((clock += 60) * 1000) });
    await aged.send(endpoint(port), MESSAGE);
    await aged.send(endpoint(port), MESSAGE);
    const [first, second] = seen as [[string, string], [string, string]];
    expect([first[0], second[0]]).toEqual([MESSAGE.id, MESSAGE.id]);
    expect(Number(second[1])).toBeGreaterThan(Number(first[1]));
  });

  it.each([
    [500, 'transient', 'down', false],
    [401, 'transient', 'down', false],
    [422, 'permanent', 'up', false],
    [410, 'permanent', 'down', true],
  ] as const)('with %i is judged by the outcome rules', async (status, kind, up, disableEndpoint) => {
    const { port } = await http((_request, response) => response.writeHead(status).end('no'));
    const result = await sender().send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind, endpoint: up, disableEndpoint, httpStatus: status, code: `http_${status}` });
    expect(result.retryAfterSeconds).toBeUndefined();
  });

  it('may ask for time', async () => {
    const { port } = await http((_request, response) => response.writeHead(429, { 'retry-after': '120' }).end());
    expect(await sender().send(endpoint(port), MESSAGE)).toMatchObject({ kind: 'transient', retryAfterSeconds: 120 });
  });

  it('cannot send the report elsewhere: a redirect is a failure and its target hears nothing', async () => {
    const target = await http((_request, response) => response.end());
    const location = `http://127.0.0.1:${target.port}/login?name=张三`;
    const { port } = await http((_request, response) =>
      response.writeHead(302, { location: encodeURI(location) }).end(),
    );
    const result = await sender().send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'transient', httpStatus: 302, needsPerson: true });
    expect(result.detail).toContain(`not followed to http://127.0.0.1:${target.port}`);
    expect(result.detail).not.toContain('login');
    expect(target.sockets).toHaveLength(0);
  });

  it('may give hints before its answer', async () => {
    const { port } = await rawAnswer((socket) =>
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    );
    expect(await sender().send(endpoint(port), MESSAGE)).toMatchObject({ kind: 'delivered', httpStatus: 200 });
  });

  it('that only gives hints has not answered', async () => {
    const { port } = await rawAnswer((socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'));
    const result = await sender({ limits: QUICK }).send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'ambiguous', code: 'headers_timeout', phase: 'sent' });
  });

  it('leaves nothing of its body in the result', async () => {
    const { port } = await http(async (request, response) => response.writeHead(500).end(await readBody(request)));
    const result = await sender().send(endpoint(port), MESSAGE);
    expect(result.httpStatus).toBe(500);
    expect(JSON.stringify(result)).not.toContain('张三');
  });

  it('with a huge body is cut off and counts as having answered', async () => {
    let closed: Promise<unknown[]> | undefined;
    const { port, sockets } = await http((_request, response) => {
      closed = once(response, 'close');
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 'x')));
      };
      response.on('drain', pour);
      pour();
    });
    const result = await sender().send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'delivered', httpStatus: 200, phase: 'body' });
    expect(result.detail).toContain('cut off after 65536 bytes');
    await closed;
    expect(sockets[0]!.destroyed).toBe(true);
  });
});

describe('a receiver that answers badly', () => {
  it('hanging before its headers leaves the message in doubt', async () => {
    const { port } = await http(() => undefined);
    const result = await sender({ limits: QUICK }).send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'ambiguous', code: 'headers_timeout', phase: 'sent' });
    expect(result.httpStatus).toBeUndefined();
    expect(result.durationMs).toBeGreaterThanOrEqual(190);
  });

  it('dripping its headers gets no more time than one that hangs', async () => {
    const { port } = await rawAnswer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    const result = await sender({ limits: QUICK }).send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'ambiguous', code: 'headers_timeout', phase: 'sent' });
  });

  it.each([
    [200, 'ambiguous', 'answer_cut_short'],
    [503, 'transient', 'http_503'],
  ] as const)('hanging in the body after %i is %s', async (status, kind, code) => {
    const { port } = await http((_request, response) => {
      response.writeHead(status, { 'content-length': '100' });
      response.write('begun');
    });
    const result = await sender({ limits: QUICK }).send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind, code, httpStatus: status, phase: 'body' });
    expect(result.detail).toContain('silent for 200 ms');
  });

  it('dripping its body for ever is ended by the total time-out', async () => {
    const { port } = await http((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const result = await sender({ limits: { bodyMs: 300, totalMs: 600 } }).send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'ambiguous', code: 'answer_cut_short', phase: 'body' });
    expect(result.detail).toContain('not done within');
  });

  it('breaking off inside an announced body leaves a success in doubt', async () => {
    const { port } = await rawAnswer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun'));
    const result = await sender().send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'ambiguous', code: 'answer_cut_short', httpStatus: 200 });
  });

  it.each<[string, string, (socket: Socket) => void]>([
    ['a reset', 'reset', (socket) => socket.resetAndDestroy()],
    ['a silent close', 'reset', (socket) => socket.end()],
    ['bytes that are not HTTP', 'garbage', (socket) => socket.write('\x00\xff\x16\x03MSH|^~\\&|HIS\r')],
    ['another protocol', 'garbage', (socket) => socket.write('220 mail.example ESMTP\r\n')],
    ['an impossible status line', 'garbage', (socket) => socket.write('HTTP/1.1 banana\r\n\r\n')],
    ['a flood of headers', 'garbage', (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(70_000)}\r\n\r\n`)],
    ['an upgrade', 'reset', (socket) => socket.write('HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')],
  ])('with %s after the request leaves the message in doubt', async (_name, code, respond) => {
    const { port } = await rawAnswer(respond);
    const result = await sender().send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'ambiguous', code, phase: 'sent', endpoint: 'down' });
  });

  it('resetting in the middle of the request leaves the message in doubt', async () => {
    const { port } = await tcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const large = { id: MESSAGE.id, body: JSON.stringify('x'.repeat(8 * 1024 * 1024)) };
    expect(await sender().send(endpoint(port), large)).toMatchObject({
      kind: 'ambiguous',
      code: 'reset',
      phase: 'sent',
    });
  });

  it('cannot answer the next message in advance', async () => {
    const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
    const { port } = await rawAnswer((socket, request) => request === 1 && socket.write(ok + ok));
    const sending = sender({ limits: QUICK });
    expect(await sending.send(endpoint(port), MESSAGE)).toMatchObject({ kind: 'delivered' });
    expect(await sending.send(endpoint(port), MESSAGE)).toMatchObject({ kind: 'ambiguous' });
  });
});

describe('a receiver that is not there', () => {
  it('refusing the connection has surely not got the message', async () => {
    const { port } = await http(() => undefined);
    await cleanups.pop()!();
    const result = await sender().send(endpoint(port), MESSAGE);
    expect(result).toMatchObject({ kind: 'transient', code: 'connect_refused', phase: 'connect' });
    expect(result.detail).toContain(`127.0.0.1 port ${port}`);
  });

  it('at one of its addresses is called at the next', async () => {
    const { port, sockets } = await http((_request, response) => response.end());
    const both = endpoint(port, { allow: allowed(port, ['::1/128', '127.0.0.1/32']) });
    const result = await sender({ resolve: async () => ['::1', '127.0.0.1'] }).send(both, MESSAGE);
    expect(result).toMatchObject({ kind: 'delivered' });
    expect(result.detail).toContain('127.0.0.1');
    expect(sockets).toHaveLength(1);
  });

  it.each([
    ['an answer', 500, (socket: Socket) => socket.end('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n')],
    ['a reset after the request', undefined, (socket: Socket) => socket.resetAndDestroy()],
  ])('is called at no further address after %s', async (_name, httpStatus, respond) => {
    const { port, sockets } = await rawAnswer(respond);
    const twice = sender({ resolve: async () => ['127.0.0.1', '127.0.0.1'] });
    expect((await twice.send(endpoint(port), MESSAGE)).httpStatus).toBe(httpStatus);
    expect(sockets).toHaveLength(1);
  });
});

describe('connections', () => {
  it('are kept for the next message of the same endpoint and not shared with another', async () => {
    const { port, sockets } = await http((_request, response) => response.end('ok'));
    const sending = sender({ limits: { connections: 1 } });
    for (let n = 0; n < 5; n += 1) expect((await sending.send(endpoint(port), MESSAGE)).kind).toBe('delivered');
    expect(sockets).toHaveLength(1);
    await sending.send(endpoint(port, { id: 'endpoint-2' }), MESSAGE);
    expect(sockets).toHaveLength(2);
  });

  it('that the receiver has closed in between are replaced without harm', async () => {
    const { port, sockets } = await http((_request, response) => response.end('ok'));
    const sending = sender();
    await sending.send(endpoint(port), MESSAGE);
    sockets[0]!.destroy();
    await once(sockets[0]!, 'close');
    expect((await sending.send(endpoint(port), MESSAGE)).kind).toBe('delivered');
    expect(sockets).toHaveLength(2);
  });

  it('are no more than the limit says, and every message gets its turn', async () => {
    const { port, sockets } = await http((_request, response) => setImmediate(() => response.end('ok')));
    const sending = sender({ limits: { connections: 2 } });
    const results = await Promise.all(Array.from({ length: 12 }, () => sending.send(endpoint(port), MESSAGE)));
    expect(new Set(results.map((result) => result.kind))).toEqual(new Set(['delivered']));
    expect(sockets).toHaveLength(2);
  });

  it('of endpoints long unused are given up', async () => {
    const { port, sockets } = await http((_request, response) => response.end('ok'));
    const sending = sender({ limits: { endpoints: 1 } });
    for (const id of ['endpoint-1', 'endpoint-2', 'endpoint-1']) {
      expect((await sending.send(endpoint(port, { id }), MESSAGE)).kind).toBe('delivered');
    }
    expect(sockets).toHaveLength(3);
  });

  it('of a hanging endpoint do not hold up another', async () => {
    const hanging = await http(() => undefined);
    const healthy = await http((_request, response) => response.end('ok'));
    const sending = sender({ limits: QUICK });
    const ended: string[] = [];
    await Promise.all([
      ...Array.from({ length: 6 }, () =>
        sending.send(endpoint(hanging.port), MESSAGE).then(() => ended.push('hanging')),
      ),
      sending.send(endpoint(healthy.port, { id: 'endpoint-2' }), MESSAGE).then(() => ended.push('healthy')),
    ]);
    expect(ended[0]).toBe('healthy');
  });

  it('are closed only after the attempts under way', async () => {
    const { port } = await http((_request, response) => setTimeout(() => response.end('ok'), 60));
    const sending = sender();
    const underWay = sending.send(endpoint(port), MESSAGE);
    await new Promise(setImmediate);
    await sending.close();
    expect((await underWay).kind).toBe('delivered');
  });
});
