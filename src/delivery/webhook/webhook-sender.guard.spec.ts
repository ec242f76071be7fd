import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { type AllowEntry } from './endpoint-url.rules';
import { type SenderOptions, type WebhookEndpoint, WebhookSender } from './webhook-sender';

const HOST = 'his.clinic01.example';
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const MESSAGE = { id: 'delivery-1', body: '{}' };

/** A receiver that would take everything: what it never sees was stopped on our side. */
let server: Server;
let port: number;
let sockets: Socket[];
let senders: WebhookSender[];

beforeEach(async () => {
  sockets = [];
  senders = [];
  server = createServer((_request, response) => response.end());
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  await Promise.all(senders.map((made) => made.close()));
  server.close();
  await once(server, 'close');
});

function sender(options: Partial<SenderOptions> = {}): WebhookSender {
  const made = new WebhookSender({
    now: () => new Date(performance.timeOrigin + performance.now()),
    resolve: async () => ['127.0.0.1'],
    ...options,
    limits: { resolveMs: 150, connections: 1 },
  });
  senders.push(made);
  return made;
}

const endpoint = (change: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: 'endpoint-1',
  url: `http://${HOST}:${port}/hook`,
  secrets: [SECRET],
  allow: [{ scheme: 'http', host: HOST, ports: [port], networks: ['127.0.0.1/32'] }],
  ...change,
});

describe('an address that may not be called', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '10.0.0.9',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    'fe80::1%lo',
    'not an address',
  ])('%s behind a public name is refused before any connection', async (address) => {
    const publicOnly: AllowEntry[] = [{ scheme: 'https', host: HOST, ports: [port], networks: [] }];
    const result = await sender({ resolve: async () => [address] }).send(
      endpoint({ url: `https://${HOST}:${port}/`, allow: publicOnly }),
      MESSAGE,
    );
    expect(result).toMatchObject({ kind: 'transient', code: 'address_refused', phase: 'resolve', needsPerson: true });
    expect(sockets).toHaveLength(0);
  });

  it('as a literal is refused as well', async () => {
    const wide: AllowEntry[] = [{ scheme: 'https', host: null, ports: [port], networks: ['172.0.0.0/8'] }];
    const result = await sender().send(endpoint({ url: `https://172.16.0.1:${port}/`, allow: wide }), MESSAGE);
    expect(result).toMatchObject({ kind: 'transient', code: 'address_refused', phase: 'resolve' });
    expect(sockets).toHaveLength(0);
  });

  it('beside one that may is passed over', async () => {
    const result = await sender({ resolve: async () => ['10.0.0.9', '127.0.0.1'] }).send(endpoint(), MESSAGE);
    expect(result.kind).toBe('delivered');
    expect(sockets).toHaveLength(1);
  });
});

describe('a name that changes its address (DNS rebinding)', () => {
  it('is asked once per attempt, and the connection goes where the check looked', async () => {
    const answers = [['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1']];
    let asked = 0;
    // The operating system does not know this name: whoever looked it up a second time would fail.
    const rebound = sender({ resolve: async () => answers[asked++]! });
    expect(await rebound.send(endpoint(), MESSAGE)).toMatchObject({ kind: 'delivered' });
    expect(asked).toBe(1);
    // The connection of the first attempt is still open: the second is refused all the same.
    expect(await rebound.send(endpoint(), MESSAGE)).toMatchObject({ code: 'address_refused', phase: 'resolve' });
    expect(asked).toBe(2);
    expect(await rebound.send(endpoint(), MESSAGE)).toMatchObject({ kind: 'delivered' });
    expect(sockets).toHaveLength(1);
  });
});

describe('a name service', () => {
  it.each<[string, string, () => Promise<string[]>]>([
    ['rejects', 'ENOTFOUND', () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))],
    ['hangs', 'ETIMEOUT', () => new Promise(() => undefined)],
    ['knows no address', 'without address', async () => []],
  ])('that %s means that nothing was sent', async (_name, detail, resolve) => {
    const result = await sender({ resolve }).send(endpoint(), MESSAGE);
    expect(result).toMatchObject({ kind: 'transient', code: 'dns_failed', phase: 'resolve' });
    expect(result.detail).toContain(detail);
    expect(sockets).toHaveLength(0);
  });
});

describe('an endpoint that is set up wrongly', () => {
  it.each<[string, Partial<WebhookEndpoint>, string]>([
    ['a withdrawn entry', { allow: [] }, 'url_not_allowed'],
    ['a URL that is none', { url: 'his.clinic01.example' }, 'url_syntax'],
    ['no secret', { secrets: [] }, 'secret'],
    ['a broken secret', { secrets: [SECRET, 'whsec_abc'] }, 'secret'],
  ])('by %s keeps the report alive and calls a person', async (_name, change, detail) => {
    const result = await sender().send(endpoint(change), MESSAGE);
    expect(result).toMatchObject({
      kind: 'transient',
      code: 'endpoint_misconfigured',
      phase: 'resolve',
      needsPerson: true,
    });
    expect(result.detail).toContain(detail);
    expect(result.detail).not.toContain('whsec_');
    expect(sockets).toHaveLength(0);
  });

  it('is not blamed for a message id that cannot be signed', async () => {
    await expect(sender().send(endpoint(), { id: 'a.b', body: '{}' })).rejects.toThrow(TypeError);
  });
});
