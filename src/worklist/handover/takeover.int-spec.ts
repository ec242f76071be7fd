import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { Shift } from '../shift.fixture';

let clock: ManualClock;
let system: System;
let shift: Shift;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  const people = ['writer11', 'writer12', 'writer21', 'reviewer11', 'reviewer21', 'chief1', 'admin', 'auditor'];
  shift = await Shift.begin(system, people);
});
afterAll(() => system.stop());

const takeover = (who: string, examId: string, body: object = { reason: '值班医师离岗' }) =>
  shift.command(who, examId, 'takeover', body);

describe('by a chief', () => {
  it('passes the claim on under a new fence; the item says from whom and why, who had it is told', async () => {
    const { examId, fence } = await shift.held('writer21');
    const { status, body } = await takeover('chief1', examId);
    expect([status, body.fence, body.holder.personId]).toEqual([200, fence + 1, shift.id('chief1')]);
    expect(body.takenOver).toEqual({
      from: { personId: shift.id('writer21'), name: '报告21' },
      how: 'takeover',
      reason: '值班医师离岗',
      at: clock.now().toISOString(),
    });
    expect((await shift.command('writer21', examId, 'heartbeat', { fence })).body.code).toBe('stale_fence');
    expect((await shift.command('chief1', examId, 'heartbeat', { fence: fence + 1 })).status).toBe(200);
    expect(await shift.audited(examId, 'exam.takeover')).toMatchObject([
      { reason: '值班医师离岗', details: { from: shift.id('writer21'), how: 'takeover', fence: fence + 1 } },
    ]);
    expect(await shift.toldOf('writer21', examId)).toMatchObject([
      { kind: 'worklist.takeover', text: expect.stringMatching(/ACC\d+ 已由 主任1 接手：值班医师离岗/) },
    ]);
  });

  it('answers the exam as it is now, though the news of its last change has not reached the list', async () => {
    const { examId } = await shift.held('writer21');
    await shift.room.changeExam(examId, { patient_name: '李四', sex: 'F' });
    expect((await takeover('chief1', examId)).body).toMatchObject({ patientName: '李四', sex: 'F' });
  });

  it('needs a reason', async () => {
    const { examId } = await shift.held('writer21');
    for (const body of [{}, { reason: ' ' }]) expect((await takeover('chief1', examId, body)).status).toBe(400);
  });

  it('is refused where nobody holds it, where he holds it, and on his own report', async () => {
    const free = await shift.room.queued();
    expect((await takeover('chief1', free)).body).toMatchObject({ code: 'not_held', params: { state: 'QUEUED' } });
    const { examId } = await shift.held('chief1');
    expect((await takeover('chief1', examId)).body).toMatchObject({
      code: 'already_yours',
      params: { state: 'CLAIMED' },
    });
    const own = await shift.room.waitingForReview('chief1');
    await shift.claim('reviewer21', own);
    expect((await takeover('chief1', own)).body).toMatchObject({ code: 'own_report', params: { state: 'REVIEWING' } });
    expect(await shift.audited(own, 'exam.takeover.refused')).toMatchObject([{ details: { code: 'own_report' } }]);
  });

  it('believes the exam, not the list: what left the readers a moment ago is not taken over', async () => {
    const { examId } = await shift.held('writer21');
    await shift.room.changeExam(examId, { state: 'VOID' });
    expect((await takeover('chief1', examId)).body).toMatchObject({
      code: 'exam_state_conflict',
      params: { state: 'VOID' },
    });
  });

  it('leaves a consultation where it is and takes the claim', async () => {
    const { examId } = await shift.held('writer21');
    await shift.room.changeExam(examId, { state: 'CONSULTING', state_before_consulting: 'CLAIMED' });
    await shift.room.project(examId);
    const { status, body } = await takeover('chief1', examId);
    expect([status, body.state, body.holder.personId]).toEqual([200, 'CONSULTING', shift.id('chief1')]);
  });
});

