import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { Answer, JsonClient } from '../../test/harness/json-client';
import { HOUR, ManualClock, MINUTE } from '../../test/harness/manual-clock';
import { startSystem, type System } from '../../test/harness/system';
import { newId } from '../platform/ids';
import { CriticalService } from './critical.service';
import { Ward } from './ward.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let ward: Ward;
let technician: JsonClient;
let doctor: JsonClient;
let stranger: JsonClient;
let radiologist: JsonClient;
let trainee: JsonClient;

beforeAll(async () => {
  system = await startSystem({ clock, role: 'api' });
  county = await seedCounty(system);
  ward = new Ward(system, county);
  technician = await signIn(system, county, 'tech01');
  doctor = await signIn(system, county, 'doctor01');
  stranger = await signIn(system, county, 'doctor02');
  radiologist = await signIn(system, county, 'writer11');
  trainee = await signIn(system, county, 'trainee11');
});
afterAll(() => system.stop());

const FINDING = '急性脑出血';
const mark = (client: JsonClient, examId: string, body: object = { finding: FINDING }): Promise<Answer> =>
  client.post(`/api/exams/${examId}/critical`, body);
const step = (client: JsonClient, id: string, verb: string, body?: object): Promise<Answer> =>
  client.post(`/api/critical/${id}/${verb}`, body);
const CALL = { receiver: '王医师', readBack: true, way: 'phone' };

/** Marked by the radiologist a moment ago. */
async function marked(): Promise<{ examId: string; id: string }> {
  const examId = await ward.exam();
  const { status, body } = await mark(radiologist, examId);
  expect(status).toBe(200);
  return { examId, id: body.criticalId };
}

