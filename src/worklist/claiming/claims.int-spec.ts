import { seedCounty } from '../../../test/harness/county';
import type { Answer } from '../../../test/harness/json-client';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { ExamStates } from '../../exams';
import { type DomainError } from '../../platform/errors';
import { ClaimService } from './claim.service';
import { ReadingRoom } from '../reading-room.fixture';
import { Shift } from '../shift.fixture';

let clock: ManualClock;
let system: System;
let shift: Shift;
let room: ReadingRoom;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  const readers = ['writer11', 'writer12', 'writer21', 'reviewer11', 'reviewer21', 'trainee11'];
  shift = await Shift.begin(system, [...readers, 'admin', 'tech01', 'auditor']);
  room = shift.room;
});
afterAll(() => system.stop());

const claim = (who: string, examId: string): Promise<Answer> => shift.command(who, examId, 'claim');

describe('claiming', () => {
  it('answers the claim and the item, and stores person and hospital', async () => {
    const examId = await room.queued();
    const { status, body } = await claim('writer11', examId);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      examId,
      accessionNumber: expect.stringMatching(/^ACC/),
      patientName: '张三',
      state: 'CLAIMED',
      priority: 'ROUTINE',
      fence: 1,
      version: 0,
      imageSet: 1,
      leaseUntil: new Date(clock.now().getTime() + 15 * MINUTE).toISOString(),
      holder: {
        personId: shift.id('writer11'),
        hospitalId: shift.hospital(1),
        hospitalName: '云溪县第1医院',
      },
    });
    expect(await room.examState(examId)).toBe('CLAIMED');
    expect(await room.item(examId)).toMatchObject({
      claimed_at: clock.now(),
      stage: 'write',
      writer_id: shift.id('writer11'),
    });
    expect(await room.audit(examId)).toMatchObject([
      { action: 'exam.claim', actor_kind: 'person', details: { fence: 1, stage: 'write' } },
    ]);
  });

  it('finds an exam of which the list has not heard yet, or not that it may be read again', async () => {
    const fresh = await room.exam({ state: 'QUEUED' });
    expect([(await claim('writer11', fresh)).status, await room.examState(fresh)]).toEqual([200, 'CLAIMED']);
    const back = await room.queued({ state: 'RETURNED' });
    expect((await claim('writer12', back)).body).toMatchObject({
      code: 'exam_state_conflict',
      params: { state: 'RETURNED' },
    });
    await room.changeExam(back, { state: 'QUEUED' });
    expect((await claim('writer12', back)).status).toBe(200);
    expect(await room.item(back)).toMatchObject({ state: 'CLAIMED', fence: 1, holder_id: shift.id('writer12') });
  });

  describe('an exam that was changed a moment ago', () => {
    const CHANGED = { patient_name: '李四', sex: 'F', clinical_diagnosis: '右股骨颈骨折' } as const;
    const SHOWN = { patientName: '李四', sex: 'F', clinicalHistory: '右股骨颈骨折' };

    it('answers it as it is now, though the news has not reached the list', async () => {
      const examId = await room.queued();
      await room.changeExam(examId, CHANGED);
      expect((await claim('writer11', examId)).body).toMatchObject({ ...SHOWN, state: 'CLAIMED', fence: 1 });
      expect(await room.item(examId)).toMatchObject({ patient_name: '李四', holder_id: shift.id('writer11') });
    });

    it('answers it so from next', async () => {
      const examId = await room.queued({ priority: 'STAT' });
      await room.changeExam(examId, CHANGED);
      const { body } = await shift.as('writer12').post('/api/worklist/next', {});
      expect(body).toMatchObject({ ...SHOWN, examId, state: 'CLAIMED' });
    });

    it('answers it so to its holder, who asks again', async () => {
      const { examId, fence } = await shift.held('writer11');
      await room.changeExam(examId, CHANGED);
      expect((await claim('writer11', examId)).body).toMatchObject({ ...SHOWN, fence });
    });

    it('is brought up to date for its limit too', async () => {
      const examId = await room.queued();
      await room.changeExam(examId, { ...CHANGED, priority: 'URGENT' });
      const { body } = await claim('writer11', examId);
      const dueAt = new Date(clock.now().getTime() + 59 * MINUTE).toISOString();
      expect(body).toMatchObject({ priority: 'URGENT', dueAt, overdue: false });
    });
  });

  it('does not copy an exam anew that the list knows as it is', async () => {
    const examId = await room.queued();
    const { exam_rev: known } = await room.item(examId);
    await claim('writer11', examId);
    expect((await room.item(examId)).exam_rev).toBe(known);
  });

  it('gives its holder the same claim again', async () => {
    const examId = await room.queued();
    const first = await claim('writer11', examId);
    const second = await claim('writer11', examId);
    expect([second.status, second.body]).toEqual([200, first.body]);
  });

  it('tells everyone else who holds it and until when', async () => {
    const examId = await room.queued();
    const mine = await claim('writer11', examId);
    const before = await room.item(examId);
    const { status, body } = await claim('writer21', examId);
    expect([status, body.code]).toEqual([409, 'claimed_by_other']);
    expect(body.params).toMatchObject({ holder: '报告11', leaseUntil: mine.body.leaseUntil, state: 'CLAIMED' });
    expect(await room.item(examId)).toEqual(before);
    expect((await room.audit(examId)).at(-1)).toMatchObject({
      action: 'exam.claim.refused',
      details: { code: 'claimed_by_other', state: 'CLAIMED' },
    });
  });

  it('lets exactly one of twenty through', async () => {
    const examId = await room.queued();
    const service = system.get(ClaimService);
    const readers = await room.readers(20);
    const outcomes = await Promise.allSettled(readers.map((ctx) => service.claim(ctx, examId, {})));
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    const lost = outcomes
      .filter((outcome) => outcome.status === 'rejected')
      .map((outcome) => outcome.reason as DomainError);
    expect(won).toHaveLength(1);
    expect(lost.map((error) => error.code)).toEqual(Array(19).fill('claimed_by_other'));
    expect(await room.item(examId)).toMatchObject({ fence: 1, holder_id: won[0]!.value.holder!.personId });
    const actions = (await room.audit(examId)).map((row) => row.action);
    expect(actions.filter((action) => action === 'exam.claim')).toHaveLength(1);
    expect(actions.filter((action) => action === 'exam.claim.refused')).toHaveLength(19);
  });

  it('opens a STAT exam while its images still come, and no other', async () => {
    const stat = await room.queued({ state: 'UPLOADING', priority: 'STAT', images_complete: null, queued_at: null });
    expect((await claim('writer11', stat)).body).toMatchObject({ state: 'CLAIMED', fence: 1 });
    const routine = await room.exam({ state: 'UPLOADING', images_complete: null, queued_at: null });
    const { status, body } = await claim('writer11', routine);
    expect([status, body.code, body.params.state]).toEqual([409, 'exam_state_conflict', 'UPLOADING']);
  });

  it('refuses an exam that was never heard of, or is another county’s', async () => {
    const other = new ReadingRoom(system, await seedCounty(system, { code: 'b' }));
    const foreign = await other.queued();
    expect((await claim('writer11', foreign)).status).toBe(404);
    expect((await claim('writer11', '01900000-0000-7000-8000-000000000000')).status).toBe(404);
    expect(
      await room.system.db.read(system.ctx(other.county.countyId), (tx) =>
        tx.row('SELECT holder_id FROM reading_item WHERE exam_id = $1', [foreign]),
      ),
    ).toEqual({ holder_id: null });
  });

  it('is for readers only', async () => {
    const examId = await room.queued();
    for (const who of ['tech01', 'admin', 'auditor'])
      expect([who, (await claim(who, examId)).status]).toEqual([who, 403]);
    expect((await claim('trainee11', examId)).status).toBe(200);
  });

  it('asks who works at two hospitals for which of them he reads', async () => {
    const examId = await room.queued();
    const service = system.get(ClaimService);
    const both = room.person('writer11', 'writer', 1, 2);
    await expect(service.claim(both, examId, {})).rejects.toMatchObject({ code: 'hospital_missing' });
    await expect(
      service.claim(room.person('writer11', 'writer', 1), examId, { hospitalId: shift.hospital(2) }),
    ).rejects.toMatchObject({ code: 'wrong_hospital', params: { state: 'QUEUED' } });
    expect((await room.audit(examId)).at(-1)).toMatchObject({
      action: 'exam.claim.refused',
      details: { code: 'wrong_hospital', state: 'QUEUED' },
    });
    expect(await service.claim(both, examId, { hospitalId: shift.hospital(2) })).toMatchObject({
      holder: { hospitalId: shift.hospital(2) },
    });
  });

  it('and withdrawing at the same moment: one of them happens', async () => {
    const service = system.get(ClaimService);
    const states = system.get(ExamStates);
    const withdraw = (examId: string): Promise<unknown> =>
      system.db.write(system.ctx(shift.county.countyId), (tx) =>
        states.move(tx, { examId, from: ['QUEUED'], to: 'WITHDRAWN', action: 'exam.withdraw' }),
      );
    const winners = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      const examId = await room.queued();
      const both = [() => service.claim(room.person('writer11', 'writer', 1), examId, {}), () => withdraw(examId)];
      const order = round % 2 === 0 ? both : both.toReversed();
      const outcomes = await Promise.allSettled(order.map((run) => run()));
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      await room.project(examId);
      const item = await room.item(examId);
      expect(item.state).toBe(await room.examState(examId));
      expect(item.holder_id === null).toBe(item.state === 'WITHDRAWN');
      winners.add(item.state);
    }
    expect([...winners].every((state) => ['CLAIMED', 'WITHDRAWN'].includes(state))).toBe(true);
  });

  it('of a withdrawn exam whose news has not arrived yet is refused, and nothing changes', async () => {
    const examId = await room.queued();
    await room.changeExam(examId, { state: 'WITHDRAWN' });
    const { status, body } = await claim('writer11', examId);
    expect([status, body.code, body.params.state]).toEqual([409, 'exam_state_conflict', 'WITHDRAWN']);
    expect(await room.item(examId)).toMatchObject({ state: 'WITHDRAWN', holder_id: null, fence: 0 });
    expect((await room.audit(examId)).at(-1)).toMatchObject({
      action: 'exam.claim.refused',
      details: { state: 'WITHDRAWN' },
    });
  });
});

