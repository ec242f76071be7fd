import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { EventLog, EventStream } from '../../../test/harness/http';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { STREAMS_PER_ACTOR } from './sse';

let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
});
afterAll(() => system.stop());

it('opens so many streams for one person and no more, until one is left', async () => {
  const listen = async (username: string) => {
    const { identity } = await signIn(system, county, username);
    return async () => {
      const leave = new AbortController();
      const answer = await fetch(`${system.url}/api/worklist/stream`, { headers: identity, signal: leave.signal });
      return { answer, leave };
    };
  };
  const reviewer = await listen('reviewer11');
  const streams = await Promise.all(Array.from({ length: STREAMS_PER_ACTOR }, reviewer));
  expect(new Set(streams.map(({ answer }) => answer.status))).toEqual(new Set([200]));
  const { answer: refused } = await reviewer();
  expect(refused.status).toBe(429);
  expect(((await refused.json()) as { code: string }).code).toBe('rate_limited');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const { answer: anothers } = await (await listen('writer11'))();
  expect(anothers.status).toBe(200);
  streams[0]!.leave.abort();
  await until('a place is free again', async () => (await reviewer()).answer.status === 200);
});

it.each(['/api/worklist/stream', '/api/notices/stream'])(
  'ends %s soon after its listener has signed out',
  async (path) => {
    const client = await signIn(system, county, 'writer12');
    const log = new EventLog();
    const stream = new EventStream({ url: system.url + path, headers: client.identity, onEvent: log.add });
    await stream.opened;
    const begun = performance.now();
    await client.post('/api/auth/logout');
    await stream.closed;
    expect(performance.now() - begun).toBeLessThan(10_000);
  },
  20_000,
);
