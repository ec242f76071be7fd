import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { EventLog, EventStream } from '../../../test/harness/http';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { Outbox } from '../../platform/outbox';
import { WakeBus } from '../../platform/wake';
import { announce, signReport, type SpecReport, storeVersion } from '../delivery.fixture';
import { LOOK_AGAIN_MS } from './inbox.service';

let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system, { clinics: 9 });
});
afterAll(() => system.stop());

let nextClinic = 0;
/** A clinic that no other test writes to: numbers begin at 1. */
const freshClinic = () => county.clinics[nextClinic++]!;

function report(clinicId: string, changes: Partial<SpecReport> = {}): SpecReport {
  return {
    clinicId,
    writerId: county.people.get('writer11')!.id,
    reviewerId: county.people.get('reviewer11')!.id,
    signedAt: new Date('2026-03-02T01:00:00Z'),
    ...changes,
  };
}

const inTx = <T>(work: (tx: Tx) => Promise<T>) => system.db.write(system.ctx(county.countyId), work);

const sign = (clinicId: string, changes: Partial<SpecReport> = {}) =>
  inTx((tx) => signReport(tx, system.get(Outbox), report(clinicId, changes)));

const filled = (client: JsonClient, count: number) =>
  until(`${count} entries`, async () => {
    const { body } = await client.get('/api/inbox?limit=200');
    return body.items.length === count && body.items;
  });

/** Every signature that was told has been heard. */
const fannedOut = () =>
  until('every event handled', async () => {
    const left = await inTx((tx) =>
      tx.rows("SELECT 1 FROM outbox_message WHERE consumer = 'delivery.fan-out' AND handled_at IS NULL"),
    );
    return left.length === 0;
  });

const progress = (deliveryId: string) =>
  system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<{ action: string }>('SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY id', [deliveryId]),
  );

it('hands a signed report to the clinic, with all that is needed to file it', async () => {
  const clinic = freshClinic();
  const { versionId, examId } = await sign(clinic.id);
  const [entry] = await filled(gateway(system, clinic), 1);
  expect(entry).toMatchObject({
    seq: 1,
    examId,
    accessionNumber: `CT${examId.slice(-8)}`,
    patientName: '张三',
    studies: [{ studyInstanceUid: '1.2.826.0.1.1' }],
    reportVersion: { versionId, number: 1, kind: 'final', signedAt: '2026-03-02T01:00:00.000Z' },
    kind: 'final',
    state: 'SENT',
    report: {
      exam: { limitation: '患者已离开，未能补充检查（外出务工）；本报告仅就已有影像作出。' },
      findings: '两肺清晰。',
      impression: '胸部未见异常。',
      positive: 0,
      reviewer: { name: '孙丽' },
    },
    pdfUrl: `/api/reports/${versionId}/pdf`,
    deliveredAt: null,
    seenAt: null,
    identityHold: null,
  });
});

it('marks a delivered report while it is in doubt whose images they are, however it is read', async () => {
  const clinic = freshClinic();
  const client = gateway(system, clinic);
  const examId = newId();
  await inTx((tx) =>
    tx.change(
      `INSERT INTO exam (id, county_id, clinic_id, patient_name, priority, mode, state, created_by, created_at, updated_at)
       VALUES ($1, $2, $3, '张三', 'ROUTINE', 'diagnose', 'SIGNED', 'test', now(), now())`,
      [examId, county.countyId, clinic.id],
    ),
  );
  const setHold = (since: string | null, reason: string | null) =>
    inTx((tx) =>
      tx.change('UPDATE exam SET identity_hold_at = $2, identity_hold_reason = $3 WHERE id = $1', [
        examId,
        since,
        reason,
      ]),
    );
  await sign(clinic.id, { examId });
  expect((await filled(client, 1))[0].identityHold).toBeNull();

  const hold = { since: '2026-03-02T02:00:00.000Z', reason: '姓名与影像不符' };
  await setHold(hold.since, hold.reason);
  expect((await filled(client, 1))[0].identityHold).toEqual(hold);
  expect((await client.get('/api/inbox?wait=5')).body.items[0].identityHold).toEqual(hold);
  const log = new EventLog();
  const stream = new EventStream({
    url: `${system.url}/api/inbox/stream`,
    headers: client.identity,
    onEvent: log.add,
  });
  const event = await log.waitFor(({ id }) => id === '1', 60_000);
  stream.close();
  expect(JSON.parse(event.data).identityHold).toEqual(hold);

  await setHold(null, null);
  expect((await filled(client, 1))[0].identityHold).toBeNull();
});

it('numbers 50 reports signed at once without a gap or a double, in the order they become visible', async () => {
  const clinic = freshClinic();
  const client = gateway(system, clinic);
  const seen: number[] = [];
  // Somebody reads along all the while: a number must never turn up behind one that was seen already.
  const reader = (async () => {
    for (let after = 0; after < 50;) {
      const { body } = await client.get(`/api/inbox?after=${after}&wait=5`);
      seen.push(...body.items.map((item: { seq: number }) => item.seq));
      after = seen.at(-1) ?? 0;
    }
  })();
  await Promise.all(Array.from({ length: 50 }, () => sign(clinic.id)));
  await reader;
  expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
});

