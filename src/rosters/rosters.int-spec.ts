import { seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { HOUR, ManualClock } from '../../test/harness/manual-clock';
import { startSystem, type System } from '../../test/harness/system';
import { PeopleService } from '../identity';
import { Rosters } from './rosters';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let chief: JsonClient;
let admin: JsonClient;

beforeAll(async () => {
  // Monday 2 March 2026, 9:00 in the county.
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  county = await seedCounty(system);
  chief = await signIn(system, county, 'chief1');
  admin = await signIn(system, county, 'admin');
});
afterAll(() => system.stop());

const person = (name: string): string => county.people.get(name)!.id;
const weekly = (changes: object = {}): object => ({
  kind: 'weekly',
  hospitalId: county.hospitals[0]!.id,
  personId: person('writer11'),
  weekdays: [1, 2, 3, 4, 5],
  start: '08:00',
  end: '17:30',
  modalities: ['CT'],
  validFrom: '2026-01-01',
  ...changes,
});
const onDuty = (modality: string, hospital = 0): Promise<string[]> =>
  system.db.read(system.ctx(county.countyId), (tx) =>
    system.get(Rosters).onDuty(tx, { hospitalId: county.hospitals[hospital]!.id, modality, at: clock.now() }),
  );
const audited = (action: string): Promise<unknown[]> =>
  system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows('SELECT actor_name, subject_id FROM audit_event WHERE action = $1', [action]),
  );

it('a chief makes, changes and removes a shift of his hospital; each leaves its trace', async () => {
  const { status, body } = await chief.post('/api/rosters', weekly());
  expect(status).toBe(201);
  expect(await onDuty('CT')).toEqual([person('writer11')]);
  expect([await onDuty('DX'), await onDuty('CT', 1)]).toEqual([[], []]);
  expect((await chief.put(`/api/rosters/${body.shiftId}`, weekly({ modalities: ['DX'] }))).status).toBe(204);
  expect([await onDuty('CT'), await onDuty('DX')]).toEqual([[], [person('writer11')]]);
  const { body: list } = await chief.get('/api/rosters');
  expect(list.items).toEqual([
    {
      shiftId: body.shiftId,
      kind: 'weekly',
      hospital: { hospitalId: county.hospitals[0]!.id, name: '云溪县第1医院' },
      person: { personId: person('writer11'), name: '报告11' },
      modalities: ['DX'],
      start: '08:00',
      end: '17:30',
      weekdays: [1, 2, 3, 4, 5],
      validFrom: '2026-01-01',
      validUntil: null,
      note: '',
    },
  ]);
  expect((await chief.request('DELETE', `/api/rosters/${body.shiftId}`)).status).toBe(204);
  expect(await onDuty('DX')).toEqual([]);
  for (const action of ['roster.add', 'roster.change', 'roster.remove'])
    expect(await audited(action)).toMatchObject([{ actor_name: '主任1', subject_id: body.shiftId }]);
});

it('a night reaches over midnight, leave and a single day off take a person away', async () => {
  const personId = person('writer12');
  const night = { personId, start: '17:30', end: '08:00', modalities: [], weekdays: [7] };
  const { body } = await chief.post('/api/rosters', weekly(night));
  clock.advance(-2 * HOUR);
  expect(await onDuty('MR')).toEqual([personId]);
  const leave = await chief.post('/api/rosters/leave', {
    personId,
    from: '2026-03-02T06:30:00+08:00',
    until: '2026-03-02T07:30:00+08:00',
    reason: '就医',
  });
  expect([leave.status, await onDuty('MR')]).toEqual([201, []]);
  expect((await chief.get('/api/rosters/leave')).body.items).toMatchObject([
    { person: { name: '报告12' }, reason: '就医' },
  ]);
  expect((await chief.request('DELETE', `/api/rosters/leave/${leave.body.leaveId}`)).status).toBe(204);
  expect(await onDuty('MR')).toEqual([personId]);
  const off = { kind: 'off', hospitalId: county.hospitals[0]!.id, date: '2026-03-01' };
  const made = await chief.post('/api/rosters', { ...off, start: '17:30', end: '08:00' });
  expect([made.status, await onDuty('MR')]).toEqual([201, []]);
  for (const id of [body.shiftId, made.body.shiftId]) await chief.request('DELETE', `/api/rosters/${id}`);
  clock.advance(2 * HOUR);
});

it.each([
  ['until', { from: '2026-12-01T08:00:00+08:00', until: '2026-12-02' }],
  ['from', { from: '2026-12-01', until: '2026-12-02T08:00:00+08:00' }],
  ['until', { from: '2026-12-02T08:00:00+08:00', until: '2026-12-01T08:00:00+08:00' }],
  ['until', { from: '2026-12-02T08:00:00+08:00', until: '2028-12-01T08:00:00+08:00' }],
])('names the field of a leave that is mistyped: %s of %o', async (field, times) => {
  const leave = { personId: person('writer11'), ...times, reason: '年假' };
  const { status, body } = await chief.post('/api/rosters/leave', leave);
  expect([status, body.code, body.params.field]).toEqual([400, 'invalid_input', field]);
});

