import { signIn } from '../../../test/harness/county';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { Sweeper } from '../../platform/outbox';
import { ClaimService } from '../claiming/claim.service';
import { Claims } from '../claiming/claims';
import { Consulting } from '../claiming/consulting';
import { Readings } from '../claiming/readings';
import { Shift } from '../shift.fixture';
import { Silence } from './silence';

let clock: ManualClock;
let system: System;
let shift: Shift;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  shift = await Shift.begin(system, [
    'writer11',
    'writer12',
    'writer21',
    'writer22',
    'reviewer11',
    'reviewer12',
    'reviewer21',
    'chief1',
    'chief2',
    'admin',
    'tech01',
    'auditor',
    'secadmin',
  ]);
});
afterAll(() => system.stop());

const leave = (who: string, body: object = { reason: '家中急事' }) =>
  shift.as(who).post('/api/worklist/off-duty', body);
const back = (who: string, body: object = {}) => shift.as(who).post('/api/worklist/on-duty', body);
const inMinutes = (minutes: number): Date => new Date(clock.now().getTime() + minutes * MINUTE);

describe('离岗', () => {
  afterEach(async () => {
    for (const who of ['writer11', 'writer12', 'reviewer11']) await back(who);
  });

  it('lets claims, direct assignments and 驳回 go at once, each exam with its reason', async () => {
    const writing = await shift.held('writer12');
    const assigned = await shift.room.queued();
    await shift.room.setItem(assigned, { assigned_person_id: shift.id('writer12'), assignment_reason: '骨科方向' });
    const rejected = await shift.rejected('writer12', inMinutes(15));
    const untouched = await shift.held('writer11');
    const { status, body } = await leave('writer12');
    expect([status, body.offDuty]).toEqual([200, true]);
    expect([...body.released].sort()).toEqual([writing.examId, assigned, rejected].sort());
    expect(await shift.room.item(writing.examId)).toMatchObject({
      state: 'QUEUED',
      holder_id: null,
      badge_kind: 'release',
    });
    expect(await shift.room.examState(writing.examId)).toBe('QUEUED');
    expect(await shift.room.item(assigned)).toMatchObject({ assigned_person_id: null, assignment_reason: null });
    expect(await shift.room.item(rejected)).toMatchObject({ state: 'REVISING', reserved_until: null });
    for (const examId of body.released)
      expect(await shift.audited(examId, 'exam.off-duty')).toMatchObject([{ reason: '离岗：家中急事' }]);
    expect(await shift.audited(shift.id('writer12'), 'person.off-duty')).toMatchObject([
      { reason: '家中急事', details: { exams: 3 } },
    ]);
    expect(await shift.room.item(untouched.examId)).toMatchObject({ holder_id: shift.id('writer11') });
    // What was his alone a moment ago is anybody's now.
    expect((await shift.command('writer21', rejected, 'claim')).status).toBe(200);
    const stale = await shift.command('writer12', writing.examId, 'heartbeat', { fence: writing.fence });
    expect([stale.status, stale.body.code]).toEqual([409, 'stale_fence']);
  });

  it('puts a review back among those that wait for one, and lets go what was parked', async () => {
    const review = await shift.room.waitingForReview('writer21');
    await shift.claim('reviewer11', review);
    const parked = await shift.held('reviewer11');
    const until = inMinutes(120).toISOString();
    await shift.command('reviewer11', parked.examId, 'park', { fence: parked.fence, reason: '等既往片', until });
    expect((await leave('reviewer11')).body.released).toHaveLength(2);
    expect(await shift.room.item(review)).toMatchObject({ state: 'PENDING_REVIEW', writer_id: shift.id('writer21') });
    expect(await shift.room.item(parked.examId)).toMatchObject({
      state: 'QUEUED',
      parked_until: null,
      park_reason: null,
    });
  });

  it('ends the claim during a consultation, whose end then gives the exam to the list', async () => {
    const { examId, fence } = await shift.held('writer11');
    const writer = shift.room.person('writer11', 'writer', 1);
    const consulting = system.get(Consulting);
    await system.db.write(writer, (tx) => consulting.begin(tx, examId, { fence }, { action: 'exam.consult' }));
    await leave('writer11');
    expect(await shift.room.item(examId)).toMatchObject({ state: 'CONSULTING', holder_id: null });
    expect(await shift.room.examState(examId)).toBe('CONSULTING');
    await system.db.write(system.ctx(shift.county.countyId), (tx) =>
      consulting.end(tx, examId, { action: 'exam.consult-end' }),
    );
    expect(await shift.room.item(examId)).toMatchObject({ state: 'QUEUED', holder_id: null });
    expect(await shift.room.examState(examId)).toBe('QUEUED');
  });

  it('is said by a chief for his own people, who are told, and by nobody else', async () => {
    const { examId } = await shift.held('writer11');
    const body = { reason: '突发疾病', personId: shift.id('writer11') };
    const foreign = await leave('chief2', body);
    expect([foreign.status, foreign.body.code]).toEqual([403, 'wrong_hospital']);
    const colleague = await leave('writer12', body);
    expect([colleague.status, colleague.body.code]).toEqual([403, 'forbidden']);
    expect(await shift.room.item(examId)).toMatchObject({ holder_id: shift.id('writer11') });
    expect(await shift.audited(shift.id('writer11'), 'person.off-duty.refused')).toHaveLength(2);
    expect((await leave('chief1', body)).status).toBe(200);
    expect(await shift.room.item(examId)).toMatchObject({ holder_id: null });
    expect((await shift.told('writer11')).at(-1)).toMatchObject({
      kind: 'worklist.off-duty',
      text: expect.stringContaining('突发疾病'),
    });
  });

  it('is said of whoever has left for good: his account is closed, or his post is gone', async () => {
    const change = async (who: string, body: object) =>
      expect((await shift.as('secadmin').patch(`/api/people/${shift.id(who)}`, body)).status).toBe(204);
    const closed = await shift.held('reviewer12');
    await change('reviewer12', { active: false });
    const moved = await shift.held('writer22');
    await change('writer22', { grants: [{ role: 'writer', hospitalId: shift.hospital(1) }] });
    // A claim is his hospital's: he goes on with nothing, whatever his new post lets him do.
    const anew = await signIn(system, shift.county, 'writer22');
    for (const verb of ['heartbeat', 'release']) {
      const body = { fence: moved.fence, ...(verb === 'release' ? { reason: '调岗' } : {}) };
      const refused = await anew.post(`/api/worklist/${moved.examId}/${verb}`, body);
      expect([refused.status, refused.body.code]).toEqual([409, 'stale_fence']);
    }
    const gone = [['chief1', 'reviewer12', closed.examId] as const, ['chief2', 'writer22', moved.examId] as const];
    for (const [chief, who, examId] of gone) {
      const { status, body } = await leave(chief, { reason: '已离职', personId: shift.id(who) });
      expect([who, status, body.released]).toEqual([who, 200, [examId]]);
      expect(await shift.room.item(examId)).toMatchObject({ state: 'QUEUED', holder_id: null });
    }
  });

  it('is not for people who do not read, and needs a reason', async () => {
    expect((await leave('tech01')).status).toBe(403);
    expect((await leave('auditor')).status).toBe(403);
    expect((await leave('admin', { reason: '试', personId: shift.id('tech01') })).body.code).toBe('not_a_reader');
    expect((await leave('admin', { reason: '试', personId: '01900000-0000-7000-8000-000000000000' })).status).toBe(404);
    expect((await leave('writer11', {})).status).toBe(400);
  });

  it('while it lasts a rejected report is reserved for nobody; coming back, or claiming, ends it', async () => {
    const rejectOne = async (): Promise<string> => {
      const examId = await shift.room.waitingForReview('writer12');
      const fence = await shift.claim('reviewer21', examId);
      await system.db.write(shift.room.person('reviewer21', 'reviewer', 2), async (tx) => {
        await system.get(Readings).reject(tx, await system.get(Claims).require(tx, examId, { fence }), '左右写反');
      });
      return examId;
    };
    await leave('writer12');
    expect(await shift.room.item(await rejectOne())).toMatchObject({ reserved_until: null });
    expect((await back('writer12')).body).toEqual({ personId: shift.id('writer12'), offDuty: false });
    const reserved = await rejectOne();
    expect(await shift.room.item(reserved)).toMatchObject({ reserved_until: inMinutes(15) });
    await leave('writer12');
    await shift.claim('writer12', await shift.room.queued());
    expect(await shift.room.item(await rejectOne())).toMatchObject({ reserved_until: inMinutes(15) });
  });

  it('and a claim of the same person at the same moment: nothing stays half done', async () => {
    const service = system.get(ClaimService);
    for (let round = 0; round < 10; round += 1) {
      const { examId, fence } = await shift.held('writer11');
      const release = () => leave('writer11');
      const beat = () => service.heartbeat(shift.room.person('writer11', 'writer', 1), examId, { fence });
      await Promise.allSettled(round % 2 === 0 ? [release(), beat()] : [beat(), release()]);
      const item = await shift.room.item(examId);
      expect([item.state, item.holder_id]).toEqual(['QUEUED', null]);
      expect(await shift.room.examState(examId)).toBe('QUEUED');
    }
  });
});

