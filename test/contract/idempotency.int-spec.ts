import { Sweeper } from '../../src/platform/outbox';
import { Desk, report, TEXT } from '../../src/reporting/desk.fixture';
import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import type { Answer, JsonClient } from '../harness/json-client';
import { HOUR, ManualClock } from '../harness/manual-clock';
import { startSystem, type System } from '../harness/system';
import { until } from '../harness/wait';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let desk: Desk;
let writer: JsonClient;
let other: JsonClient;

beforeAll(async () => {
  // Sweeps are called by hand: one that is under way by itself would be passed over.
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system);
  writer = await signIn(system, county, 'writer11');
  other = await signIn(system, county, 'writer12');
  desk = new Desk(gateway(system, county.clinics[0]!), writer, await signIn(system, county, 'reviewer21'), until);
});
afterAll(() => system.stop());

let keys = 0;
const newKey = (): string => `019a0000-0000-7000-8000-${String((keys += 1)).padStart(12, '0')}`;
const say = (who: JsonClient, key: string, path: string, body: unknown, method = 'POST'): Promise<Answer> =>
  who.request(method, path, body, { 'idempotency-key': key });
const messages = (exam: string): string => `/api/exams/${exam}/messages`;
const written = async (exam: string): Promise<string[]> =>
  (await writer.get(messages(exam))).body.items.map(({ text }: { text: string }) => text);
const rows = <T>(sql: string, params: readonly unknown[] = []): Promise<T[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));

it('writes a message once that is sent again because its answer got lost', async () => {
  const exam = await desk.queued();
  const key = newKey();
  const first = await say(writer, key, messages(exam), { text: '有无外伤史？' });
  const again = await say(writer, key, messages(exam), { text: '有无外伤史？' });
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  expect(await written(exam)).toEqual(['有无外伤史？']);
  const [trail] = await rows<{ n: number }>(
    "SELECT count(*)::int AS n FROM audit_event WHERE action = 'message.write' AND subject_id = $1",
    [exam],
  );
  expect(trail!.n).toBe(1);
  // Somebody else's key of the same name is another key; so is none.
  expect((await say(other, key, messages(exam), { text: '有无外伤史？' })).status).toBe(201);
  await writer.post(messages(exam), { text: '有无外伤史？' });
  expect(await written(exam)).toHaveLength(3);
});

it('of two that come at the same moment does one, and answers both alike', async () => {
  const exam = await desk.queued();
  const key = newKey();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => say(writer, key, messages(exam), { text: '同时到达' })),
  );
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
  expect(await written(exam)).toEqual(['同时到达']);
});

it('hands out one exam to a repeated `next`, another to the next one', async () => {
  await desk.queued();
  await desk.queued();
  const key = newKey();
  const first = await say(other, key, '/api/worklist/next', {});
  const again = await say(other, key, '/api/worklist/next', {});
  expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
  const held = await rows<{ exam_id: string }>('SELECT exam_id FROM reading_item WHERE holder_id = $1', [
    county.people.get('writer12')!.id,
  ]);
  expect(held).toEqual([{ exam_id: first.body.examId }]);
  const further = await say(other, newKey(), '/api/worklist/next', {});
  expect(further.body.examId).not.toBe(first.body.examId);
  for (const { body } of [first, further])
    await other.post(`/api/worklist/${body.examId}/release`, { fence: body.fence, reason: '交班' });
});

it('saves and hands in a text once, without a conflict with itself', async () => {
  const exam = await desk.queued();
  const seen = await desk.claim(writer, exam);
  const save = { ...TEXT, fence: seen.fence, version: seen.version };
  const key = newKey();
  const first = await say(writer, key, report(exam, '/draft'), save, 'PUT');
  const again = await say(writer, key, report(exam, '/draft'), save, 'PUT');
  expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
  const kept = await rows("SELECT 1 FROM report_draft_copy WHERE exam_id = $1 AND why = 'refused'", [exam]);
  expect(kept).toEqual([]);
  // Without the key it is what it always was.
  expect((await writer.put(report(exam, '/draft'), save)).body.code).toBe('stale_version');
  const submit = newKey();
  const handedIn = { ...seen, version: first.body.version };
  const done = await say(writer, submit, report(exam, '/submit'), handedIn);
  const repeated = await say(writer, submit, report(exam, '/submit'), handedIn);
  expect([done.status, repeated.status, repeated.body]).toEqual([200, 200, done.body]);
  expect(await rows('SELECT 1 FROM report_submission WHERE exam_id = $1', [exam])).toHaveLength(1);
});

it('tries anew what was refused the first time: nothing had been done', async () => {
  const exam = await desk.queued();
  const key = newKey();
  const { fence } = await desk.claim(other, exam);
  expect((await say(writer, key, `/api/worklist/${exam}/claim`, {})).body.code).toBe('claimed_by_other');
  await other.post(`/api/worklist/${exam}/release`, { fence, reason: '交班' });
  expect((await say(writer, key, `/api/worklist/${exam}/claim`, {})).status).toBe(200);
});

it('refuses a key that came with another request, and one that is none', async () => {
  const exam = await desk.queued();
  const key = newKey();
  await say(writer, key, messages(exam), { text: '第一句' });
  const reused = await say(writer, key, messages(exam), { text: '第二句' });
  expect([reused.status, reused.body.code]).toEqual([409, 'idempotency_key_reused']);
  const short = await say(writer, 'abc', messages(exam), { text: '第三句' });
  expect([short.status, short.body]).toMatchObject([
    400,
    { code: 'invalid_input', params: { field: 'Idempotency-Key' } },
  ]);
  expect(await written(exam)).toEqual(['第一句']);
});

it('remembers for a day', async () => {
  const exam = await desk.queued();
  const key = newKey();
  await say(writer, key, messages(exam), { text: '昨天' });
  const remembered = () => rows('SELECT 1 FROM command_answer WHERE key = $1', [key]);
  clock.advance(24 * HOUR);
  await system.get(Sweeper).sweepOnce();
  expect(await remembered()).toHaveLength(1);
  clock.advance(HOUR);
  await system.get(Sweeper).sweepOnce();
  expect(await remembered()).toEqual([]);
});