describe('marking', () => {
  it('by a radiologist starts the clock, whatever becomes of the report', async () => {
    const examId = await ward.exam();
    const { status, body } = await mark(radiologist, examId);
    expect([status, body]).toMatchObject([
      200,
      {
        state: 'CONFIRMED',
        stateName: '已确认',
        finding: FINDING,
        foundAt: clock.now().toISOString(),
        breachAt: new Date(clock.now().getTime() + 10 * MINUTE).toISOString(),
        phones: { orderingDoctor: '医师1', orderingPhone: '000-1111', dutyPhone: '000-0000' },
        sixFields: { finding: FINDING, radiologist: '报告11', receiver: null, receivedAt: null, way: null },
      },
    ]);
    expect(await ward.told(examId, 'critical.marked')).toEqual(['doctor01', 'tech01']);
  });

  it('by a technician or a trainee raises a suspicion, tells the readers, and starts nothing', async () => {
    for (const [client, source, says] of [
      [technician, 'technician', '技师提示疑似危急值'],
      [trainee, 'reader', '进修/规培医师提示疑似危急值'],
    ] as const) {
      const examId = await ward.exam();
      const { body } = await mark(client, examId);
      expect(body).toMatchObject({
        state: 'SUSPECTED',
        source,
        foundAt: null,
        breachAt: null,
        nextDueAt: new Date(clock.now().getTime() + 5 * MINUTE).toISOString(),
        callNow: false,
      });
      expect(await ward.told(examId, 'critical.suspected')).toEqual(expect.arrayContaining(['chief2', 'writer11']));
      const notices = await ward.rows<{ text: string }>(
        "SELECT text FROM notice WHERE exam_id = $1 AND kind = 'critical.suspected'",
        [examId],
      );
      expect(notices).toEqual([{ text: expect.stringContaining(says) }]);
      const confirmed = await step(radiologist, body.criticalId, 'confirm', {});
      expect([confirmed.status, confirmed.body.state]).toEqual([200, 'CONFIRMED']);
      expect(await ward.told(examId, 'critical.marked')).toEqual(['doctor01', 'tech01']);
    }
  });

  it('of the same finding is one value, however often and by however many, and confirms a suspicion', async () => {
    const examId = await ward.exam();
    const suspected = await mark(technician, examId);
    const answers = await Promise.all(Array.from({ length: 8 }, () => mark(radiologist, examId)));
    expect(new Set(answers.map(({ body }) => body.criticalId))).toEqual(new Set([suspected.body.criticalId]));
    expect(answers.map(({ body }) => body.state)).toEqual(Array(8).fill('CONFIRMED'));
    expect(await ward.trail(suspected.body.criticalId)).toEqual(['suspect', 'confirm']);
    const other = await mark(radiologist, examId, { text: '大面积脑梗死伴出血转化' });
    expect(other.body).toMatchObject({ state: 'CONFIRMED', finding: '大面积脑梗死伴出血转化' });
    expect(other.body.criticalId).not.toBe(suspected.body.criticalId);
  });

  it.each([
    ['a finding that is not on the list', { finding: '没有的' }, 400, 'unknown_finding'],
    ['neither finding nor text', {}, 400, 'invalid_input'],
    ['a field that does not exist', { finding: FINDING, state: 'CLOSED' }, 400, 'invalid_input'],
    ['a hospital that is not his', { finding: FINDING, hospitalId: newId() }, 403, 'forbidden'],
  ])('refuses %s', async (_, body, status, code) => {
    const answer = await mark(radiologist, await ward.exam(), body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('refuses an exam that is void or withdrawn, one of another clinic, and people who do not report', async () => {
    for (const state of ['VOID', 'WITHDRAWN'] as const) {
      const gone = await mark(radiologist, await ward.exam({ state }));
      expect([gone.status, gone.body.code, gone.body.params]).toMatchObject([409, 'exam_state_conflict', { state }]);
    }
    const foreign = await mark(technician, await ward.exam({ clinic_id: county.clinics[1]!.id }));
    expect(foreign.status).toBe(404);
    for (const client of [doctor, gateway(system, county.clinics[0]!)])
      expect((await mark(client, await ward.exam())).status).toBe(403);
  });

  it('demands the call at once when nobody of the clinic is at a screen', async () => {
    const here = await mark(radiologist, await ward.exam());
    expect(here.body.callNow).toBe(false);
    clock.advance(2 * HOUR);
    radiologist = await signIn(system, county, 'writer11');
    const nobody = await mark(radiologist, await ward.exam());
    expect(nobody.body.callNow).toBe(true);
    [technician, doctor, stranger, trainee] = (await Promise.all(
      ['tech01', 'doctor01', 'doctor02', 'trainee11'].map((name) => signIn(system, county, name)),
    )) as [JsonClient, JsonClient, JsonClient, JsonClient];
    expect((await mark(radiologist, await ward.exam())).body.callNow).toBe(false);
  });
});

describe('the two facts', () => {
  it('come in either order and stand apart, with all six fields and the whole trail', async () => {
    const { id } = await marked();
    clock.advance(3 * MINUTE);
    const called = await step(radiologist, id, 'notify', CALL);
    expect(called.body).toMatchObject({
      state: 'NOTIFIED',
      notified: { by: '报告11', receiver: '王医师', afterSeconds: 180, readBack: true },
      acknowledged: null,
    });
    clock.advance(2 * MINUTE);
    const known = await step(doctor, id, 'acknowledge');
    expect(known.body).toMatchObject({
      state: 'ACKNOWLEDGED',
      acknowledged: { by: '医师1', afterSeconds: 300, inTime: true },
      sixFields: { finding: FINDING, radiologist: '报告11', receiver: '医师1', way: 'phone' },
    });
    const handled = await step(doctor, id, 'handle', { measures: '已联系上级医院转诊' });
    expect(handled.body).toMatchObject({ state: 'HANDLED', handled: { by: '医师1', measures: '已联系上级医院转诊' } });
    expect((await step(radiologist, id, 'close', {})).body.state).toBe('CLOSED');

    const { body } = await radiologist.get(`/api/critical/${id}`);
    const steps = (body.trail as { action: string; told: { name: string; readAt: string | null }[] }[]).filter(
      ({ action }) => action !== 'told',
    );
    expect(steps.map(({ action }) => action)).toEqual(['confirm', 'notify', 'acknowledge', 'handle', 'close']);
    const first = (body.trail as { action: string; told: { name: string }[] }[]).find(
      ({ action }) => action === 'told',
    );
    expect(first!.told.map(({ name }) => name).sort()).toEqual(['医师1', '技师1']);
  });

  it('let the clinic be first: the call is then recorded without moving anything', async () => {
    const { id } = await marked();
    expect((await step(technician, id, 'acknowledge', { way: 'screen' })).body.state).toBe('ACKNOWLEDGED');
    const called = await step(radiologist, id, 'notify', CALL);
    expect(called.body).toMatchObject({ state: 'ACKNOWLEDGED', notified: { receiver: '王医师' } });
    expect((await step(doctor, id, 'handle', { measures: '处理' })).body.state).toBe('HANDLED');
  });

  it('count late for the clinic when only the call came in time, even if nothing had looked', async () => {
    const { id } = await marked();
    clock.advance(MINUTE);
    await step(radiologist, id, 'notify', CALL);
    clock.advance(10 * MINUTE);
    const { body } = await step(doctor, id, 'acknowledge');
    expect(body).toMatchObject({ acknowledged: { inTime: false, afterSeconds: 660 }, breachedAt: body.breachAt });
  });

  it('are said twice without harm by the same person, and not by another', async () => {
    const { id } = await marked();
    const first = await step(radiologist, id, 'notify', CALL);
    clock.advance(MINUTE);
    expect((await step(radiologist, id, 'notify', CALL)).body).toEqual(first.body);
    const another = await step(await signIn(system, county, 'reviewer11'), id, 'notify', CALL);
    expect([another.status, another.body.code, another.body.params.state]).toEqual([
      409,
      'already_notified',
      'NOTIFIED',
    ]);
    const known = await step(doctor, id, 'acknowledge');
    clock.advance(MINUTE);
    expect((await step(doctor, id, 'acknowledge')).body).toEqual(known.body);
    const late = await step(technician, id, 'acknowledge');
    expect([late.status, late.body.code, late.body.params.by]).toEqual([409, 'already_acknowledged', '医师1']);
    expect(await ward.trail(id)).toEqual(['confirm', 'notify', 'acknowledge']);
  });
});

it.each(['报告11', ' 报告11医师 ', '本人'])(
  'takes no call that the radiologist made to himself: %j',
  async (receiver) => {
    const { id } = await marked();
    const { status, body } = await step(radiologist, id, 'notify', { ...CALL, receiver });
    expect([status, body.code, body.message]).toEqual([400, 'receiver_self', '接听人不能是报告医师本人']);
    // Nor does a colleague write him down as the clinic.
    if (receiver !== '本人') {
      const colleague = await signIn(system, county, 'reviewer11');
      expect((await step(colleague, id, 'notify', { ...CALL, receiver })).body.code).toBe('receiver_self');
    }
    expect(await ward.cycle(id)).toMatchObject({ state: 'CONFIRMED', notified_at: null, rung: 0 });
    expect((await ward.cycle(id)).next_due_at).not.toBeNull();
    expect((await step(radiologist, id, 'notify', CALL)).body.state).toBe('NOTIFIED');
  },
);

describe('acknowledging', () => {
  it('is for named people of the requesting clinic alone', async () => {
    const { id } = await marked();
    const other = await gateway(system, county.clinics[0]!).post(`/api/critical/${id}/acknowledge`);
    expect(other.status).toBe(403);
    expect((await step(stranger, id, 'acknowledge')).status).toBe(404);
    expect((await step(radiologist, id, 'acknowledge')).status).toBe(403);
    expect((await step(await signIn(system, county, 'admin'), id, 'acknowledge')).status).toBe(403);
    expect((await ward.cycle(id)).acknowledged_at).toBeNull();
    // The second wall, behind the routes' permissions.
    const forged = ward.person('writer11', 'writer');
    await expect(system.get(CriticalService).acknowledge(forged, id, {})).rejects.toMatchObject({
      kind: { code: 'clinic_people_only' },
    });
    await expect(system.get(CriticalService).handle(forged, id, { measures: 'x' })).rejects.toMatchObject({
      kind: { code: 'clinic_people_only' },
    });
  });

  it('by twenty people at the same moment is won by one', async () => {
    const { id } = await marked();
    const people = Array.from({ length: 20 }, (_, i) => ({ id: newId(), name: `值班${i}` }));
    await ward.change(
      `INSERT INTO person (id, county_id, username, name, password_hash, created_at)
       SELECT id, $1, 'duty-' || id, name, '-', $4 FROM unnest($2::uuid[], $3::text[]) AS one (id, name)`,
      [county.countyId, people.map((one) => one.id), people.map((one) => one.name), clock.now()],
    );
    const answers = await Promise.allSettled(
      people.map((one) =>
        system.get(CriticalService).acknowledge(ward.actor(one.id, one.name, 'ordering_doctor'), id, {}),
      ),
    );
    const won = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const lost = answers.flatMap((answer) => (answer.status === 'rejected' ? answer.reason : []));
    expect([won.length, new Set(lost.map((error) => error.code))]).toEqual([1, new Set(['already_acknowledged'])]);
    expect(await ward.trail(id)).toEqual(['confirm', 'acknowledge']);
    expect((await ward.cycle(id)).acknowledged_by_name).toBe(won[0]!.acknowledged!.by);
  });
});

describe('what is not allowed', () => {
  it.each([
    ['handle before the clinic knows', 'handle', { measures: '处理' }, () => doctor],
    ['close before it is handled', 'close', {}, () => doctor],
    ['confirm what another has marked', 'confirm', {}, () => reviewer()],
  ] as const)('%s', async (_, verb, body, who) => {
    const { id } = await marked();
    const answer = await step(await who(), id, verb, body);
    expect([answer.status, answer.body.code, answer.body.params]).toEqual([
      409,
      'critical_state_conflict',
      { state: 'CONFIRMED', stateName: '已确认' },
    ]);
    expect(await ward.trail(id)).toEqual(['confirm']);
  });
  const reviewer = (): Promise<JsonClient> => signIn(system, county, 'reviewer11');

  it('leaves a trace of the refusal at the exam', async () => {
    const { id, examId } = await marked();
    await step(doctor, id, 'handle', { measures: '处理' });
    const rows = await ward.rows<{ action: string; details: object }>(
      "SELECT action, details FROM audit_event WHERE subject_id = $1 AND action LIKE '%.refused'",
      [examId],
    );
    expect(rows).toMatchObject([{ action: 'critical.handle.refused', details: { state: 'CONFIRMED' } }]);
  });

  it.each([
    ['a call that was not read back', { ...CALL, readBack: false }, 'invalid_input'],
    ['a call without a name', { readBack: true }, 'invalid_input'],
    ['a call in the future', { ...CALL, at: '2099-01-01T00:00:00Z' }, 'time_in_future'],
    ['a call hours before', { ...CALL, at: '2026-01-01T00:00:00Z' }, 'time_too_early'],
  ])('%s', async (_, body, code) => {
    const { id } = await marked();
    const answer = await step(radiologist, id, 'notify', body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });
});

it('keeps a call that came through to nobody, and goes on', async () => {
  const { id } = await marked();
  const call = { outcome: 'no_answer', to: '申请医师', phone: '000-1111' };
  expect((await step(radiologist, id, 'calls', call)).body.state).toBe('CONFIRMED');
  const { body } = await radiologist.get(`/api/critical/${id}`);
  expect(body.trail.at(-1)).toMatchObject({ action: 'call', details: call, by: { name: '报告11' } });
});

it('takes a false alarm back, with the reason, and tells the clinic so', async () => {
  const { id, examId } = await marked();
  await step(doctor, id, 'acknowledge');
  expect((await step(radiologist, id, 'dismiss', {})).status).toBe(400);
  const { body } = await step(radiologist, id, 'dismiss', { reason: '伪影' });
  expect(body).toMatchObject({ state: 'FALSE_ALARM', nextDueAt: null, ended: { by: '报告11', reason: '伪影' } });
  expect(await ward.told(examId, 'critical.dismiss')).toEqual(['doctor01', 'tech01']);
  expect((await step(radiologist, id, 'dismiss', { reason: '伪影' })).status).toBe(200);
  expect((await step(radiologist, id, 'dismiss', { reason: '别的' })).status).toBe(409);
  // The same finding, seen again later, is a value of its own.
  expect((await mark(radiologist, examId)).body.criticalId).not.toBe(id);
});

describe('the list', () => {
  const all = async (client: JsonClient, query: string): Promise<string[]> => {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: Answer = await client.get(`/api/critical?limit=3${query}${cursor && `&cursor=${cursor}`}`);
      ids.push(...body.items.map((item: { criticalId: string }) => item.criticalId));
      cursor = body.nextCursor;
    }
    return ids;
  };

  it('shows readers the county’s, a clinic its own, page by page and none twice', async () => {
    const foreign = (await mark(radiologist, await ward.exam({ clinic_id: county.clinics[1]!.id }))).body.criticalId;
    const every = await all(radiologist, '');
    expect([new Set(every).size, every.includes(foreign)]).toEqual([every.length, true]);
    const [{ n }] = (await ward.rows<{ n: string }>('SELECT count(*) AS n FROM critical_cycle')) as [{ n: string }];
    expect(every).toHaveLength(Number(n));
    expect(await all(doctor, '')).toEqual(every.filter((id) => id !== foreign));
    expect(await all(stranger, '')).toEqual([foreign]);
    expect(await all(radiologist, `&clinic=${county.clinics[1]!.id}`)).toEqual([foreign]);
    expect(await all(doctor, `&clinic=${county.clinics[1]!.id}`)).toEqual([]);
    expect((await doctor.get(`/api/critical/${foreign}`)).status).toBe(404);
  });

  it('of the open ones leaves out what is closed and what was none', async () => {
    const { examId, id } = await marked();
    expect(await all(doctor, `&open&exam=${examId}`)).toEqual([id]);
    await step(radiologist, id, 'dismiss', { reason: '伪影' });
    expect(await all(doctor, `&open=true&exam=${examId}`)).toEqual([]);
    expect(await all(doctor, `&exam=${examId}`)).toEqual([id]);
  });

  it('of a radiologist’s own is what he hands over at the end of his duty', async () => {
    const colleague = await signIn(system, county, 'reviewer12');
    const { body } = await mark(colleague, await ward.exam());
    expect(await all(colleague, '&open&mine')).toEqual([body.criticalId]);
    expect(await all(radiologist, '&open&mine')).not.toContain(body.criticalId);
  });
});

it('forgives a clock that was set back: no time is negative', async () => {
  const { id } = await marked();
  clock.advance(-5 * MINUTE);
  const { body } = await step(doctor, id, 'acknowledge');
  expect(body.acknowledged).toMatchObject({ afterSeconds: 0, inTime: true });
  clock.advance(5 * MINUTE);
});
