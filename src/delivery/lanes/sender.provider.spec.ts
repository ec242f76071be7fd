import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import { authority, certificate } from '../webhook/certificate.fixture';
import { Sender } from './sender.provider';

const COUNTY = authority('云溪县政务外网 CA');
const RECEIVER = certificate('127.0.0.1', { issuer: COUNTY });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cic-ca-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pemFile = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

/** One attempt at a receiver whose certificate is the county authority's, with these settings. */
async function attempt(settings: Record<string, string>) {
  const server = createServer(RECEIVER, (_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sender = new Sender(new SystemClock(), loadConfig(settings));
  try {
    return await sender.send(
      {
        id: 'endpoint-1',
        url: `https://127.0.0.1:${port}/hook`,
        secrets: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`],
        allow: [{ scheme: 'https', host: '127.0.0.1', ports: [port], networks: ['127.0.0.1/32'] }],
      },
      { id: 'delivery-1', body: '{}' },
    );
  } finally {
    await sender.onApplicationShutdown();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

it('trusts the county’s own authority, one of several in the file', async () => {
  const other = authority('他县 CA');
  const file = pemFile('county.pem', `# 县域\n${other.cert}\n${COUNTY.cert}`);
  expect(await attempt({ WEBHOOK_CA_FILE: file })).toMatchObject({ kind: 'delivered', httpStatus: 200 });
});

it('trusts no such authority by itself', async () => {
  expect(await attempt({})).toMatchObject({ kind: 'transient', code: 'tls_failed' });
});

it.each([
  ['is missing', () => join(folder, 'nowhere.pem'), /WEBHOOK_CA_FILE: \S+nowhere\.pem cannot be read: ENOENT/],
  ['holds a key only', () => pemFile('key.pem', RECEIVER.key), /WEBHOOK_CA_FILE: \S+key\.pem holds no certificate/],
  [
    'is damaged',
    () => pemFile('damaged.pem', COUNTY.cert + RECEIVER.cert.replace(/\n.{40}/, '\n')),
    /WEBHOOK_CA_FILE: \S+damaged\.pem: certificate 2 of 2 cannot be read/,
  ],
])('does not start with a file that %s', (_what, file, fault) => {
  expect(() => loadConfig({ WEBHOOK_CA_FILE: file() })).toThrow(fault);
});