it('refuses overlaps, of many at the same moment all but one', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => chief.post('/api/rosters', weekly())));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  for (const { status, body } of answers.filter((one) => one.status !== 201))
    expect([status, body.code, body.params.field]).toEqual([409, 'roster_overlap', 'start']);
  const leave = {
    personId: person('writer11'),
    from: '2026-04-01T00:00:00+08:00',
    until: '2026-04-03T00:00:00+08:00',
    reason: '年假',
  };
  expect((await chief.post('/api/rosters/leave', leave)).status).toBe(201);
  expect((await chief.post('/api/rosters/leave', leave)).body).toMatchObject({
    code: 'leave_overlap',
    params: { field: 'from' },
  });
});

it('keeps a chief to his own hospital and its people; the administrator arranges all', async () => {
  const other = weekly({ hospitalId: county.hospitals[1]!.id, personId: person('writer21') });
  expect((await chief.post('/api/rosters', other)).body.code).toBe('roster_other_hospital');
  expect((await chief.post('/api/rosters', weekly({ personId: person('writer21') }))).body).toMatchObject({
    code: 'roster_not_a_reader',
    params: { field: 'personId' },
  });
  const made = await admin.post('/api/rosters', other);
  expect(made.status).toBe(201);
  expect((await chief.request<{ code: string }>('DELETE', `/api/rosters/${made.body.shiftId}`)).body.code).toBe(
    'roster_other_hospital',
  );
  expect((await (await signIn(system, county, 'writer11')).post('/api/rosters', weekly())).status).toBe(403);
  expect(
    (await admin.get('/api/rosters/on-duty?modality=CT')).body.items.map((one: { name: string }) => one.name),
  ).toEqual(['云溪县第1医院', '云溪县第2医院']);
});

it.each<[string, object]>([
  ['no time', { start: '24:00' }],
  ['no weekday', { weekdays: [] }],
  ['a weekday that is none', { weekdays: [8] }],
  ['a date that is none', { validFrom: '2026-02-30' }],
  ['an end before the begin', { validUntil: '2025-12-31' }],
  ['something unknown', { shiftName: '夜班' }],
])('refuses %s', async (_, changes) => {
  const { status, body } = await chief.post('/api/rosters', weekly({ personId: person('reviewer11'), ...changes }));
  expect([status, body.code]).toEqual([400, 'invalid_input']);
});

it('keeps a reader’s fields', async () => {
  const path = `/api/rosters/people/${person('writer11')}/specialties`;
  expect((await chief.put(path, { specialties: ['bone', 'chest'] })).status).toBe(204);
  expect((await chief.put(path, { specialties: ['bone'] })).status).toBe(204);
  const { body } = await chief.get('/api/rosters/people');
  const own = body.items.find((one: { personId: string }) => one.personId === person('writer11'));
  expect(own.specialties).toEqual(['bone']);
  expect((await chief.put(path, { specialties: ['heart'] })).status).toBe(400);
});

it('lists its readers page by page, and no expert of another institution', async () => {
  const outside = { code: 'P1', name: '省影像会诊中心', agreement: '会诊协议' };
  const sysadmin = await signIn(system, county, 'sysadmin');
  const { body: made } = await sysadmin.post('/api/consult-institutions', outside);
  const { personId } = await system.get(PeopleService).create(system.ctx(county.countyId), {
    username: 'expert1',
    password: county.password,
    name: '专家一',
    grants: [{ role: 'expert', hospitalId: made.institution }],
  });
  const walk = async (client: JsonClient, limit: number): Promise<string[]> => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await client.get(`/api/rosters/people?limit=${limit}${cursor && `&cursor=${cursor}`}`);
      expect(body.items.length).toBeLessThanOrEqual(limit);
      seen.push(...body.items.map((one: { name: string }) => one.name));
      cursor = body.nextCursor as string | null;
    }
    return seen;
  };
  const own = ['主任1', '审核11', '审核12', '进修11', '报告11', '报告12'];
  expect(await walk(chief, 4)).toEqual(own);
  expect(await walk(admin, 5)).toHaveLength(12);
  expect((await admin.get('/api/rosters/people?cursor=W10')).status).toBe(400);
  const leave = { personId, from: '2026-05-01T00:00:00+08:00', until: '2026-05-02T00:00:00+08:00', reason: '年假' };
  const refused = [
    await admin.post('/api/rosters/leave', leave),
    await admin.post('/api/rosters', weekly({ personId, hospitalId: made.institution })),
  ];
  expect(refused.map(({ body }) => body.code)).toEqual(['roster_not_a_reader', 'roster_hospital_unknown']);
});

it('puts nobody on duty whose post no longer reads; his leave can be taken back', async () => {
  const personId = person('reviewer12');
  const leave = { personId, from: '2026-05-01T00:00:00+08:00', until: '2026-05-02T00:00:00+08:00', reason: '年假' };
  const { body } = await chief.post('/api/rosters/leave', leave);
  await system.db.write(system.ctx(county.countyId), (tx) =>
    tx.change("UPDATE person_grant SET role = 'expert' WHERE person_id = $1", [personId]),
  );
  const shift = await chief.post('/api/rosters', weekly({ personId }));
  expect([shift.status, shift.body]).toMatchObject([
    400,
    { code: 'roster_not_a_reader', params: { field: 'personId' } },
  ]);
  expect((await chief.request('DELETE', `/api/rosters/leave/${body.leaveId}`)).status).toBe(204);
});
