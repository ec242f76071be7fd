import { seedCounty } from '../../../test/harness/county';
import type { Answer } from '../../../test/harness/json-client';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import type { ReadingRoom } from '../reading-room.fixture';
import { Shift } from '../shift.fixture';

let clock: ManualClock;
let system: System;
let shift: Shift;
let room: ReadingRoom;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  shift = await Shift.begin(system, ['writer11', 'reviewer21', 'trainee11', 'chief1']);
  room = shift.room;
});
afterAll(() => system.stop());

const claim = (who: string, examId: string): Promise<Answer> => shift.command(who, examId, 'claim');

describe('release', () => {
  it('puts the exam back at its old place', async () => {
    const examId = await room.queued();
    const listed = await room.item(examId);
    clock.advance(5 * MINUTE);
    const { body } = await claim('writer11', examId);
    const { status, body: after } = await shift.command('writer11', examId, 'release', {
      fence: body.fence,
      reason: '需要会议',
    });
    expect([status, after.state, after.holder, after.claimedAt]).toEqual([200, 'QUEUED', null, null]);
    expect(await room.item(examId)).toMatchObject({
      due_at: listed.due_at,
      rank: listed.rank,
      queued_at: listed.queued_at,
      fence: 1,
    });
    expect((await room.audit(examId)).at(-1)).toMatchObject({ action: 'exam.release', reason: '需要会议' });
  });

  it('puts a review back among those that wait for one', async () => {
    const examId = await room.waitingForReview();
    const { body } = await claim('reviewer21', examId);
    const { body: after } = await shift.command('reviewer21', examId, 'release', {
      fence: body.fence,
      reason: '非本专业',
    });
    expect(after).toMatchObject({ state: 'PENDING_REVIEW', stage: 'review', holder: null, reviewClaimedAt: null });
  });

  it('needs its reason', async () => {
    const { examId, fence } = await shift.held('writer11');
    for (const wrong of [{ fence }, { fence, reason: '  ' }, { fence, reason: 'x', more: 1 }]) {
      const refused = await shift.command('writer11', examId, 'release', wrong);
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_input']);
    }
    expect(await room.examState(examId)).toBe('CLAIMED');
  });
});

describe('return to the clinic', () => {
  it('carries code, wish and note, and remembers the reader', async () => {
    const { examId, fence } = await shift.held('writer11');
    const note = '右侧肋膈角未包全';
    const { status, body: after } = await shift.command('writer11', examId, 'return', {
      fence,
      code: 'Q05',
      wanted: 'retake',
      note,
    });
    expect([status, after.state, after.holder]).toEqual([200, 'RETURNED', null]);
    const exam = await system.db.read(system.ctx(shift.county.countyId), (tx) =>
      tx.row('SELECT * FROM exam WHERE id = $1', [examId]),
    );
    expect(exam).toMatchObject({
      return_code: 'Q05',
      return_wanted: 'retake',
      return_note: note,
      returned_at: clock.now(),
    });
    expect((await room.audit(examId)).at(-1)).toMatchObject({ action: 'exam.return', reason: 'Q05 扫描/照射范围不足' });
    expect(await room.item(examId)).toMatchObject({ assigned_person_id: shift.id('writer11') });
  });

  it('comes back at its old place', async () => {
    const examId = await room.queued();
    const { due_at: dueAt } = await room.item(examId);
    const { body } = await claim('writer11', examId);
    await shift.command('writer11', examId, 'return', { fence: body.fence, code: 'C01', wanted: 'supplement' });
    clock.advance(30 * MINUTE);
    await room.changeExam(examId, { state: 'QUEUED' });
    await room.project(examId);
    expect(await room.item(examId)).toMatchObject({ state: 'QUEUED', due_at: dueAt });
  });

  it.each([
    ['an unknown code', { code: 'Q99', wanted: 'retake' }],
    ['no wish', { code: 'Q01' }],
    ['“other” without a word', { code: 'X99', wanted: 'retake', note: ' ' }],
  ])('refuses %s', async (_, input) => {
    const { examId, fence } = await shift.held('writer11');
    expect((await shift.command('writer11', examId, 'return', { fence, ...input })).status).toBe(400);
  });

  it('is not a trainee’s to decide', async () => {
    const { examId, fence } = await shift.held('trainee11');
    expect((await shift.command('trainee11', examId, 'return', { fence, code: 'Q01', wanted: 'retake' })).status).toBe(
      403,
    );
  });
});

describe('assignment', () => {
  it('stores to whom and why, and shows it', async () => {
    const examId = await room.queued();
    const personId = shift.id('writer21');
    const { status, body } = await shift.command('chief1', examId, 'assign', { personId, reason: '骨科方向' });
    expect([status, body.assignment]).toEqual([
      200,
      expect.objectContaining({ personId, personName: '报告21', reason: '骨科方向' }),
    ]);
    const hospitalId = shift.hospital(2);
    const site = await shift.command('chief1', examId, 'assign', { hospitalId, reason: '均衡' });
    expect(site.body.assignment).toMatchObject({ personId: null, hospitalId, hospitalName: '云溪县第2医院' });
  });

  it('refuses people who do not read, other counties’ people, held exams, and half a request', async () => {
    const examId = await room.queued();
    for (const name of ['tech01', 'admin']) {
      const { body } = await shift.command('chief1', examId, 'assign', {
        personId: shift.id(name),
        reason: '试',
      });
      expect([name, body.code]).toEqual([name, 'not_a_reader']);
    }
    const foreign = await seedCounty(system, { code: 'c' });
    expect(
      (await shift.command('chief1', examId, 'assign', { personId: foreign.people.get('writer11')!.id, reason: '试' }))
        .body.code,
    ).toBe('not_found');
    expect(
      (await shift.command('chief1', examId, 'assign', { hospitalId: foreign.hospitals[0]!.id, reason: '试' })).body
        .code,
    ).toBe('not_a_reader');
    expect((await shift.command('chief1', examId, 'assign', { reason: '试' })).status).toBe(400);
    await claim('writer11', examId);
    expect(
      (await shift.command('chief1', examId, 'assign', { hospitalId: shift.hospital(1), reason: '试' })).body.code,
    ).toBe('claimed_by_other');
  });
});
