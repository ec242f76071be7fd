import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { DAY, HOUR, ManualClock, MINUTE, SECOND } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { Outbox, Sweeper } from '../../platform/outbox';
import type { Channel, Delivery, DeliveryLane } from '../delivery.entities';
import { FakeClinic, signReport, type SpecReport } from '../delivery.fixture';
import { RETRY_HORIZON_SECONDS } from './retry.rules';

let system: System;
let county: TestCounty;
let clock: ManualClock;
const fakes: FakeClinic[] = [];

beforeAll(async () => {
  clock = new ManualClock();
  // Canaries measure silence by the same clock, and days pass here in a second.
  // Nothing waits for a time-out: an answer that a stalled machine reads late is no failure, and a refused line no doubt.
  const env = { WEBHOOK_TIMEOUT_MS: '60000', CANARY_SECONDS: '600', SWEEP_SECONDS: '3600' };
  system = await startSystem({ clock, env });
  county = await seedCounty(system, { clinics: 4 });
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

let nextClinic = 0;
async function endpoint(): Promise<Endpoint> {
  const [sysadmin, secadmin] = [await signIn(system, county, 'sysadmin'), await signIn(system, county, 'secadmin')];
  const clinicId = county.clinics[nextClinic++]!.id;
  const fake = await FakeClinic.start();
  fakes.push(fake);
  const entry = { scheme: 'http', host: '127.0.0.1', ports: [fake.port], networks: [] };
  await secadmin.put(`/api/channels/allow-list/${clinicId}`, { entries: [entry] });
  const { body } = await sysadmin.post('/api/channels', { kind: 'webhook', clinicId, name: 'HIS', url: fake.url });
  return { clinicId, fake, channelId: body.channelId };
}

const inTx = <T>(work: (tx: Tx) => Promise<T>) => system.db.write(system.ctx(county.countyId), work);

const sign = (to: Endpoint, changes: Partial<SpecReport> = {}) =>
  inTx((tx) =>
    signReport(tx, system.get(Outbox), {
      clinicId: to.clinicId,
      writerId: county.people.get('writer11')!.id,
      reviewerId: county.people.get('reviewer11')!.id,
      signedAt: clock.now(),
      ...changes,
    }),
  );

const deliveries = ({ channelId }: Endpoint) =>
  inTx((tx) => tx.rows<Delivery>('SELECT * FROM delivery WHERE channel_id = $1 ORDER BY id', [channelId]));

const all = (to: Endpoint, state: string, count: number) =>
  until(`${count} ${state}`, async () => {
    const found = await deliveries(to);
    return found.filter((one) => one.state === state).length === count && found;
  });

const breaker = ({ channelId }: Endpoint) =>
  inTx((tx) => tx.row<Channel>('SELECT * FROM channel WHERE id = $1', [channelId])).then((row) => row!);

const quiet = (to: Endpoint) =>
  until('every lane waiting', async () => {
    const lanes = await inTx((tx) =>
      tx.rows<DeliveryLane>('SELECT * FROM delivery_lane WHERE channel_id = $1', [to.channelId]),
    );
    const waits = lanes.every(
      (lane) => lane.lease_token === null && (lane.next_at === null || lane.next_at > clock.now()),
    );
    return waits && lanes;
  });

/** Lets time pass until the next lane of the endpoint is due (at least so long), and lets the sweep find it. */
async function pass(to: Endpoint, atLeast = 0): Promise<void> {
  const due = (await quiet(to)).flatMap((lane) => lane.next_at ?? []).sort((a, b) => a.getTime() - b.getTime());
  if (due[0] === undefined) throw new Error('nothing is due any more');
  clock.set(new Date(Math.max(due[0].getTime(), clock.now().getTime() + atLeast)));
  await system.get(Sweeper).sweepOnce();
  await quiet(to);
}

it('brings a report to an endpoint that was away for a week: once, under the id of its first attempt', async () => {
  const to = await endpoint();
  await to.fake.goAway();
  const from = clock.now().getTime();
  const { versionId, examId } = await sign(to);
  await all(to, 'FAILED', 1);
  while (clock.now().getTime() < from + 7 * DAY) await pass(to);
  const [waiting] = await deliveries(to);
  expect(waiting).toMatchObject({ state: 'FAILED', report_version_id: versionId, last_error: 'connect_refused' });
  expect(waiting!.attempts).toBeGreaterThan(40);
  expect(waiting!.ambiguous).toBe(false);

  await to.fake.comeBack();
  await pass(to);
  const [delivered] = await all(to, 'DELIVERED', 1);
  expect(to.fake.received).toHaveLength(1);
  expect(to.fake.received[0]).toMatchObject({ id: waiting!.id, body: { data: { deliveryId: waiting!.id, examId } } });
  expect(delivered!.delivered_at!.getTime()).toBeGreaterThan(from + 7 * DAY);
  expect(await breaker(to)).toMatchObject({ breaker_state: 'closed', breaker_failures: 0 });
  // Nothing is left that would send it again.
  await system.get(Sweeper).sweepOnce();
  expect((await quiet(to)).map((lane) => lane.next_at)).toEqual([null]);
});

it('gives up after ten days, and says so, also what only waited behind the open breaker', async () => {
  const to = await endpoint();
  await to.fake.goAway();
  const from = clock.now().getTime();
  for (let i = 0; i < 6; i += 1) await sign(to);
  // All of them from the first day on.
  await until('six deliveries', async () => (await deliveries(to)).length === 6);
  await until('an open breaker', async () => (await breaker(to)).breaker_state === 'open');
  while ((await deliveries(to)).some(({ state }) => state !== 'DEAD')) await pass(to, 2 * HOUR);
  expect(clock.now().getTime()).toBeGreaterThan(from + RETRY_HORIZON_SECONDS * SECOND);
  expect(clock.now().getTime()).toBeLessThan(from + RETRY_HORIZON_SECONDS * SECOND * 1.25);
  const alarms = await inTx((tx) =>
    tx.rows(
      `SELECT DISTINCT subject_id FROM audit_event WHERE action = 'delivery.alarm' AND details->>'channelId' = $1`,
      [to.channelId],
    ),
  );
  expect(alarms).toHaveLength(6);
});

it('stops hammering an endpoint that is down, and pulls everything forward when it is back', async () => {
  const to = await endpoint();
  to.fake.answer = (response) => response.writeHead(500).end();
  for (let i = 0; i < 40; i += 1) await sign(to);
  await until('an open breaker', async () => (await breaker(to)).breaker_state === 'open');
  await until('40 deliveries', async () => (await deliveries(to)).length === 40);
  await quiet(to);
  const tried = to.fake.received.length;
  // Five failures in a row open it; a few more were on their way at that moment.
  expect(tried).toBeLessThan(12);
  // One probe a pause, not forty.
  for (let i = 0; i < 3; i += 1) await pass(to);
  expect(to.fake.received.length).toBeLessThanOrEqual(tried + 3);

  to.fake.answer = (response) => response.writeHead(204).end();
  const before = clock.now().getTime();
  await pass(to);
  await all(to, 'DELIVERED', 40);
  expect(clock.now().getTime() - before).toBeLessThanOrEqual(16 * MINUTE);
  expect(new Set(to.fake.taken.map(({ id }) => id)).size).toBe(40);
  expect(to.fake.taken).toHaveLength(40);
});

it('keeps the order of versions through an outage', async () => {
  const to = await endpoint();
  await to.fake.goAway();
  const exams = [newId(), newId(), newId()];
  for (const [i, kind] of (['final', 'corrected', 'addendum'] as const).entries()) {
    for (const examId of exams) await sign(to, { examId, number: i + 1, kind });
    await until('these versions', async () => (await deliveries(to)).length === 3 * (i + 1));
    // The first has been tried before the second comes: of what never went out only the newest would go.
    if (i === 0) await all(to, 'FAILED', 3);
  }
  for (let i = 0; i < 8; i += 1) await pass(to);
  await to.fake.comeBack();
  while ((await deliveries(to)).some(({ state }) => state !== 'DELIVERED'))
    await pass(to).catch(() => all(to, 'DELIVERED', 9));
  for (const examId of exams) {
    const taken = to.fake.taken.filter(({ body }) => body.data.examId === examId);
    expect(taken.map(({ body }) => body.data.reportVersion.number)).toEqual([1, 2, 3]);
  }
});
