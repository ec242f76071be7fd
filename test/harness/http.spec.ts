import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ApiClient,
  ApiError,
  ConnectionCutError,
  cutPoints,
  keepAliveAgent,
  manifestEntry,
  openUpload,
  patchInstance,
  send,
  sendInstance,
  storedOffset,
} from './http';
import { bodyOf, TestServer } from './server';
import { until } from './wait';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
};

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe('send', () => {
  const agent = keepAliveAgent(2);
  afterAll(() => agent.destroy());

  it('sends a whole body with its length, pieces chunked, and keeps the connection', async () => {
    const seen: (string | undefined)[] = [];
    server = await TestServer.start(async (request, response) => {
      seen.push(request.headers['content-length'] ?? request.headers['transfer-encoding']);
      response.end(sha256(await bodyOf(request)));
    });
    const pieces = Array.from({ length: 40 }, () => randomBytes(100_000));
    const whole = await send({ method: 'POST', url: server.url, body: Buffer.concat(pieces), agent });
    const streamed = await send({ method: 'POST', url: server.url, body: pieces, agent });
    expect(seen).toEqual(['4000000', 'chunked']);
    expect(whole.body.toString()).toBe(sha256(Buffer.concat(pieces)));
    expect(streamed.body.toString()).toBe(whole.body.toString());
    expect(server.connections).toBe(1);
  });

  it('pulls the next piece only when the line takes it', async () => {
    const total = 400;
    let pulled = 0;
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    server = await TestServer.start(async (request, response) => {
      await held;
      response.end(String((await bodyOf(request)).length));
    });
    const body = (function* () {
      for (; pulled < total; pulled++) yield Buffer.alloc(2 ** 20);
    })();
    const answer = send({ method: 'POST', url: server.url, body, agent });
    // Full when it has not moved for a while: the buffers of both ends hold a few MiB, not 400.
    const isFull = async (): Promise<boolean> => {
      const before = pulled;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return pulled > 0 && pulled === before;
    };
    await until('the line is full', isFull);
    expect(pulled).toBeLessThan(total / 4);
    letGo();
    expect((await answer).body.toString()).toBe(String(total * 2 ** 20));
  });

  it('returns an answer that comes before the body is out, and stops sending', async () => {
    let pulled = 0;
    server = await TestServer.start((_, response) => json(response, 413, { code: 'too_large' }));
    const answer = await send({
      method: 'POST',
      url: server.url,
      agent,
      body: (function* () {
        for (; pulled < 10_000; pulled++) yield Buffer.alloc(2 ** 16);
      })(),
    });
    expect(answer.status).toBe(413);
    expect(pulled).toBeLessThan(10_000);
  });

  it('asks again when a kept connection was closed under a read, but never repeats a write', async () => {
    const seen: string[] = [];
    server = await TestServer.start((request, response) => {
      seen.push(request.method ?? '');
      // The second request on each connection finds it gone, as after a restart of the server.
      if (seen.length % 2 === 0) request.socket.destroy();
      else response.end('ok');
    });
    const { url } = server;
    await send({ method: 'GET', url, agent });
    expect((await send({ method: 'GET', url, agent })).body.toString()).toBe('ok');
    await expect(send({ method: 'POST', url, body: 'once', agent })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(seen).toEqual(['GET', 'GET', 'GET', 'POST']);
  });

  it('fails when the server is silent or absent', async () => {
    server = await TestServer.start(() => undefined);
    const { url } = server;
    await expect(send({ method: 'GET', url, idleTimeoutMs: 50 })).rejects.toThrow('timed out');
    await server.stop();
    await expect(send({ method: 'GET', url })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  const body = randomBytes(1_000_000);
  it.each(cutPoints(body.length))(
    'cuts the line after %i bytes: the server gets exactly those',
    async (cutAfterBytes) => {
      let report: (bytes: Buffer) => void;
      const arrived = new Promise<Buffer>((resolve) => (report = resolve));
      server = await TestServer.start((request) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.once('error', () => report(Buffer.concat(chunks)));
      });
      const sent = send({ method: 'PATCH', url: server.url, body, agent, cutAfterBytes });
      await expect(sent).rejects.toMatchObject({ constructor: ConnectionCutError, sentBytes: cutAfterBytes });
      expect(body.subarray(0, cutAfterBytes).equals(await arrived)).toBe(true);
    },
  );

  it('names eleven places to cut', () => {
    expect(cutPoints(1005)).toEqual([0, 100, 201, 301, 402, 502, 603, 703, 804, 904, 1004]);
  });
});

describe('API client', () => {
  /** Sessions as the contract describes them: cookie from the login, token from /api/me, token needed for writes. */
  const sessions = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const route = `${request.method} ${request.url}`;
    const text = (await bodyOf(request)).toString();
    if (route === 'POST /api/auth/login') {
      const { password } = JSON.parse(text) as { password: string };
      if (password !== 'right') return json(response, 401, { code: 'bad_credentials', message: '用户名或密码错误' });
      return json(response, 200, {}, { 'set-cookie': 'sid=abc%3D; Path=/; HttpOnly; SameSite=Lax' });
    }
    if (route === 'POST /api/auth/logout') return json(response, 204, undefined, { 'set-cookie': 'sid=; Max-Age=0' });
    const { cookie, authorization, 'x-csrf-token': token } = request.headers;
    if (authorization === 'Bearer key-1') return json(response, 200, { machine: true });
    if (cookie !== 'sid=abc%3D') return json(response, 401, { code: 'unauthenticated' });
    if (route === 'GET /api/me') return json(response, 200, { name: '张三', csrfToken: 'tok' });
    if (request.method !== 'GET' && token !== 'tok') return json(response, 403, { code: 'csrf' });
    json(response, 201, { got: text, token: token ?? null });
  };

  it('signs in, carries cookie and token on writes, the cookie alone on reads', async () => {
    server = await TestServer.start((request, response) => void sessions(request, response));
    const client = await ApiClient.login(server.url, { username: 'writer11', password: 'right' });
    expect(await client.call('POST', '/api/things', { 名: '值' })).toEqual({ got: '{"名":"值"}', token: 'tok' });
    expect(await client.call('GET', '/api/things')).toEqual({ got: '', token: null });
    await client.request('POST', '/api/auth/logout');
    expect((await client.request('GET', '/api/me')).status).toBe(401);
    client.close();
  });

  it('tells why a request was refused', async () => {
    server = await TestServer.start((request, response) => void sessions(request, response));
    const refused = ApiClient.login(server.url, { username: 'writer11', password: 'wrong' });
    await expect(refused).rejects.toBeInstanceOf(ApiError);
    await expect(refused).rejects.toMatchObject({
      status: 401,
      code: 'bad_credentials',
      message: 'POST /api/auth/login: 401 bad_credentials (用户名或密码错误)',
    });
  });

  it('speaks as a machine with its key', async () => {
    server = await TestServer.start((request, response) => void sessions(request, response));
    const client = ApiClient.withKey(server.url, 'key-1');
    expect(await client.call('POST', '/api/exams', {})).toEqual({ machine: true });
    client.close();
  });
});

/** Keeps what arrives, as a server that is durable byte by byte; knows one upload. */
async function uploadServer(files: Map<string, Buffer>, breakEvery = Infinity): Promise<TestServer> {
  let requests = 0;
  return TestServer.start((request, response) => {
    const [, sop] = /^\/api\/uploads\/u1\/instances\/(.+)$/.exec(request.url ?? '') ?? [];
    if (sop === undefined)
      return void bodyOf(request).then((body) => json(response, 201, { id: 'u1', got: body.toString() }));
    const stored = files.get(sop) ?? Buffer.alloc(0);
    if (request.method === 'HEAD')
      return void response.writeHead(200, { 'upload-offset': String(stored.length) }).end();
    if (request.headers['content-type'] !== 'application/offset+octet-stream') return json(response, 415, {});
    if (Number(request.headers['upload-offset']) !== stored.length)
      return json(response, 409, { code: 'wrong_offset' });
    requests += 1;
    const dies = requests % breakEvery === 0;
    request.on('data', (chunk: Buffer) => {
      files.set(sop, Buffer.concat([files.get(sop) ?? Buffer.alloc(0), chunk]));
      if (dies) request.socket.destroy();
    });
    request.once('error', () => undefined);
    request.once('end', () => response.writeHead(204, { 'upload-offset': String(files.get(sop)?.length) }).end());
  });
}

describe('manifest upload', () => {
  const file = randomBytes(700_001);

  it('describes a file and opens an upload', async () => {
    server = await uploadServer(new Map());
    const client = ApiClient.withKey(server.url, 'k');
    const entry = manifestEntry('2.25.1', file);
    expect(entry).toEqual({ sopInstanceUid: '2.25.1', bytes: 700_001, sha256: sha256(file) });
    const opened = await openUpload<{ id: string; got: string }>(client, { instances: [entry] });
    expect([opened.id, JSON.parse(opened.got)]).toEqual(['u1', { instances: [entry] }]);
    client.close();
  });

  it.each([
    ['at once', {}],
    ['in pieces', { pieceBytes: 100_000 }],
  ])('sends a file %s', async (_, o) => {
    const files = new Map<string, Buffer>();
    server = await uploadServer(files);
    const client = ApiClient.withKey(server.url, 'k');
    await sendInstance(client, 'u1', '2.25.1', file, o);
    expect(files.get('2.25.1')?.equals(file)).toBe(true);
    expect(await storedOffset(client, 'u1', '2.25.1')).toBe(700_001);
    client.close();
  });

  it.each(cutPoints(700_001))('resumes a file that was cut after %i bytes', async (cutAfterBytes) => {
    const files = new Map<string, Buffer>();
    server = await uploadServer(files);
    const client = ApiClient.withKey(server.url, 'k');
    const cut = patchInstance(client, 'u1', '2.25.1', file, { cutAfterBytes });
    await expect(cut).rejects.toBeInstanceOf(ConnectionCutError);
    await sendInstance(client, 'u1', '2.25.1', file, { retryDelayMs: 1 });
    expect(files.get('2.25.1')?.equals(file)).toBe(true);
    client.close();
  });

  it('gets through a server that keeps dying, as long as each try brings something', async () => {
    const files = new Map<string, Buffer>();
    server = await uploadServer(files, 2);
    const client = ApiClient.withKey(server.url, 'k');
    await sendInstance(client, 'u1', '2.25.1', file, { pieceBytes: 50_000, attempts: 2, retryDelayMs: 1 });
    expect(files.get('2.25.1')?.equals(file)).toBe(true);
    client.close();
  });

  it('gives up on a refusal that will not pass', async () => {
    server = await TestServer.start((request, response) =>
      request.method === 'HEAD' ? response.writeHead(404).end() : json(response, 500, {}),
    );
    const client = ApiClient.withKey(server.url, 'k');
    await expect(sendInstance(client, 'u1', '2.25.1', file)).rejects.toMatchObject({ status: 404 });
    client.close();
  });
});