describe('the reviewer’s stage', () => {
  it('is claimed by a reviewer', async () => {
    const examId = await room.waitingForReview();
    const { body } = await claim('reviewer21', examId);
    expect(body).toMatchObject({
      state: 'REVIEWING',
      stage: 'review',
      fence: 1,
      writer: { personId: shift.id('writer11') },
    });
    expect(await room.item(examId)).toMatchObject({ review_claimed_at: clock.now() });
  });

  it('is refused to who wrote the report', async () => {
    const examId = await room.waitingForReview('reviewer11');
    const { status, body } = await claim('reviewer11', examId);
    expect([status, body.code, body.params.state]).toEqual([409, 'own_report', 'PENDING_REVIEW']);
    expect(await room.examState(examId)).toBe('PENDING_REVIEW');
  });

  it('is kept from him by the database too', async () => {
    const examId = await room.waitingForReview('reviewer11');
    const cheat = system.db.write(system.ctx(shift.county.countyId), (tx) =>
      tx.change(
        `UPDATE reading_item SET state = 'REVIEWING', holder_id = writer_id, holder_hospital_id = writer_hospital_id, fence = 1, lease_until = $2
         WHERE exam_id = $1`,
        [examId, clock.now()],
      ),
    );
    await expect(cheat).rejects.toThrow('reading_item_two_people');
  });

  it('is refused to a writer', async () => {
    const examId = await room.waitingForReview();
    expect((await claim('writer21', examId)).status).toBe(403);
  });
});

