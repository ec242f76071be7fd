import { gateway, seedCounty, signIn, type TestClinic, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import type { Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { Outbox } from '../platform/outbox';
import type { Delivery } from './delivery.entities';
import {
  announce,
  FakeClinic,
  recallReport,
  type SignedSpecReport,
  signReport,
  type SpecReport,
  storeVersion,
} from './delivery.fixture';

let system: System;
let county: TestCounty;
let sysadmin: JsonClient;
let secadmin: JsonClient;
const fakes: FakeClinic[] = [];

beforeAll(async () => {
  // Nothing here waits for a time-out: what a stalled machine answers late has been delivered all the same.
  system = await startSystem({ env: { WEBHOOK_TIMEOUT_MS: '60000' } });
  county = await seedCounty(system, { clinics: 8 });
  sysadmin = await signIn(system, county, 'sysadmin');
  secadmin = await signIn(system, county, 'secadmin');
});
afterAll(async () => {
  for (const fake of fakes) await fake.goAway();
  await system.stop();
});

let nextClinic = 0;
interface Endpoint {
  readonly clinic: TestClinic;
  readonly fake: FakeClinic;
  readonly channelId: string;
}

async function endpoint(): Promise<Endpoint> {
  const clinic = county.clinics[nextClinic++]!;
  const fake = await FakeClinic.start();
  fakes.push(fake);
  const entry = { scheme: 'http', host: '127.0.0.1', ports: [fake.port], networks: [] };
  await secadmin.put(`/api/channels/allow-list/${clinic.id}`, { entries: [entry] });
  const made = await sysadmin.post('/api/channels', {
    kind: 'webhook',
    clinicId: clinic.id,
    name: 'HIS',
    url: fake.url,
  });
  expect(made.status).toBe(201);
  return { clinic, fake, channelId: made.body.channelId };
}

const inTx = <T>(work: (tx: Tx) => Promise<T>) => system.db.write(system.ctx(county.countyId), work);

const report = ({ clinic }: Endpoint, changes: Partial<SpecReport> = {}): SpecReport => ({
  clinicId: clinic.id,
  writerId: county.people.get('writer11')!.id,
  reviewerId: county.people.get('reviewer11')!.id,
  signedAt: new Date('2026-03-02T01:00:00Z'),
  ...changes,
});
const sign = (to: Endpoint, changes: Partial<SpecReport> = {}) =>
  inTx((tx) => signReport(tx, system.get(Outbox), report(to, changes)));
const recall = (version: SignedSpecReport) =>
  inTx((tx) => recallReport(tx, system.get(Outbox), version, county.people.get('reviewer11')!.id));

const deliveriesOf = ({ versionId }: SignedSpecReport) =>
  inTx((tx) =>
    tx.rows<Delivery>('SELECT * FROM delivery WHERE report_version_id = $1 ORDER BY channel_kind, event DESC', [
      versionId,
    ]),
  );
const webhookOf = async (version: SignedSpecReport, event: 'signed' | 'recalled' = 'signed') =>
  (await deliveriesOf(version)).find((row) => row.channel_kind === 'webhook' && row.event === event);
const inState = (version: SignedSpecReport, state: string, event: 'signed' | 'recalled' = 'signed') =>
  until(`the ${event} delivery ${state}`, async () => {
    const row = await webhookOf(version, event);
    return row?.state === state && row;
  });
const received = ({ fake }: Endpoint, { examId }: SignedSpecReport) =>
  fake.received
    .filter(({ body }) => body.data.examId === examId)
    .map(({ body }) => `${body.type} ${body.data.reportVersion.number}`);
const quiet = (consumer: string) =>
  until(`${consumer} is through`, async () => {
    const left = await inTx((tx) =>
      tx.rows('SELECT 1 FROM outbox_message WHERE consumer = $1 AND handled_at IS NULL', [consumer]),
    );
    return left.length === 0;
  });

it('tells the clinic’s system that a report it has was called back, without what it said', async () => {
  const to = await endpoint();
  const version = await sign(to);
  await inState(version, 'DELIVERED');
  await recall(version);
  const told = await inState(version, 'DELIVERED', 'recalled');
  expect(received(to, version)).toEqual(['report.signed 1', 'report.recalled 1']);
  const webhook = to.fake.received.at(-1)!;
  expect(webhook.id).toBe(told.id);
  expect(webhook.body.data).toMatchObject({ kind: 'recalled', reason: '漏看左肺', report: null, pdfUrl: null });
  expect(webhook.text).not.toContain('两肺清晰');
});

it('sends nothing of a report that has not gone out, and numbers no entry for it', async () => {
  const to = await endpoint();
  await sysadmin.post(`/api/channels/${to.channelId}/disable`, { reason: '维护' });
  const version = await inTx((tx) => storeVersion(tx, report(to)));
  // The news of the recall comes first, then that of the signature.
  await recall(version);
  await quiet('delivery.withdraw');
  await inTx((tx) => announce(tx, system.get(Outbox), version));
  await quiet('delivery.fan-out');
  expect(await deliveriesOf(version)).toEqual([]);
  const next = await sign(to, { examId: version.examId, number: 2, kind: 'final' });
  const [entry, ...others] = await until('the next version', async () => {
    const { body } = await gateway(system, to.clinic).get('/api/inbox?limit=200');
    return body.items.length > 0 && body.items;
  });
  expect([entry.seq, entry.reportVersion.versionId, others]).toEqual([1, next.versionId, []]);
});

it('keeps a pending inbox entry’s number, empty, where nobody had fetched it', async () => {
  const to = await endpoint();
  const version = await sign(to);
  await quiet('delivery.fan-out');
  await recall(version);
  await quiet('delivery.withdraw');
  await sign(to);
  const items = await until('both entries', async () => {
    const { body } = await gateway(system, to.clinic).get('/api/inbox?limit=200');
    return body.items.length === 2 && body.items;
  });
  expect(items).toMatchObject([
    { seq: 1, state: 'RECALLED', kind: 'recalled', report: null },
    { seq: 2, state: 'SENT', kind: 'final' },
  ]);
  const doctor = await signIn(system, county, `doctor0${nextClinic}`);
  const seen = await doctor.post(`/api/inbox/${items[0].deliveryId}/seen`);
  expect([seen.status, seen.body.code]).toEqual([409, 'report_recalled']);
  const auditor = await signIn(system, county, 'auditor');
  const { body } = await auditor.get(`/api/audit?subject=${items[0].deliveryId}`);
  expect(body.items).toMatchObject([{ action: 'delivery.see.refused', details: { code: 'report_recalled' } }]);
});

it('tries a report no more that was called back between two attempts; where the first was in doubt, it is told', async () => {
  const to = await endpoint();
  to.fake.answer = (response) => response.destroy();
  const version = await sign(to);
  await inState(version, 'FAILED');
  await recall(version);
  await inState(version, 'RECALLED');
  const before = received(to, version).filter((what) => what === 'report.signed 1').length;
  to.fake.answer = (response) => response.writeHead(204).end();
  await inState(version, 'DELIVERED', 'recalled');
  expect(received(to, version).filter((what) => what === 'report.signed 1')).toHaveLength(before);
  const redriven = await sysadmin.post('/api/deliveries/redrive', { deliveryIds: [(await webhookOf(version))!.id] });
  expect(redriven.body.redriven).toEqual([]);
});

it('skips a version that never went out for the one that takes its place, and keeps the order of the rest', async () => {
  const to = await endpoint();
  const examId = newId();
  let broken = true;
  to.fake.answer = (response, { body }) => response.writeHead(broken && body.data.examId === examId ? 503 : 204).end();
  const first = await sign(to, { examId });
  await inState(first, 'FAILED');
  // The news of each is through before the next is signed.
  const second = await sign(to, { examId, number: 2, kind: 'corrected' });
  await quiet('delivery.fan-out');
  const added = await sign(to, { examId, number: 3, kind: 'addendum' });
  await quiet('delivery.fan-out');
  expect([(await webhookOf(second))!.state, (await webhookOf(added))!.state]).toEqual(['PENDING', 'PENDING']);
  const last = await sign(to, { examId, number: 4, kind: 'corrected' });
  const skipped = await inState(second, 'SUPERSEDED');
  expect(skipped.superseded_by).toBe((await webhookOf(last))!.id);
  expect((await webhookOf(added))!.state).toBe('SUPERSEDED');
  broken = false;
  await inState(last, 'DELIVERED');
  const order = received(to, first);
  expect(new Set(order)).toEqual(new Set(['report.signed 1', 'report.signed 4']));
  expect(order).toEqual([...order].sort());
  expect(to.fake.received.at(-1)!.body.data).toMatchObject({ supersedes: 3, kind: 'corrected', reason: '笔误' });
  // The inbox keeps all of them, in their order: its numbers have no gap.
  const { body } = await gateway(system, to.clinic).get('/api/inbox?limit=200');
  const numbers = body.items.map((item: { reportVersion: { number: number } }) => item.reportVersion.number);
  expect(numbers).toEqual([1, 2, 3, 4]);
});

describe('a formal report that is called back', () => {
  it('gives its place back to the preliminary one, until the next takes it', async () => {
    const to = await endpoint();
    const preliminary = await sign(to, { kind: 'preliminary' });
    await inState(preliminary, 'DELIVERED');
    const { examId } = preliminary;
    const formal = await sign(to, { examId, number: 2, kind: 'final' });
    await inState(formal, 'DELIVERED');
    expect((await webhookOf(preliminary))!.superseded_by).toBe((await webhookOf(formal))!.id);
    await recall(formal);
    await inState(formal, 'DELIVERED', 'recalled');
    expect((await webhookOf(preliminary))!.superseded_by).toBeNull();
    const again = await sign(to, { examId, number: 3, kind: 'final' });
    await inState(again, 'DELIVERED');
    const next = (await webhookOf(again))!.id;
    expect([(await webhookOf(preliminary))!.superseded_by, (await webhookOf(formal))!.superseded_by]).toEqual([
      next,
      next,
    ]);
    expect(received(to, preliminary)).toEqual([
      'report.signed 1',
      'report.signed 2',
      'report.recalled 2',
      'report.signed 3',
    ]);
  });

  it('never goes out behind a preliminary one that is still tried', async () => {
    const to = await endpoint();
    let broken = true;
    to.fake.answer = (response) => response.writeHead(broken ? 503 : 204).end();
    const preliminary = await sign(to, { kind: 'preliminary' });
    await inState(preliminary, 'FAILED');
    const formal = await sign(to, { examId: preliminary.examId, number: 2, kind: 'final' });
    await inState(formal, 'PENDING');
    await recall(formal);
    await inState(formal, 'RECALLED');
    broken = false;
    await inState(preliminary, 'DELIVERED');
    expect(new Set(received(to, preliminary))).toEqual(new Set(['report.signed 1']));
    expect(await webhookOf(formal, 'recalled')).toBeUndefined();
  });
});
