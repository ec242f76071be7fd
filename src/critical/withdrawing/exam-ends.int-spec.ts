import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { ExamStates, Voiding } from '../../exams';
import { Sweeper } from '../../platform/outbox';
import { CriticalService } from '../critical.service';
import type { CriticalCycle } from '../critical.entities';
import { ImportantService } from '../important/important.service';
import type { ImportantView } from '../important/important.queries';
import { MarkingService } from '../marking.service';
import { Ward } from '../ward.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let ward: Ward;

beforeAll(async () => {
  // Sweeps are called by hand: what is not due must be seen not to happen.
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system);
  ward = new Ward(system, county);
});
afterAll(() => system.stop());

const FINDING = '急性脑出血';
const mark = async (examId: string, by: 'writer' | 'technician'): Promise<string> => {
  const person = ward.person(by === 'writer' ? 'writer11' : 'tech01', by);
  return (await system.get(MarkingService).mark(person, examId, { finding: FINDING })).criticalId;
};
const voidExam = (examId: string): Promise<void> =>
  system.get(Voiding).void(ward.person('admin', 'county_admin'), examId, { reason: '登记错误' });
const values = (examId: string): Promise<CriticalCycle[]> =>
  ward.rows('SELECT * FROM critical_cycle WHERE exam_id = $1 ORDER BY raised_at, id', [examId]);
const heard = (examId: string): Promise<unknown> =>
  until('the end of the exam to be heard of', async () => {
    const waiting = await ward.rows(
      "SELECT 1 FROM outbox_message WHERE subject_id = $1 AND consumer = 'critical.end-with-exam' AND handled_at IS NULL",
      [examId],
    );
    return waiting.length === 0;
  });

it('takes back what was told of an exam that is voided without a report, and stops its ladder', async () => {
  const examId = await ward.exam();
  const id = await mark(examId, 'writer');
  await voidExam(examId);
  await heard(examId);
  const [told, withdrawn, ...others] = await values(examId);
  expect(told).toMatchObject({ id, state: 'FALSE_ALARM', next_due_at: null, end_reason: '所属检查已作废' });
  expect(withdrawn).toMatchObject({
    kind: 'withdrawn',
    state: 'CONFIRMED',
    withdraws_id: id,
    radiologist_name: 'writer11',
    version_id: null,
  });
  expect(others).toEqual([]);
  const notices = await ward.rows<{ text: string }>(
    "SELECT text FROM notice WHERE exam_id = $1 AND kind = 'critical.marked' AND text LIKE '%此前通知的危急值所属检查已作废%'",
    [examId],
  );
  expect(notices).toHaveLength(1);
  clock.advance(9 * MINUTE);
  await system.get(Sweeper).sweepOnce();
  expect(await ward.trail(id)).toEqual(['confirm', 'dismiss']);
  const doctor = ward.person('doctor01', 'ordering_doctor');
  const known = await system.get(CriticalService).acknowledge(doctor, withdrawn!.id, {});
  expect(known.state).toBe('ACKNOWLEDGED');
});

it('drops a suspicion that nobody has answered, without a word to the clinic', async () => {
  const examId = await ward.exam();
  await mark(examId, 'technician');
  await voidExam(examId);
  await heard(examId);
  expect(await values(examId)).toMatchObject([{ kind: 'new', state: 'FALSE_ALARM', end_reason: '所属检查已作废' }]);
  expect(await ward.told(examId, 'critical.marked')).toEqual([]);
});