describe('a rejected report', () => {
  it('is its writer’s for a quarter of an hour, then anybody’s', async () => {
    const examId = await room.waitingForReview();
    await room.changeExam(examId, { state: 'REVISING' });
    await room.project(examId);
    await system.db.write(system.ctx(shift.county.countyId), (tx) =>
      tx.change('UPDATE reading_item SET reserved_until = $2 WHERE exam_id = $1', [
        examId,
        new Date(clock.now().getTime() + 15 * MINUTE),
      ]),
    );
    const early = await claim('writer12', examId);
    expect([early.status, early.body.code]).toEqual([409, 'reserved_for_writer']);
    clock.advance(15 * MINUTE);
    expect((await claim('writer12', examId)).status).toBe(200);
  });
});

describe('the fence', () => {
  it('refuses every command with an older one, and says how things stand', async () => {
    const examId = await room.queued();
    const { body: first } = await claim('writer11', examId);
    await shift.command('writer11', examId, 'release', { fence: first.fence, reason: '去吃饭' });
    await claim('writer21', examId);
    const before = await room.item(examId);
    for (const [verb, body] of [
      ['heartbeat', {}],
      ['release', { reason: '不读了' }],
      ['return', { code: 'Q01', wanted: 'retake' }],
    ] as const) {
      const refused = await shift.command('writer11', examId, verb, { fence: first.fence, ...body });
      expect([verb, refused.status, refused.body.code]).toEqual([verb, 409, 'stale_fence']);
      expect(refused.body.params).toMatchObject({ fence: 2, state: 'CLAIMED', holder: '报告21' });
      expect((await room.audit(examId)).at(-1)).toMatchObject({
        action: `exam.${verb}.refused`,
        details: { code: 'stale_fence' },
      });
    }
    expect(await room.item(examId)).toEqual(before);
  });

  it.each([0, -1, 1.5, 2 ** 31, '1', null])('%s is none', async (fence) => {
    const examId = await room.queued();
    await claim('writer11', examId);
    expect((await shift.command('writer11', examId, 'heartbeat', { fence })).body.code).toBe('invalid_input');
  });

  it('is not enough for who is not the holder', async () => {
    const examId = await room.queued();
    const { body } = await claim('writer11', examId);
    expect((await shift.command('writer21', examId, 'release', { fence: body.fence, reason: '试试' })).body.code).toBe(
      'stale_fence',
    );
  });
});
