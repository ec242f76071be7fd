import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Sweeper } from '../../platform/outbox';
import { ReadingRoom } from '../reading-room.fixture';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let room: ReadingRoom;
let admin: JsonClient;
/** The body as the administrator gets it, to be changed and sent back. */
let sla: { rev: number; limits: object[]; calendar: Record<string, unknown> };

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system);
  room = new ReadingRoom(system, county);
  admin = await signIn(system, county, 'admin');
});
afterAll(() => system.stop());
beforeEach(async () => {
  const { timeZone, ...calendar } = (await admin.get('/api/sla')).body.calendar as Record<string, unknown>;
  expect(timeZone).toBe('Asia/Shanghai');
  sla = { ...(await admin.get('/api/sla')).body, calendar };
});

const after = (minutes: number): Date => new Date(clock.now().getTime() + (minutes - 1) * MINUTE);
const urgent = (minutes: number, scope: object = {}): object => ({ priority: 'URGENT', minutes, ...scope });

it('starts with the limits of the house', () => {
  expect(sla).toMatchObject({ rev: 0, statMinutesFromStart: 120, ceilingMinutes: { ROUTINE: 1440 } });
  expect(sla.calendar).toMatchObject({ dutyStart: '08:00', dutyEnd: '17:30' });
});

it('brings open exams up to new limits in the background, and keeps who changed what', async () => {
  const [own, other, held] = [
    await room.queued({ priority: 'URGENT' }),
    await room.queued({ priority: 'URGENT', clinic_id: county.clinics[1]!.id }),
    await room.queued({ priority: 'STAT' }),
  ];
  const limits = [...sla.limits, urgent(20, { clinicId: county.clinics[0]!.id })];
  const { status, body } = await admin.put('/api/sla', { ...sla, limits });
  expect([status, body.rev]).toEqual([200, sla.rev + 1]);
  const item = await until('the due time follows', async () => {
    const now = await room.item(own);
    return now.limits_rev === body.rev && now;
  });
  expect(item.due_at).toEqual(after(20));
  for (const examId of [other, held])
    await until('the others follow', async () => (await room.item(examId)).limits_rev === body.rev);
  expect((await room.item(other)).due_at).toEqual(after(60));
  const [row] = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<{ actor_name: string; details: { before: object; after: object } }>(
      "SELECT actor_name, details FROM audit_event WHERE action = 'sla.change'",
    ),
  );
  expect(row).toMatchObject({ actor_name: '县管理员' });
  expect(Object.keys(row!.details)).toEqual(expect.arrayContaining(['before', 'after']));
});

it('leaves who was given an exam on purpose his time, whatever exam’s limit changed', async () => {
  const stat = await room.queued({ priority: 'STAT' });
  const person = { personId: county.people.get('writer12')!.id };
  expect((await admin.post(`/api/worklist/${stat}/assign`, { ...person, reason: '请看' })).status).toBe(200);
  const given = (await room.item(stat)).broaden_at;
  expect(given!.getTime()).toBeGreaterThan(clock.now().getTime());
  const ceilingMinutes = { URGENT: 240, ROUTINE: 1400, SCREENING: 10_080 };
  const { status, body } = await admin.put('/api/sla', { ...sla, ceilingMinutes });
  expect(status).toBe(200);
  await until('the limits reach it', async () => (await room.item(stat)).limits_rev === body.rev);
  expect((await room.item(stat)).broaden_at).toEqual(given);
});

it('by the sweep too, for what was projected with older limits', async () => {
  const examId = await room.queued({ priority: 'URGENT' });
  await room.setItem(examId, { limits_rev: 0, due_at: after(999) });
  await system.get(Sweeper).sweepOnce();
  expect(await room.item(examId)).toMatchObject({ due_at: after(20), limits_rev: sla.rev });
});

it('refuses a change that has not seen the last one', async () => {
  const { status, body } = await admin.put('/api/sla', { ...sla, rev: sla.rev + 7 });
  expect([status, body.code, body.params.rev]).toEqual([409, 'policy_changed', sla.rev]);
});

it.each<[string, (given: typeof sla) => object, string]>([
  ['a priority without a general limit', (s) => ({ limits: s.limits.slice(0, 2) }), 'sla_rule_missing'],
  ['two rules for the same exams', (s) => ({ limits: [...s.limits, urgent(5)] }), 'sla_rule_twice'],
  [
    'a clinic of nobody',
    (s) => ({ limits: [...s.limits, urgent(5, { clinicId: '018f0000-0000-7000-8000-000000000000' })] }),
    'policy_site_unknown',
  ],
  ['a limit of nothing', (s) => ({ limits: [...s.limits, urgent(0, { modalities: ['CT'] })] }), 'invalid_input'],
  [
    'both minutes and days',
    (s) => ({ limits: [...s.limits, { ...urgent(5, { modalities: ['CT'] }), workingDays: 1 }] }),
    'invalid_input',
  ],
  [
    'a share above all',
    () => ({ broadenPercent: { STAT: 0, URGENT: 101, ROUTINE: 50, SCREENING: 50 } }),
    'invalid_input',
  ],
])('refuses %s', async (_, change, code) => {
  const { status, body } = await admin.put('/api/sla', { ...sla, ...change(sla) });
  expect([status, body.code]).toEqual([400, code]);
});

it('is the county administrator’s to set, and every reader’s to see', async () => {
  const chief = await signIn(system, county, 'chief1');
  expect((await chief.get('/api/sla')).status).toBe(200);
  expect((await chief.put('/api/sla', sla)).status).toBe(403);
  expect((await chief.put('/api/assignment', { mode: 'pool' })).status).toBe(403);
});

it('refuses a quota without shares and sites of nobody', async () => {
  const foreign = await seedCounty(system, { code: 'b' });
  const put = async (policy: object): Promise<unknown> => (await admin.put('/api/assignment', policy)).body.code;
  expect(await put({ mode: 'quota' })).toBe('quota_empty');
  expect(await put({ mode: 'pool', pickingOff: [foreign.hospitals[0]!.id] })).toBe('policy_site_unknown');
  expect(await put({ mode: 'roster', weights: [{ hospitalId: foreign.hospitals[0]!.id, weight: 1 }] })).toBe(
    'policy_site_unknown',
  );
});
