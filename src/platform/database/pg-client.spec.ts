import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Pool, type PoolConfig } from 'pg';
import { appOptions } from './data-source';
import { openPool } from './pg-client';

/** A message of the PostgreSQL protocol 3.0: type, length, content. */
function message(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
}

const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const TERMINATING = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0'));

/** A server that dies in the moment in which it has let somebody in. */
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, TERMINATING])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `postgres://app:secret@127.0.0.1:${(server.address() as AddressInfo).port}/imaging`;
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
});

it.each<[string, () => Pool]>([
  ['a pool', () => openPool({ connectionString: url, max: 1 })],
  [
    'a pool of TypeORM',
    () => {
      const { extra } = appOptions({ owner: url, app: url, relay: url, appRole: 'app', relayRole: 'relay' }, [], 1);
      const pool = new Pool({ connectionString: url, max: 1, ...(extra as PoolConfig) });
      return pool.on('error', () => undefined);
    },
  ],
])('a connection of %s that dies while it is handed out fails its user and nobody else', async (_what, open) => {
  const pool = open();
  const client = await pool.connect();
  await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable|terminat/i);
  client.release(true);
  await pool.end();
});