describe('a silent hospital', () => {
  const sweep = () => system.get(Sweeper).sweepOnce();
  const beat = (who: string, { examId, fence }: { examId: string; fence: number }) =>
    shift.command(who, examId, 'heartbeat', { fence });
  /** Nobody holds anything any more. */
  afterEach(async () => {
    clock.advance(60 * MINUTE);
    await sweep();
  });

  it('lets go after five minutes without any heartbeat: claims, assignments, 驳回; another hospital keeps its own', async () => {
    const [first, second] = [await shift.held('writer11'), await shift.held('writer12')];
    const assigned = await shift.room.queued();
    await shift.room.setItem(assigned, { assigned_person_id: shift.id('reviewer11'), assignment_reason: '骨科方向' });
    const rejected = await shift.rejected('writer11', inMinutes(15));
    const other = await shift.held('writer21');
    clock.advance(4 * MINUTE);
    await beat('writer21', other);
    await sweep();
    expect(await shift.room.item(first.examId)).toMatchObject({ holder_id: shift.id('writer11') });
    clock.advance(MINUTE);
    await sweep();
    for (const { examId } of [first, second]) {
      expect(await shift.room.item(examId)).toMatchObject({ state: 'QUEUED', holder_id: null, badge_by: '系统' });
      expect(await shift.room.examState(examId)).toBe('QUEUED');
      expect(await shift.audited(examId, 'exam.silence')).toHaveLength(1);
    }
    expect(await shift.room.item(assigned)).toMatchObject({ assigned_person_id: null });
    expect(await shift.room.item(rejected)).toMatchObject({ reserved_until: null });
    expect(await shift.room.item(other.examId)).toMatchObject({ holder_id: shift.id('writer21') });
    expect((await shift.told('chief1')).at(-1)).toMatchObject({ kind: 'worklist.silent' });
    expect((await shift.told('chief2')).filter(({ kind }) => kind === 'worklist.silent')).toEqual([]);
  });

  it('is not silent as long as one of its readers gives a sign', async () => {
    const [first, second] = [await shift.held('writer11'), await shift.held('writer12')];
    for (let minute = 0; minute < 12; minute += 4) {
      clock.advance(4 * MINUTE);
      expect((await beat('writer12', second)).status).toBe(200);
      await sweep();
    }
    expect(await shift.room.item(first.examId)).toMatchObject({ holder_id: shift.id('writer11') });
  });

  it('keeps what is parked, and what was handed over and is not opened yet', async () => {
    const parked = await shift.held('writer11');
    const until = inMinutes(55).toISOString();
    await shift.command('writer11', parked.examId, 'park', { fence: parked.fence, reason: '等既往片', until });
    const given = await shift.held('writer21');
    const handover = { from: shift.id('writer21'), to: shift.id('writer12'), examIds: [given.examId], note: '交班' };
    expect((await shift.as('writer21').post('/api/worklist/handover', handover)).status).toBe(200);
    clock.advance(10 * MINUTE);
    await sweep();
    expect(await shift.room.item(parked.examId)).toMatchObject({ holder_id: shift.id('writer11') });
    expect(await shift.room.item(given.examId)).toMatchObject({ holder_id: shift.id('writer12') });
  });

  it('a heartbeat in the last moment is believed', async () => {
    const held = await shift.held('writer11');
    clock.advance(5 * MINUTE);
    await beat('writer11', held);
    await system.db.write(system.ctx(shift.county.countyId), (tx) => system.get(Silence).look(tx, shift.hospital(1)));
    expect(await shift.room.item(held.examId)).toMatchObject({ holder_id: shift.id('writer11') });
  });
});
