import { seedCounty, type TestCounty } from '../../test/harness/county';
import { ManualClock, MINUTE } from '../../test/harness/manual-clock';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { ExamStates, Voiding } from '../exams';
import { Sweeper } from '../platform/outbox';
import { CriticalService } from './critical.service';
import type { CriticalCycle } from './critical.entities';
import { MarkingService } from './marking.service';
import { Ward } from './ward.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let ward: Ward;

beforeAll(async () => {
  system = await startSystem({ clock });
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

it('of a mark and the end of the exam at the same moment, none is left running', async () => {
  const examId = await ward.exam();
  const [marked] = await Promise.allSettled([mark(examId, 'writer'), voidExam(examId)]);
  await heard(examId);
  const running = (await values(examId)).filter(({ kind, state }) => kind === 'new' && state !== 'FALSE_ALARM');
  expect(running).toEqual([]);
  if (marked.status === 'rejected') expect(marked.reason).toMatchObject({ code: 'exam_state_conflict' });
});