it('numbers only what is really made: events that come several times at once leave no gap', async () => {
  const clinic = freshClinic();
  const versions = await Promise.all(
    Array.from({ length: 10 }, () => inTx((tx) => storeVersion(tx, report(clinic.id)))),
  );
  const news = versions.flatMap((version) => Array.from({ length: 6 }, () => version));
  await Promise.all(news.map((version) => inTx((tx) => announce(tx, system.get(Outbox), version))));
  await fannedOut();
  const items = await filled(gateway(system, clinic), 10);
  expect(items.map((item: { seq: number }) => item.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('has seen already what somebody of the clinic opened before it came here', async () => {
  const clinic = freshClinic();
  const version = await inTx((tx) => storeVersion(tx, report(clinic.id)));
  await inTx((tx) =>
    tx.change(
      `INSERT INTO report_sighting (id, county_id, version_id, how, person_id, by_name, clinic_id, at)
       VALUES (gen_random_uuid(), $1, $2, 'read', $3, '医师1', $4, '2026-03-02T01:05:00Z')`,
      [county.countyId, version.versionId, county.people.get('doctor01')!.id, clinic.id],
    ),
  );
  await inTx((tx) => announce(tx, system.get(Outbox), version));
  const [entry] = await filled(gateway(system, clinic), 1);
  expect(entry).toMatchObject({ state: 'SEEN', seenBy: '医师1' });
  // No look and no delivery before the delivery was there.
  expect([entry.seenAt, entry.deliveredAt]).toEqual([entry.createdAt, entry.createdAt]);
});

it('pages by the number', async () => {
  const clinic = freshClinic();
  const client = gateway(system, clinic);
  for (let i = 0; i < 3; i += 1) await sign(clinic.id);
  await filled(client, 3);
  const first = (await client.get('/api/inbox?limit=2')).body;
  expect([first.items.map((item: { seq: number }) => item.seq), first.nextCursor]).toEqual([[1, 2], '2']);
  const second = (await client.get(`/api/inbox?limit=2&after=${first.nextCursor}`)).body;
  expect([second.items.map((item: { seq: number }) => item.seq), second.nextCursor]).toEqual([[3], null]);
});

it('points an older version at the newer one, whichever news comes first; an addendum takes nobody’s place', async () => {
  const clinic = freshClinic();
  const client = gateway(system, clinic);
  const late = await inTx((tx) => storeVersion(tx, report(clinic.id)));
  const { examId } = late;
  await sign(clinic.id, { examId, number: 2, kind: 'corrected' });
  await fannedOut();
  await inTx((tx) => announce(tx, system.get(Outbox), late));
  await fannedOut();
  await sign(clinic.id, { examId, number: 3, kind: 'addendum' });
  const [first, second, addendum] = await filled(client, 3);
  expect([first.reportVersion.number, first.supersededBy]).toEqual([1, second.deliveryId]);
  expect([second.supersededBy, addendum.supersededBy]).toEqual([null, null]);
});

describe('acknowledging', () => {
  const entryOf = async (clinic: { id: string; key: string; code: string }) => {
    const { versionId } = await sign(clinic.id);
    const client = gateway(system, clinic);
    return until('the entry', async () => {
      const { body } = await client.get('/api/inbox?limit=200');
      return body.items.find(
        (item: { reportVersion: { versionId: string } }) => item.reportVersion.versionId === versionId,
      );
    });
  };

  it('is the clinic’s word, once: ack by the gateway, seen by a named person', async () => {
    const clinic = county.clinics[0]!;
    const { deliveryId } = await entryOf(clinic);
    const machine = gateway(system, clinic);
    const first = await machine.post(`/api/inbox/${deliveryId}/ack`);
    expect([first.status, first.body.state, first.body.seenAt]).toEqual([200, 'DELIVERED', null]);
    expect((await machine.post(`/api/inbox/${deliveryId}/ack`)).body).toEqual(first.body);

    const doctor = await signIn(system, county, 'doctor01');
    const seen = await doctor.post(`/api/inbox/${deliveryId}/seen`);
    expect(seen.body).toMatchObject({ state: 'SEEN', deliveredAt: first.body.deliveredAt, seenBy: '医师1' });
    const tech = await signIn(system, county, 'tech01');
    expect((await tech.post(`/api/inbox/${deliveryId}/seen`, {})).body).toEqual(seen.body);
    expect((await machine.post(`/api/inbox/${deliveryId}/ack`)).body).toEqual(seen.body);
    expect((await progress(deliveryId)).map((row) => row.action)).toEqual(['delivery.acknowledge', 'delivery.see']);
  });

  it('takes seen for delivered where people work without a gateway', async () => {
    const { deliveryId } = await entryOf(county.clinics[0]!);
    const doctor = await signIn(system, county, 'doctor01');
    const { body } = await doctor.post(`/api/inbox/${deliveryId}/seen`);
    expect(body).toMatchObject({ state: 'SEEN', deliveredAt: body.seenAt });
  });

  it('refuses a machine that says “seen”, and a doctor who says “the system has it”', async () => {
    const clinic = county.clinics[0]!;
    const { deliveryId } = await entryOf(clinic);
    expect((await gateway(system, clinic).post(`/api/inbox/${deliveryId}/seen`)).status).toBe(403);
    const doctor = await signIn(system, county, 'doctor01');
    expect((await doctor.post(`/api/inbox/${deliveryId}/ack`)).status).toBe(403);
  });

  it('does not know another clinic’s or county’s delivery', async () => {
    const { deliveryId } = await entryOf(county.clinics[0]!);
    const other = await seedCounty(system, { code: 'b', clinics: 1 });
    const strangers = [gateway(system, county.clinics[1]!), gateway(system, other.clinics[0]!)];
    for (const stranger of strangers) {
      const answer = await stranger.post(`/api/inbox/${deliveryId}/ack`);
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
    const doctor = await signIn(system, county, 'doctor02');
    expect((await doctor.post(`/api/inbox/${deliveryId}/seen`)).status).toBe(404);
    expect((await progress(deliveryId)).length).toBe(0);
    expect((await gateway(system, other.clinics[0]!).get('/api/inbox')).body.items).toEqual([]);
  });

  it('lets exactly one of twenty simultaneous acknowledgements count', async () => {
    const clinic = county.clinics[0]!;
    const { deliveryId } = await entryOf(clinic);
    const machine = gateway(system, clinic);
    const answers = await Promise.all(Array.from({ length: 20 }, () => machine.post(`/api/inbox/${deliveryId}/ack`)));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect((await progress(deliveryId)).length).toBe(1);
  });
});

describe('who may read', () => {
  it('is the clinic alone', async () => {
    expect((await (await signIn(system, county, 'writer11')).get('/api/inbox')).status).toBe(403);
    const tech = await signIn(system, county, 'tech01');
    expect((await tech.get(`/api/inbox?clinic=${county.clinics[1]!.id}`)).status).toBe(404);
    expect((await tech.get(`/api/inbox/stream?clinic=${county.clinics[1]!.id}`)).status).toBe(404);
    expect((await tech.get('/api/inbox?after=-1')).body.params.field).toBe('after');
    expect((await tech.get('/api/inbox?wait=31')).body.params.field).toBe('wait');
  });
});

describe('the stream', () => {
  /** Nobody looks again by himself any more: whoever comes back from waiting has been woken. */
  const onNewsAlone = (bus: WakeBus): void => {
    const next = bus.next.bind(bus);
    bus.next = (topic, maxMs, signal) => next(topic, maxMs === LOOK_AGAIN_MS ? 2 ** 31 - 1 : maxMs, signal);
  };

  const listen = async (url: string, client: JsonClient, lastEventId?: string) => {
    const log = new EventLog();
    const stream = new EventStream({
      url: `${url}/api/inbox/stream`,
      headers: client.identity,
      onEvent: log.add,
      ...(lastEventId && { lastEventId }),
    });
    await stream.opened;
    return { log, close: () => stream.close(), bring: (id: string) => log.waitFor((event) => event.id === id, 60_000) };
  };

  it('brings a report at once, and goes on behind the last event seen', async () => {
    const clinic = freshClinic();
    const client = gateway(system, clinic);
    const stream = await listen(system.url, client);
    await sign(clinic.id);
    const first = await stream.bring('1');
    expect([first.event, JSON.parse(first.data)]).toMatchObject(['report', { seq: 1, state: 'SENT' }]);
    stream.close();

    await sign(clinic.id);
    await sign(clinic.id);
    await filled(client, 3);
    const resumed = await listen(system.url, client, '1');
    await resumed.bring('3');
    expect(resumed.log.events.map(({ id }) => id)).toEqual(['2', '3']);
    resumed.close();

    // Without a position: from the oldest that is not acknowledged.
    const [one] = await filled(client, 3);
    await client.post(`/api/inbox/${one.deliveryId}/ack`);
    const anew = await listen(system.url, client);
    await anew.bring('3');
    expect(anew.log.events.map(({ id }) => id)).toEqual(['2', '3']);
    anew.close();
  });

  it('brings what another process has made, woken by it', async () => {
    const beside = await startSystem({ role: 'api', beside: system });
    try {
      const clinic = freshClinic();
      onNewsAlone(beside.get(WakeBus));
      const stream = await listen(beside.url, gateway(system, clinic));
      // The first may be found by the stream's first look at the table, the second by nothing but a wake-up.
      for (const id of ['1', '2']) {
        const { versionId } = await sign(clinic.id);
        expect(JSON.parse((await stream.bring(id)).data).reportVersion.versionId).toBe(versionId);
      }
      stream.close();
    } finally {
      await beside.stop();
    }
  });
});
