import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { exchange, type ExchangeLimits } from './webhook-exchange';

const LIMITS: ExchangeLimits = { headersMs: 2_000, bodyMs: 2_000, maxBodyBytes: 1024 };
const request = (path: string) => ({ path, headers: {}, body: Buffer.from('{}') });

let server: Server;
let pool: Pool;
let paths: string[];
let waiting: ServerResponse[];

beforeEach(async () => {
  paths = [];
  waiting = [];
  server = createServer((incoming, response) => {
    paths.push(incoming.url!);
    if (incoming.url === '/slow') waiting.push(response);
    else response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 });
});

afterEach(async () => {
  await pool.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

it('never lets a message leave after it was reported as not sent', async () => {
  const slow = exchange(pool, request('/slow'), LIMITS, 2_000);
  const tooLate = await exchange(pool, request('/too-late'), LIMITS, 50);
  expect(tooLate).toMatchObject({
    observation: { seen: 'fault', fault: 'total_timeout', phase: 'connect' },
    phase: 'connect',
  });
  const next = exchange(pool, request('/next'), LIMITS, 2_000);
  waiting[0]!.end('done');
  expect((await slow).observation).toEqual({ seen: 'answer', status: 200, complete: true });
  expect((await next).observation).toEqual({ seen: 'answer', status: 200, complete: true });
  expect(paths).toEqual(['/slow', '/next']);
});

it('ends at its deadline though every other time-out is far away, and hangs up', async () => {
  await exchange(pool, request('/next'), LIMITS, 2_000); // so that a connection is there
  const ended = await exchange(pool, request('/slow'), LIMITS, 150);
  expect(ended).toMatchObject({ observation: { fault: 'total_timeout', phase: 'sent' }, phase: 'sent' });
  await once(waiting[0]!, 'close');
});

it('never rejects, not even for a request that cannot be written', async () => {
  const bad = { path: '/a b', headers: {}, body: Buffer.from('{}') };
  expect(await exchange(pool, bad, LIMITS, 1_000)).toMatchObject({ phase: 'connect', observation: { seen: 'fault' } });
  await pool.destroy();
  expect(await exchange(pool, request('/'), LIMITS, 1_000)).toMatchObject({ phase: 'connect' });
});