it('does the same for an exam that its clinic withdraws, and leaves every other change alone', async () => {
  const examId = await ward.exam({ state: 'QUEUED' });
  const id = await mark(examId, 'writer');
  const states = system.get(ExamStates);
  const move = (from: 'QUEUED' | 'CLAIMED', to: 'QUEUED' | 'CLAIMED' | 'WITHDRAWN'): Promise<unknown> =>
    system.db.write(ward.ctx, (tx) => states.move(tx, { examId, from: [from], to, action: `exam.${to}` }));
  await move('QUEUED', 'CLAIMED');
  await move('CLAIMED', 'QUEUED');
  await heard(examId);
  expect(await values(examId)).toMatchObject([{ id, state: 'CONFIRMED' }]);
  await move('QUEUED', 'WITHDRAWN');
  await heard(examId);
  expect((await values(examId)).map(({ kind, state }) => [kind, state])).toEqual([
    ['new', 'FALSE_ALARM'],
    ['withdrawn', 'CONFIRMED'],
  ]);
});

describe('重要异常', () => {
  const flag = (examId: string, finding = '右肺占位'): Promise<ImportantView> =>
    system
      .get(ImportantService)
      .flag(ward.person('reviewer11', 'reviewer'), examId, { tier: 'important', finding, hospitalId: undefined });
  const flags = (examId: string): Promise<object[]> =>
    ward.rows(
      `SELECT finding, state, close_reason, closed_by_name, next_due_at FROM important_finding
       WHERE exam_id = $1 ORDER BY raised_at, id`,
      [examId],
    );
  const taken = { state: 'CLOSED', close_reason: '所属检查已作废', closed_by_name: null, next_due_at: null };
  const words = (examId: string): Promise<{ text: string; urgent: boolean }[]> =>
    ward.rows("SELECT text, urgent FROM notice WHERE exam_id = $1 AND kind = 'important.withdrawn'", [examId]);

  it('is taken back from the clinic when the exam is voided, whether it waits, is followed up or is closed', async () => {
    const examId = await ward.exam();
    const doctor = ward.person('doctor01', 'ordering_doctor');
    const service = system.get(ImportantService);
    await flag(examId);
    const { importantId: followed } = await flag(examId, '肝占位');
    await service.receive(doctor, followed);
    await service.followUp(doctor, followed, { followUp: '已通知患者' });
    await service.close(doctor, followed, { reason: '随访完成' });
    const { importantId: wrong } = await flag(examId, '误标');
    await service.close(ward.person('reviewer11', 'reviewer'), wrong, { reason: '误标' });
    clock.advance(MINUTE);
    await voidExam(examId);
    await heard(examId);
    expect(await flags(examId)).toMatchObject([
      { finding: '右肺占位', ...taken },
      { finding: '肝占位', state: 'CLOSED', close_reason: '随访完成' },
      { finding: '误标', state: 'CLOSED', close_reason: '误标' },
    ]);
    const told = await words(examId);
    expect(told).toHaveLength(2);
    for (const { text, urgent } of told)
      expect([text, urgent]).toEqual([expect.stringContaining('此前通知的重要异常所属检查已作废'), true]);
    expect(await ward.told(examId, 'important.withdrawn')).toEqual(['doctor01', 'tech01']);
  });

  it('is not flagged any more on an exam that has ended', async () => {
    const examId = await ward.exam();
    await voidExam(examId);
    await expect(flag(examId)).rejects.toMatchObject({ code: 'exam_state_conflict', params: { state: 'VOID' } });
    expect(await flags(examId)).toEqual([]);
  });

  it('of a flag and the end of the exam at the same moment, none is left waiting', async () => {
    const examId = await ward.exam();
    await Promise.allSettled([flag(examId), voidExam(examId)]);
    await heard(examId);
    expect((await flags(examId)).filter((one) => (one as { state: string }).state !== 'CLOSED')).toEqual([]);
  });
});

it('of a mark and the end of the exam at the same moment, none is left running', async () => {
  const examId = await ward.exam();
  const [marked] = await Promise.allSettled([mark(examId, 'writer'), voidExam(examId)]);
  await heard(examId);
  const running = (await values(examId)).filter(({ kind, state }) => kind === 'new' && state !== 'FALSE_ALARM');
  expect(running).toEqual([]);
  if (marked.status === 'rejected') expect(marked.reason).toMatchObject({ code: 'exam_state_conflict' });
});
