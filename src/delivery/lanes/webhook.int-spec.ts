import { Webhook } from 'standardwebhooks';
import { gateway, seedCounty, signIn, type TestClinic, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { Outbox } from '../../platform/outbox';
import type { Delivery, DeliveryAttempt } from '../delivery.entities';
import { DRAIN } from '../delivery.subscriptions';
import { DeliveryMetricsSweep } from '../oversight/delivery-metrics.sweep';
import { FakeClinic, type SignedSpecReport, signReport, type SpecReport } from '../delivery.fixture';

let system: System;
let county: TestCounty;
let sysadmin: JsonClient;
let secadmin: JsonClient;
const clinics: FakeClinic[] = [];

beforeAll(async () => {
  // Nothing here waits for a time-out: what a stalled machine answers late has been delivered all the same.
  system = await startSystem({ env: { WEBHOOK_TIMEOUT_MS: '60000' } });
  county = await seedCounty(system, { clinics: 12 });
  sysadmin = await signIn(system, county, 'sysadmin');
  secadmin = await signIn(system, county, 'secadmin');
});
afterAll(async () => {
  for (const clinic of clinics) await clinic.goAway();
  await system.stop();
});

interface Endpoint {
  readonly clinic: TestClinic;
  readonly fake: FakeClinic;
  readonly channelId: string;
  readonly secret: string;
}

let nextClinic = 0;
/** A clinic of its own for each test, with a system that takes webhooks. */
async function endpoint(): Promise<Endpoint> {
  const clinic = county.clinics[nextClinic++]!;
  const fake = await FakeClinic.start();
  clinics.push(fake);
  const entry = { scheme: 'http', host: '127.0.0.1', ports: [fake.port], networks: [] };
  await secadmin.put(`/api/channels/allow-list/${clinic.id}`, { entries: [entry] });
  const made = await sysadmin.post('/api/channels', {
    kind: 'webhook',
    clinicId: clinic.id,
    name: 'HIS',
    url: fake.url,
  });
  expect(made.status).toBe(201);
  return { clinic, fake, ...made.body };
}

const inTx = <T>(work: (tx: Tx) => Promise<T>) => system.db.write(system.ctx(county.countyId), work);

const sign = ({ clinic }: Endpoint, changes: Partial<SpecReport> = {}) =>
  inTx((tx) =>
    signReport(tx, system.get(Outbox), {
      clinicId: clinic.id,
      writerId: county.people.get('writer11')!.id,
      reviewerId: county.people.get('reviewer11')!.id,
      signedAt: new Date('2026-03-02T01:00:00Z'),
      ...changes,
    }),
  );

const deliveryOf = ({ channelId }: Endpoint, versionId: string) =>
  inTx((tx) =>
    tx.row<Delivery>('SELECT * FROM delivery WHERE channel_id = $1 AND report_version_id = $2', [channelId, versionId]),
  );

const inState = (to: Endpoint, versionId: string, state: string) =>
  until(`${state}`, async () => {
    const delivery = await deliveryOf(to, versionId);
    return delivery?.state === state && delivery;
  });

const attemptsOf = (deliveryId: string) =>
  inTx((tx) =>
    tx.rows<DeliveryAttempt>('SELECT * FROM delivery_attempt WHERE delivery_id = $1 ORDER BY number', [deliveryId]),
  );

/** Whoever was asked to drain a lane at once has looked at it. */
const drained = () =>
  until('the lanes are looked at', async () => {
    const left = await inTx((tx) =>
      tx.rows('SELECT 1 FROM outbox_message WHERE consumer = $1 AND not_before IS NULL AND handled_at IS NULL', [
        DRAIN,
      ]),
    );
    return left.length === 0;
  });

const numbers = (fake: FakeClinic, examId: string) =>
  fake.received.filter(({ body }) => body.data.examId === examId).map(({ body }) => body.data.reportVersion.number);

it('brings a signed report to the clinic’s system, signed so that it can tell', async () => {
  const to = await endpoint();
  const { versionId, examId } = await sign(to);
  const delivery = await inState(to, versionId, 'DELIVERED');
  const [webhook, ...others] = to.fake.received;
  expect(others).toEqual([]);
  expect(webhook!.id).toBe(delivery.id);
  const verified = new Webhook(to.secret).verify(webhook!.text, webhook!.headers as Record<string, string>);
  expect(verified).toMatchObject({
    type: 'report.signed',
    schemaVersion: 1,
    timestamp: '2026-03-02T01:00:00.000Z',
    data: {
      deliveryId: delivery.id,
      examId,
      accessionNumber: `CT${examId.slice(-8)}`,
      patientName: '张三',
      reportVersion: { versionId, number: 1, kind: 'final' },
      report: { findings: '两肺清晰。', impression: '胸部未见异常。' },
    },
  });
  expect(await attemptsOf(delivery.id)).toMatchObject([{ number: 1, outcome: 'delivered', http_status: 204 }]);
  expect(delivery).toMatchObject({ attempts: 1, last_error: null, ambiguous: false });
});

it('signs with both secrets while one is being rotated, and with the new one alone after a leak', async () => {
  const to = await endpoint();
  const rotated = (await sysadmin.post(`/api/channels/${to.channelId}/rotate-secret`)).body;
  await inState(to, (await sign(to)).versionId, 'DELIVERED');
  const verifies = (secret: string) => {
    const { text, headers } = to.fake.received.at(-1)!;
    try {
      return Boolean(new Webhook(secret).verify(text, headers as Record<string, string>));
    } catch {
      return false;
    }
  };
  expect([verifies(to.secret), verifies(rotated.secret)]).toEqual([true, true]);

  const leaked = await sysadmin.post(`/api/channels/${to.channelId}/rotate-secret`, { overlapHours: 0 });
  await inState(to, (await sign(to)).versionId, 'DELIVERED');
  expect([to.secret, rotated.secret, leaked.body.secret].map(verifies)).toEqual([false, false, true]);
});

it('never lets a correction overtake what it corrects, nor wait for other exams', async () => {
  const to = await endpoint();
  const examId = newId();
  let broken = true;
  to.fake.answer = (response, { body }) =>
    response.writeHead(broken && body.data.examId === examId && body.data.reportVersion.number === 1 ? 400 : 204).end();
  const first = await sign(to, { examId });
  await inState(to, first.versionId, 'FAILED');
  const second = await sign(to, { examId, number: 2, kind: 'corrected' });
  const other = await sign(to);
  await inState(to, other.versionId, 'DELIVERED');
  // It is there, and its lane has been looked at.
  await until('the correction is there', () => deliveryOf(to, second.versionId));
  await drained();
  expect((await deliveryOf(to, second.versionId))!.state).toBe('PENDING');
  expect(numbers(to.fake, examId)).not.toContain(2);

  broken = false;
  await inState(to, second.versionId, 'DELIVERED');
  const order = numbers(to.fake, examId);
  expect(order).toEqual([...order].sort());
  expect(to.fake.taken.filter(({ body }) => body.data.examId === examId)).toHaveLength(2);
});

it('lets the correction go when the first version is refused for good, and tells a person', async () => {
  const to = await endpoint();
  const examId = newId();
  to.fake.answer = (response, { body }) => response.writeHead(body.data.reportVersion.number === 1 ? 422 : 204).end();
  const first = await sign(to, { examId });
  const dead = await inState(to, first.versionId, 'DEAD');
  expect(dead).toMatchObject({ attempts: 1, last_error: 'http_422', next_attempt_at: null });
  const second = await sign(to, { examId, number: 2, kind: 'corrected' });
  await inState(to, second.versionId, 'DELIVERED');
  expect(numbers(to.fake, examId)).toEqual([1, 2]);

  const told = await inTx((tx) =>
    tx.rows("SELECT 1 FROM audit_event WHERE action = 'delivery.alarm' AND subject_id = $1", [dead.id]),
  );
  expect(told).toHaveLength(1);
  // The old one must not arrive after the new one any more.
  const redrive = await sysadmin.post('/api/deliveries/redrive', { deliveryIds: [dead.id] });
  expect(redrive.body).toEqual({ redriven: [], skipped: [{ deliveryId: dead.id, reason: 'newer_sent' }], more: false });
});

it('takes a crash between sending and recording for doubt, and sends again under the same id', async () => {
  const to = await endpoint();
  // As a killed worker leaves it: the attempt is written, the lane is leased, and nobody is there any more.
  const [deliveryId, examId] = [newId(), newId()];
  await inTx(async (tx) => {
    const { versionId } = await signReport(tx, { emit: async () => undefined } as unknown as Outbox, {
      clinicId: to.clinic.id,
      writerId: county.people.get('writer11')!.id,
      reviewerId: county.people.get('reviewer11')!.id,
      signedAt: new Date('2026-03-02T01:00:00Z'),
      examId,
    });
    await tx.change(
      `INSERT INTO delivery (id, county_id, clinic_id, exam_id, report_version_id, version_number, version_kind, channel_id, channel_kind,
         state, attempts, tries, tries_since, signed_at, created_at, sent_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, 1, 'final', $6, 'webhook', 'SENT', 1, 1, now(), now(), now(), now(), now())`,
      [deliveryId, county.countyId, to.clinic.id, examId, versionId, to.channelId],
    );
    await tx.change(
      'INSERT INTO delivery_attempt (id, county_id, delivery_id, number, started_at) VALUES ($1, $2, $3, 1, now())',
      [newId(), county.countyId, deliveryId],
    );
    await tx.change(
      `INSERT INTO delivery_lane (id, county_id, exam_id, channel_id, lease_token, leased_until, next_at)
       VALUES ($1, $2, $3, $4, $5, now() + interval '2 seconds', now())`,
      [newId(), county.countyId, examId, to.channelId, newId()],
    );
  });
  const webhook = await until('the second sending', () => to.fake.received[0]);
  expect(webhook.id).toBe(deliveryId);
  const attempts = await until('both attempts ended', async () => {
    const found = await attemptsOf(deliveryId);
    return found.every(({ finished_at: at }) => at !== null) && found;
  });
  expect(attempts).toMatchObject([
    { number: 1, outcome: 'ambiguous', code: 'interrupted' },
    { number: 2, outcome: 'delivered' },
  ]);
  expect(to.fake.received).toHaveLength(1);
});

it('keeps the doubt about an answer that never came until the delivery is through', async () => {
  const to = await endpoint();
  to.fake.answer = (response) => response.destroy();
  const { versionId } = await sign(to);
  const failed = await inState(to, versionId, 'FAILED');
  expect(failed).toMatchObject({ ambiguous: true, last_error: 'reset' });
  to.fake.answer = (response) => response.writeHead(204).end();
  const delivered = await inState(to, versionId, 'DELIVERED');
  expect(delivered.ambiguous).toBe(false);
  expect(new Set(to.fake.received.map(({ id }) => id))).toEqual(new Set([delivered.id]));
});

it('takes the clinic’s own word for a delivery that it lost sight of', async () => {
  const to = await endpoint();
  to.fake.answer = (response) => response.writeHead(400).end();
  const { versionId, examId } = await sign(to);
  const failed = await inState(to, versionId, 'FAILED');
  const next = await sign(to, { examId, number: 2, kind: 'corrected' });
  to.fake.answer = (response) => response.writeHead(204).end();
  const answer = await gateway(system, to.clinic).post(`/api/inbox/${failed.id}/ack`);
  expect(answer.body.state).toBe('DELIVERED');
  await inState(to, next.versionId, 'DELIVERED');
});

it('switches an endpoint off that asks for it (410), and sends what waited when it is on again', async () => {
  const to = await endpoint();
  to.fake.answer = (response) => response.writeHead(410).end();
  const gone = await sign(to);
  await inState(to, gone.versionId, 'DEAD');
  const channel = async () =>
    (await sysadmin.get(`/api/channels?clinic=${to.clinic.id}`)).body.items.find(
      (item: { channelId: string }) => item.channelId === to.channelId,
    );
  expect(await channel()).toMatchObject({ active: false, disabledReason: 'http_410', alarm: { code: 'http_410' } });

  const dead = (await deliveryOf(to, gone.versionId))!;
  const off = await sysadmin.post('/api/deliveries/redrive', { deliveryIds: [dead.id] });
  expect(off.body.skipped).toEqual([{ deliveryId: dead.id, reason: 'channel_off' }]);
  to.fake.answer = (response) => response.writeHead(204).end();
  await sysadmin.post(`/api/channels/${to.channelId}/enable`);
  expect((await sysadmin.post('/api/deliveries/redrive', { channelId: to.channelId })).body.redriven).toEqual([
    dead.id,
  ]);
  await inState(to, gone.versionId, 'DELIVERED');
  expect(await channel()).toMatchObject({ active: true, alarm: null });
});

it('redrives what was given up, under the old id, once, with its attempts on record', async () => {
  const to = await endpoint();
  to.fake.answer = (response) => response.writeHead(413).end();
  // The oldest delivery goes first: each is made before the next is signed.
  const signed: SignedSpecReport[] = [];
  const dead: Delivery[] = [];
  for (let i = 0; i < 3; i += 1) {
    signed.push(await sign(to));
    dead.push(await inState(to, signed[i]!.versionId, 'DEAD'));
  }
  to.fake.answer = (response) => response.writeHead(204).end();
  const first = await sysadmin.post('/api/deliveries/redrive', { deliveryIds: [dead[0]!.id, newId()] });
  expect([first.status, first.body.redriven]).toEqual([200, [dead[0]!.id]]);
  expect(first.body.skipped).toMatchObject([{ reason: 'not_found' }]);
  await inState(to, signed[0]!.versionId, 'DELIVERED');
  const rest = await sysadmin.post('/api/deliveries/redrive', { channelId: to.channelId, state: 'DEAD' });
  expect(rest.body.redriven).toEqual([dead[1]!.id, dead[2]!.id]);
  for (const { versionId } of signed) await inState(to, versionId, 'DELIVERED');
  const again = await sysadmin.post('/api/deliveries/redrive', { deliveryIds: [dead[0]!.id] });
  expect(again.body).toEqual({
    redriven: [],
    skipped: [{ deliveryId: dead[0]!.id, reason: 'not_failed' }],
    more: false,
  });
  expect(to.fake.taken.map(({ id }) => id).sort()).toEqual(dead.map(({ id }) => id).sort());

  const one = (await sysadmin.get(`/api/deliveries/${dead[0]!.id}`)).body;
  expect(one).toMatchObject({ state: 'DELIVERED', attempts: 2, accessionNumber: expect.stringMatching(/^CT/) });
  expect(one.attemptList).toMatchObject([
    { number: 2, outcome: 'delivered' },
    { number: 1, outcome: 'permanent', code: 'http_413', httpStatus: 413 },
  ]);
});

it('lists by state and clinic, page by page, and only to those who run the county', async () => {
  const to = await endpoint();
  for (let i = 0; i < 3; i += 1) await inState(to, (await sign(to)).versionId, 'DELIVERED');
  const query = `/api/deliveries?clinic=${to.clinic.id}&state=DELIVERED&limit=2`;
  const first = (await sysadmin.get(query)).body;
  const second = (await sysadmin.get(`${query}&cursor=${first.nextCursor}`)).body;
  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
  const ids = [...first.items, ...second.items].map((item: { deliveryId: string }) => item.deliveryId);
  expect(ids).toEqual([...ids].sort().reverse());
  expect(JSON.stringify(first)).not.toContain('张三');
  expect((await sysadmin.get(`${query}&cursor=Zm9v`)).body.params.field).toBe('cursor');
  expect((await gateway(system, to.clinic).get('/api/deliveries')).status).toBe(403);

  const other = await seedCounty(system, { code: 'b', clinics: 1 });
  const stranger = await signIn(system, other, 'sysadmin');
  expect((await stranger.get(`/api/deliveries/${ids[0]}`)).status).toBe(404);
  expect((await stranger.get('/api/deliveries')).body.items).toEqual([]);
  const foreign = await stranger.post('/api/deliveries/redrive', { deliveryIds: [ids[0]] });
  expect(foreign.body.skipped).toEqual([{ deliveryId: ids[0], reason: 'not_found' }]);
});

it('shows Prometheus what is not through, what a person must look at, and how the endpoints are', async () => {
  const to = await endpoint();
  to.fake.answer = (response) => response.writeHead(415).end();
  await inState(to, (await sign(to)).versionId, 'DEAD');
  const inAMinute = new Date(system.get(Clock).now().getTime() + 60_000);
  await system.db.relay(system.ctx(county.countyId), (tx) => system.get(DeliveryMetricsSweep).sweep(tx, inAMinute));
  const { body } = await sysadmin.get<string>('/metrics');
  const value = (series: string) =>
    Number(
      body
        .split('\n')
        .find((line) => line.startsWith(series))
        ?.split(' ')[1],
    );
  expect(value('cic_deliveries{channel="webhook",state="DEAD"}')).toBeGreaterThanOrEqual(1);
  expect(value('cic_delivery_oldest_age_seconds{channel="webhook",state="DEAD"}')).toBeGreaterThan(0);
  expect(value('cic_webhook_endpoints{state="closed"}')).toBeGreaterThanOrEqual(1);
  expect(value('cic_delivery_alarms_total{code="http_415"}')).toBe(1);
  expect(value('cic_delivery_attempts_total{outcome="permanent"}')).toBeGreaterThanOrEqual(1);
});
