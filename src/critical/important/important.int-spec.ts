import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { HOUR, ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { Sweeper } from '../../platform/outbox';
import { Ward } from '../ward.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let ward: Ward;
let reader: JsonClient;
let doctor: JsonClient;
let stranger: JsonClient;

beforeAll(async () => {
  // Sweeps are called by hand: what is not due must be seen not to happen.
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system);
  ward = new Ward(system, county);
  await signAllIn();
});
afterAll(() => system.stop());

async function signAllIn(): Promise<void> {
  reader = await signIn(system, county, 'reviewer11');
  doctor = await signIn(system, county, 'doctor01');
  stranger = await signIn(system, county, 'doctor02');
}

const flag = (
  examId: string,
  body: object = { tier: 'important', finding: '右肺上叶占位，疑似肺癌' },
): Promise<Answer> => reader.post(`/api/exams/${examId}/important`, body);
const step = (client: JsonClient, id: string, verb: string, body?: object): Promise<Answer> =>
  client.post(`/api/important/${id}/${verb}`, body);

async function flagged(): Promise<{ examId: string; id: string }> {
  const examId = await ward.exam();
  const { status, body } = await flag(examId);
  expect(status).toBe(200);
  return { examId, id: body.importantId };
}

it('is received and followed up by the clinic, and then closed', async () => {
  const { examId, id } = await flagged();
  expect(await ward.told(examId, 'important.flagged')).toEqual(['doctor01', 'tech01']);
  expect((await step(doctor, id, 'receive')).body).toMatchObject({ state: 'RECEIVED', received: { by: '医师1' } });
  const done = await step(doctor, id, 'follow-up', { followUp: '已转县医院胸外科' });
  expect(done.body).toMatchObject({ state: 'FOLLOWED_UP', followedUp: { by: '医师1', text: '已转县医院胸外科' } });
  expect(await ward.told(examId, 'important.followed-up')).toEqual(['reviewer11']);
  expect((await step(doctor, id, 'close', { reason: '随访完成' })).body.state).toBe('CLOSED');
});

it('is one, however often it is flagged, and another for another tier', async () => {
  const examId = await ward.exam();
  const answers = await Promise.all(Array.from({ length: 5 }, () => flag(examId)));
  expect(new Set(answers.map(({ body }) => body.importantId)).size).toBe(1);
  const other = await flag(examId, { tier: 'infectious', finding: '疑似肺结核' });
  expect(other.body).toMatchObject({ tierName: '疑似传染病', state: 'OPEN' });
});

it('is the clinic’s to receive, in order, and before that a reader’s alone to close', async () => {
  const { id } = await flagged();
  expect((await step(stranger, id, 'receive')).status).toBe(404);
  const readers = await step(reader, id, 'receive');
  expect([readers.status, readers.body.code]).toEqual([403, 'clinic_people_only']);
  const early = await step(doctor, id, 'follow-up', { followUp: '随访' });
  expect([early.status, early.body.code, early.body.params.state]).toEqual([409, 'important_state_conflict', 'OPEN']);
  expect((await step(doctor, id, 'close', { reason: '不需要' })).status).toBe(403);
  expect((await step(reader, id, 'close', { reason: '误标' })).body.state).toBe('CLOSED');
  expect(
    (await doctor.post(`/api/exams/${await ward.exam()}/important`, { tier: 'important', finding: 'x' })).status,
  ).toBe(403);
});

it('is overdue after 24 hours without follow-up, told once, and still to be done', async () => {
  const { examId, id } = await flagged();
  const kept = await flagged();
  await step(doctor, id, 'receive');
  await step(doctor, kept.id, 'receive');
  await step(doctor, kept.id, 'follow-up', { followUp: '已随访' });
  const overdue = async (): Promise<boolean> =>
    (await ward.rows<{ at: Date | null }>('SELECT overdue_at AS at FROM important_finding WHERE id = $1', [id]))[0]!
      .at !== null;
  clock.advance(24 * HOUR - MINUTE);
  await system.get(Sweeper).sweepOnce();
  expect(await overdue()).toBe(false);
  clock.advance(MINUTE);
  await system.get(Sweeper).sweepOnce();
  expect(await overdue()).toBe(true);
  await system.get(Sweeper).sweepOnce();
  await signAllIn();
  expect(await ward.told(examId, 'important.overdue')).toEqual(['chief1', 'doctor01', 'reviewer11', 'tech01']);
  expect(await ward.told(kept.examId, 'important.overdue')).toEqual([]);
  const { body } = await doctor.get('/api/important?open&limit=200');
  const ids = body.items.map((item: { importantId: string }) => item.importantId);
  expect(body.items.find((item: { importantId: string }) => item.importantId === id)).toMatchObject({ overdue: true });
  expect(ids).not.toContain(kept.id);
  expect((await stranger.get('/api/important?open')).body.items).toEqual([]);
  expect((await step(doctor, id, 'follow-up', { followUp: '补随访' })).body).toMatchObject({
    state: 'FOLLOWED_UP',
    overdue: true,
  });
});
