import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import type { Tx } from '../../platform/database';
import { Outbox } from '../../platform/outbox';
import type { Delivery } from '../delivery.entities';
import { DRAIN } from '../delivery.subscriptions';
import { FakeClinic, signReport } from '../delivery.fixture';

/** Longer than the whole test waits for anything: whoever waits for a bad one is found out. */
const TIMEOUT_MS = 120_000;

let system: System;
let county: TestCounty;
let sysadmin: JsonClient;
let secadmin: JsonClient;
const fakes: FakeClinic[] = [];

beforeAll(async () => {
  // Without the sweep, which needs no slot of the queue and would hide that they are all taken.
  system = await startSystem({ env: { WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS), SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system, { clinics: 19 });
  sysadmin = await signIn(system, county, 'sysadmin');
  secadmin = await signIn(system, county, 'secadmin');
});
afterAll(async () => {
  for (const fake of fakes) await fake.goAway();
  await system.stop();
});

interface Endpoint {
  readonly clinicId: string;
  readonly fake: FakeClinic;
  readonly channelId: string;
}

async function endpoint(clinicId: string, answer?: FakeClinic['answer']): Promise<Endpoint> {
  const fake = await FakeClinic.start();
  fakes.push(fake);
  if (answer) fake.answer = answer;
  const entry = { scheme: 'http', host: '127.0.0.1', ports: [fake.port], networks: [] };
  await secadmin.put(`/api/channels/allow-list/${clinicId}`, { entries: [entry] });
  const { body } = await sysadmin.post('/api/channels', { kind: 'webhook', clinicId, name: 'HIS', url: fake.url });
  return { clinicId, fake, channelId: body.channelId };
}

const inTx = <T>(work: (tx: Tx) => Promise<T>) => system.db.write(system.ctx(county.countyId), work);

const sign = ({ clinicId }: Endpoint) =>
  inTx((tx) =>
    signReport(tx, system.get(Outbox), {
      clinicId,
      writerId: county.people.get('writer11')!.id,
      reviewerId: county.people.get('reviewer11')!.id,
      signedAt: new Date('2026-03-02T01:00:00Z'),
    }),
  );

const deliveries = ({ channelId }: Endpoint) =>
  inTx((tx) => tx.rows<Delivery>('SELECT * FROM delivery WHERE channel_id = $1', [channelId]));

/** Attempts that have ended because nobody answered in time. */
const timedOut = async (): Promise<number> =>
  (await inTx((tx) => tx.rows("SELECT 1 FROM delivery_attempt WHERE code IN ('headers_timeout', 'total_timeout')")))
    .length;

/** Lanes of the channel that somebody was asked to drain at once and nobody has looked at yet. */
const unlooked = async ({ channelId }: Endpoint): Promise<number> => {
  const asked = await inTx((tx) =>
    tx.rows(
      `SELECT 1 FROM outbox_message WHERE consumer = $1 AND payload->>'channelId' = $2 AND not_before IS NULL AND handled_at IS NULL`,
      [DRAIN, channelId],
    ),
  );
  return asked.length;
};

const BAD: Record<string, FakeClinic['answer']> = {
  'never answers': () => undefined,
  'answers in drips': (response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('.'), 100);
    response.once('close', () => clearInterval(drip));
  },
  'breaks off': (response) => response.writeHead(200, { 'content-length': '9' }).write('x'),
  'answers 500': (response) => response.writeHead(500).end(),
  redirects: (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/elsewhere' }).end(),
  'talks rubbish': (response) => response.socket!.end('SSH-2.0-OpenSSH_9.2\r\n'),
};

it('lets no endpoint that hangs, drips, breaks off, fails, redirects or talks rubbish slow the others down', async () => {
  const [first, ...others] = county.clinics;
  const good = await endpoint(first!.id);
  const answers = Object.values(BAD);
  const bad: Endpoint[] = [];
  for (const [i, { id }] of others.entries()) bad.push(await endpoint(id, answers[i % answers.length]));
  // More lanes that hang than the queue has slots, three times over.
  for (const to of bad) for (let i = 0; i < 8; i += 1) await sign(to);
  await until('the bad ones to be at it', () => bad.every(({ fake }) => fake.received.length > 0));

  const before = await timedOut();
  for (let i = 0; i < 20; i += 1) await sign(good);
  await until(
    '20 delivered',
    async () => (await deliveries(good)).filter(({ state }) => state === 'DELIVERED').length === 20,
  );
  // Nobody's time ran out meanwhile: those that hang are at it still, and were not waited for.
  expect(await timedOut()).toBe(before);
  expect(new Set(good.fake.taken.map(({ id }) => id)).size).toBe(20);
  expect(good.fake.received).toHaveLength(20);
});

it('bounds what it has open towards one endpoint', async () => {
  const hanging = await endpoint(county.clinics[1]!.id, () => undefined);
  for (let i = 0; i < 10; i += 1) await sign(hanging);
  await until('ten deliveries', async () => (await deliveries(hanging)).length === 10);
  await until('four at it', () => hanging.fake.received.length >= 4);
  await until('all lanes looked at', async () => (await unlooked(hanging)) === 0);
  const sent = (await deliveries(hanging)).filter(({ state }) => state === 'SENT');
  expect([hanging.fake.received.length, sent.length]).toEqual([4, 4]);
});
