import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { performance } from 'node:perf_hooks';
import { certificate, type Identity } from './certificate.fixture';
import { type SenderLimits, WebhookSender } from './webhook-sender';

const HOST = 'his.clinic01.example';
const now = (): Date => new Date(performance.timeOrigin + performance.now());

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An HTTPS server that writes down the server names it was asked for and the requests that came through. */
async function https(identity: Identity) {
  const seen = { names: [] as unknown[], requests: 0 };
  const server = createHttpsServer(identity, (_request, response) => {
    seen.requests += 1;
    response.end('ok');
  });
  server.on('secureConnection', (socket: TLSSocket) => seen.names.push(socket.servername));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

function send(port: number, ca: string[], host = HOST, limits: Partial<SenderLimits> = {}, addresses = ['127.0.0.1']) {
  const sender = new WebhookSender({
    now,
    ca,
    resolve: async () => addresses,
    limits,
  });
  cleanups.push(() => sender.close());
  return sender.send(
    {
      id: 'endpoint-1',
      url: `https://${host}:${port}/hook`,
      secrets: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`],
      allow: [{ scheme: 'https', host, ports: [port], networks: ['127.0.0.1/32'] }],
    },
    { id: 'delivery-1', body: '{}' },
  );
}

it('trusts the county’s authority and asks for the name, though it connects to the pinned address', async () => {
  const identity = certificate(HOST);
  const { port, seen } = await https(identity);
  expect(await send(port, [identity.cert])).toMatchObject({ kind: 'delivered', httpStatus: 200 });
  expect(seen).toEqual({ names: [HOST], requests: 1 });
});

it.each<[string, () => Identity, boolean]>([
  ['nobody vouches for', () => certificate(HOST), false],
  ['is another’s', () => certificate('evil.example'), true],
  ['has expired', () => certificate(HOST, { lastYear: 2021 }), true],
])('sends nothing to a receiver whose certificate %s', async (_what, make, trusted) => {
  const identity = make();
  const { port, seen } = await https(identity);
  const result = await send(port, trusted ? [identity.cert] : []);
  expect(result).toMatchObject({ kind: 'transient', code: 'tls_failed', phase: 'connect', needsPerson: true });
  expect(seen.requests).toBe(0);
});

/** A server that is not TLS at all. */
async function plain(onConnection: (socket: Socket) => unknown): Promise<number> {
  const sockets: Socket[] = [];
  const server = createNetServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

it('gives up on a receiver that accepts and never shakes hands', async () => {
  const result = await send(await plain(() => undefined), [], HOST, { connectMs: 200 });
  expect(result).toMatchObject({ kind: 'transient', code: 'connect_timeout', phase: 'connect' });
  expect(result.durationMs).toBeGreaterThanOrEqual(190);
});

it('tries no further address once the time is up', async () => {
  let connections = 0;
  const port = await plain(() => (connections += 1));
  const result = await send(port, [], HOST, { connectMs: 300, totalMs: 200 }, ['127.0.0.1', '127.0.0.1']);
  expect(result).toMatchObject({ kind: 'transient', code: 'total_timeout', phase: 'connect' });
  await new Promise(setImmediate); // a connection made too late would be accepted by now
  expect(connections).toBe(1);
});

it('takes a plain HTTP receiver behind https for a TLS failure', async () => {
  const result = await send(await plain((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')), []);
  expect(result).toMatchObject({ kind: 'transient', code: 'tls_failed', phase: 'connect' });
});

it('hung up on during the handshake has surely sent nothing', async () => {
  const result = await send(await plain((socket) => socket.once('data', () => socket.resetAndDestroy())), []);
  expect(result).toMatchObject({ kind: 'transient', code: 'connect_failed', phase: 'connect' });
});

it('verifies a literal address against the certificate as well', async () => {
  const identity = certificate(HOST);
  const { port, seen } = await https(identity);
  const result = await send(port, [identity.cert], '127.0.0.1');
  expect(result).toMatchObject({ kind: 'transient', code: 'tls_failed', phase: 'connect' });
  expect(seen.requests).toBe(0);
});
