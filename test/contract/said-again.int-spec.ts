import { Desk, report, TEXT } from '../../src/reporting/desk.fixture';
import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import type { JsonClient } from '../harness/json-client';
import { startSystem, type System } from '../harness/system';
import { until } from '../harness/wait';

/** On a weak line an answer gets lost, and the client says what it has said once more. */
let system: System;
let county: TestCounty;
let desk: Desk;
let writer: JsonClient;
let other: JsonClient;
let reviewer: JsonClient;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  writer = await signIn(system, county, 'writer11');
  other = await signIn(system, county, 'writer12');
  reviewer = await signIn(system, county, 'reviewer21');
  desk = new Desk(gateway(system, county.clinics[0]!), writer, reviewer, until);
});
afterAll(() => system.stop());

let ids = 0;
const newClientId = (): string => `019a0000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`;
const messages = (exam: string): string => `/api/exams/${exam}/messages`;
const written = async (exam: string): Promise<string[]> =>
  (await writer.get(messages(exam))).body.items.map(({ text }: { text: string }) => text);
const rows = <T>(sql: string, ...params: unknown[]): Promise<T[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));
const audited = async (action: string, exam: string): Promise<number> =>
  (await rows('SELECT 1 FROM audit_event WHERE action = $1 AND subject_id = $2', action, exam)).length;

describe('a message', () => {
  it('is there once, however often it is sent under its id, also at the same moment', async () => {
    const exam = await desk.queued();
    const message = { text: '有无外伤史？', clientId: newClientId() };
    const answers = await Promise.all(Array.from({ length: 6 }, () => writer.post(messages(exam), message)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.messageId}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(201);
    expect([await written(exam), await audited('message.write', exam)]).toEqual([[message.text], 1]);
  });

  it('is another one of another author, without an id, and with another text refused', async () => {
    const exam = await desk.queued();
    const message = { text: '已补充病史', clientId: newClientId() };
    await writer.post(messages(exam), message);
    expect((await other.post(messages(exam), message)).status).toBe(201);
    await writer.post(messages(exam), { text: message.text });
    expect(await written(exam)).toHaveLength(3);
    const reused = await writer.post(messages(exam), { ...message, text: '无' });
    expect([reused.status, reused.body.code]).toEqual([409, 'client_id_taken']);
    const elsewhere = await writer.post(messages(await desk.queued()), message);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'client_id_taken']);
  });
});

describe('下一份', () => {
  const next = (clientId: string) => other.post('/api/worklist/next', { stage: 'write', clientId });
  const mine = async (): Promise<string[]> =>
    (
      await rows<{ exam_id: string }>(
        'SELECT exam_id FROM reading_item WHERE holder_id = $1',
        county.people.get('writer12')!.id,
      )
    ).map(({ exam_id: id }) => id);

  it('hands out the same exam again, as it is now; another request gets another', async () => {
    await desk.queued();
    await desk.queued();
    const clientId = newClientId();
    const answers = await Promise.all([next(clientId), next(clientId), next(clientId)]);
    const [first] = answers;
    expect(answers.map(({ status, body }) => [status, body.examId, body.fence])).toEqual(
      Array.from({ length: 3 }, () => [200, first.body.examId, first.body.fence]),
    );
    expect(await mine()).toEqual([first.body.examId]);
    // The clinic has its doubts meanwhile: whoever asks again is told.
    const doctor = await signIn(system, county, 'doctor01');
    await doctor.post(`/api/exams/${first.body.examId}/hold`, { reason: '影像与患者不符' });
    expect((await next(clientId)).body).toMatchObject({ examId: first.body.examId, identityHold: true });
    const second = await next(newClientId());
    expect(second.body.examId).not.toBe(first.body.examId);
  });

  it('does not show as his own what is no longer his', async () => {
    await desk.queued();
    await desk.queued();
    const clientId = newClientId();
    const { body } = await next(clientId);
    await other.post(`/api/worklist/${body.examId}/release`, { fence: body.fence, reason: '交班' });
    expect((await writer.post(`/api/worklist/${body.examId}/claim`, {})).status).toBe(200);
    expect((await next(clientId)).body.examId).not.toBe(body.examId);
    expect(await mine()).not.toContain(body.examId);
  });
});

describe('a text', () => {
  it('is saved and handed in once, without a conflict with itself', async () => {
    const exam = await desk.queued();
    const seen = await desk.claim(writer, exam);
    const save = { ...TEXT, fence: seen.fence, version: seen.version };
    const put = (body: object) => writer.put(report(exam, '/draft'), body);
    expect([(await put(save)).body, (await put(save)).body]).toEqual([{ version: 1 }, { version: 1 }]);
    expect(await audited('report.draft', exam)).toBe(1);
    expect((await put({ ...save, findings: '另一段。' })).body.code).toBe('stale_version');
    const submit = () => writer.post(report(exam, '/submit'), { ...seen, version: 1 });
    const [first, again] = [await submit(), await submit()];
    expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
    expect(await rows('SELECT 1 FROM report_submission WHERE exam_id = $1', exam)).toHaveLength(1);
    // Where a reviewer has it by now, the answer says so; one that was given back is handed in anew, not again.
    const reviewing = await desk.claim(reviewer, exam);
    expect((await submit()).body).toMatchObject({ submissionId: first.body.submissionId, state: 'REVIEWING' });
    await reviewer.post(report(exam, '/reject'), { ...reviewing, reason: '请补充' });
    expect((await submit()).status).toBe(409);
  });

  it('of a correction too', async () => {
    const { exam } = await desk.signed();
    const opened = await reviewer.post(report(exam, '/amend'), { reason: '描述有误' });
    const { fence, version } = opened.body;
    const save = { ...TEXT, impression: '左肺上叶结节。', fence, version };
    const put = (body: object) => reviewer.put(report(exam, '/draft'), body);
    const saved = await put(save);
    expect([saved.status, (await put(save)).body]).toEqual([200, saved.body]);
    expect((await put({ ...save, impression: '右肺。' })).body.code).toBe('stale_version');
  });
});