describe('by an administrator, who does not read', () => {
  it('only unlocks: back to the list, with reason and badge, audited and told', async () => {
    const { examId } = await shift.held('writer21');
    const { status, body } = await takeover('admin', examId, { reason: '电脑故障' });
    expect([status, body.state, body.holder]).toEqual([200, 'QUEUED', null]);
    expect(body.badge).toEqual({
      kind: 'release',
      name: '放弃',
      reason: '电脑故障',
      by: '县管理员',
      at: clock.now().toISOString(),
    });
    expect(await shift.audited(examId, 'exam.unlock')).toMatchObject([
      { reason: '电脑故障', details: { holderId: shift.id('writer21') } },
    ]);
    expect(await shift.toldOf('writer21', examId)).toMatchObject([{ kind: 'worklist.unlock' }]);
  });

  it('waits for the end of a consultation', async () => {
    const { examId } = await shift.held('writer21');
    await shift.room.changeExam(examId, { state: 'CONSULTING', state_before_consulting: 'CLAIMED' });
    await shift.room.project(examId);
    const { status, body } = await takeover('admin', examId);
    expect([status, body.code, body.params.state]).toEqual([409, 'exam_state_conflict', 'CONSULTING']);
    expect(await shift.room.item(examId)).toMatchObject({ holder_id: shift.id('writer21') });
  });
});

describe('by any reader of the stage', () => {
  const beat = (examId: string, fence: number, active?: boolean) =>
    shift.command('writer21', examId, 'heartbeat', { fence, ...(active === undefined ? {} : { active }) });
  /** The tab stays open and sends its heartbeats; nobody works in it. */
  async function leftAlone(examId: string, fence: number, minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 5) {
      clock.advance(Math.min(5, minutes - minute) * MINUTE);
      expect((await beat(examId, fence, false)).status).toBe(200);
    }
  }

  it('is possible once nobody has worked in the tab for half an hour', async () => {
    const { examId, fence } = await shift.held('writer21');
    const idleAt = new Date(clock.now().getTime() + 30 * MINUTE);
    await leftAlone(examId, fence, 29);
    const early = await takeover('writer12', examId);
    expect([early.status, early.body.code]).toEqual([409, 'not_idle']);
    expect(early.body.params).toMatchObject({ holder: '报告21', state: 'CLAIMED', idleAt: idleAt.toISOString() });
    await leftAlone(examId, fence, 1);
    const { status, body } = await takeover('writer12', examId, { reason: '长时间无操作' });
    expect([status, body.holder.personId, body.takenOver.how]).toEqual([200, shift.id('writer12'), 'idle']);
    expect(await shift.toldOf('writer21', examId)).toMatchObject([{ kind: 'worklist.takeover' }]);
  });

  it.each([[true], [undefined]])('is put off by work in the tab (active: %s)', async (active) => {
    const { examId, fence } = await shift.held('writer21');
    await leftAlone(examId, fence, 25);
    await beat(examId, fence, active);
    await leftAlone(examId, fence, 10);
    expect((await takeover('writer12', examId)).body.code).toBe('not_idle');
  });

  it('is a reviewer’s alone where it is a review, and nobody’s who wrote the text', async () => {
    const examId = await shift.room.waitingForReview('reviewer11');
    await shift.claim('reviewer21', examId);
    await shift.room.setItem(examId, { active_at: new Date(clock.now().getTime() - 30 * MINUTE) });
    const writer = await takeover('writer11', examId);
    expect([writer.status, writer.body.params.state]).toEqual([403, 'REVIEWING']);
    expect((await takeover('reviewer11', examId)).body.code).toBe('own_report');
    expect(await shift.audited(examId, 'exam.takeover.refused')).toHaveLength(2);
    expect((await takeover('auditor', examId)).status).toBe(403);
  });

  it('under a hospital that is not his is refused with the present state', async () => {
    const { examId } = await shift.held('writer21');
    const { status, body } = await takeover('writer12', examId, { reason: '试', hospitalId: shift.hospital(2) });
    expect([status, body.code, body.params.state]).toEqual([403, 'wrong_hospital', 'CLAIMED']);
  });

  it('of ten at the same moment one has it', async () => {
    const { examId } = await shift.held('writer21');
    await shift.room.setItem(examId, { active_at: new Date(clock.now().getTime() - 30 * MINUTE) });
    const takers = ['writer11', 'writer12', 'reviewer11', 'reviewer21', 'chief1'].slice(0, 4);
    const answers = await Promise.all([...takers, ...takers].map((who) => takeover(who, examId)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await shift.audited(examId, 'exam.takeover')).toHaveLength(1);
  });
});
