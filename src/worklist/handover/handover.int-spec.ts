import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { seedCounty, signIn } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import { Shift } from '../shift.fixture';

let clock: ManualClock;
let system: System;
let shift: Shift;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  const people = [
    'writer11',
    'writer12',
    'writer21',
    'reviewer11',
    'reviewer21',
    'chief1',
    'chief2',
    'admin',
    'tech01',
  ];
  shift = await Shift.begin(system, people);
});
afterAll(() => system.stop());

const give = (who: string, from: string, to: string, examIds: readonly string[], more: object = {}) =>
  shift.as(who).post('/api/worklist/handover', {
    from: shift.id(from),
    to: shift.id(to),
    examIds,
    note: '夜班请继续',
    ...more,
  });
const list = (who: string, query = '') => shift.as(who).get(`/api/worklist/handover${query}`);

describe('交接班', () => {
  it('hands claims over under new fences with the reason, and tells the receiver once', async () => {
    const [one, two] = [await shift.held('writer11'), await shift.held('writer11')];
    const before = await shift.room.item(one.examId);
    clock.advance(3 * MINUTE);
    const { status, body } = await give('writer11', 'writer11', 'writer12', [one.examId, two.examId]);
    expect([status, body]).toEqual([
      200,
      {
        handoverId: expect.any(String),
        from: shift.id('writer11'),
        to: shift.id('writer12'),
        examIds: [one.examId, two.examId].sort(),
        note: '夜班请继续',
        doneAt: clock.now().toISOString(),
      },
    ]);
    for (const { examId, fence } of [one, two]) {
      expect(await shift.room.item(examId)).toMatchObject({
        state: 'CLAIMED',
        holder_id: shift.id('writer12'),
        fence: fence + 1,
        lease_until: new Date(clock.now().getTime() + 15 * MINUTE),
        taken_how: 'handover',
        taken_from_id: shift.id('writer11'),
        taken_reason: '夜班请继续',
      });
      const old = await shift.command('writer11', examId, 'heartbeat', { fence });
      expect([old.status, old.body.code]).toEqual([409, 'stale_fence']);
      expect((await shift.command('writer12', examId, 'heartbeat', { fence: fence + 1 })).status).toBe(200);
      expect(await shift.audited(examId, 'exam.handover')).toMatchObject([{ reason: '夜班请继续' }]);
    }
    expect(await shift.room.item(one.examId)).toMatchObject({ due_at: before.due_at, claimed_at: before.claimed_at });
    const told = (await shift.told('writer12')).filter(({ kind }) => kind === 'worklist.handover');
    expect(told).toMatchObject([{ text: '报告11 向您交班 2 份检查：夜班请继续' }]);
  });

  it('asked for again answers the same record and changes nothing', async () => {
    const { examId, fence } = await shift.held('writer11');
    const first = await give('writer11', 'writer11', 'writer12', [examId]);
    const before = await shift.room.item(examId);
    const second = await give('writer11', 'writer11', 'writer12', [examId]);
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect(await shift.room.item(examId)).toEqual(before);
    expect(before.fence).toBe(fence + 1);
    expect(await shift.audited(examId, 'exam.handover')).toHaveLength(1);
  });

  it('asked for twice at the same moment happens once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { examId, fence } = await shift.held('writer11');
      const answers = await Promise.all([1, 2].map(() => give('writer11', 'writer11', 'writer12', [examId])));
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(answers[0]!.body).toEqual(answers[1]!.body);
      expect(await shift.room.item(examId)).toMatchObject({ fence: fence + 1, holder_id: shift.id('writer12') });
    }
  });

  it('gives what waits for the giver: rejected to him, assigned to him, his preliminary', async () => {
    const rejected = await shift.rejected('writer11', new Date(clock.now().getTime() + 15 * MINUTE));
    const assigned = await shift.room.queued();
    await shift.room.setItem(assigned, { assigned_person_id: shift.id('writer11'), assignment_reason: '骨科方向' });
    const preliminary = await shift.room.waitingForReview('writer11');
    await shift.room.changeExam(preliminary, { state: 'PRELIM_ISSUED' });
    await shift.room.project(preliminary);
    const { status } = await give('chief1', 'writer11', 'reviewer11', [rejected, assigned, preliminary]);
    expect(status).toBe(200);
    for (const examId of [rejected, assigned, preliminary]) {
      expect(await shift.room.item(examId)).toMatchObject({
        assigned_person_id: shift.id('reviewer11'),
        assignment_reason: '交接班：夜班请继续',
        reserved_until: null,
        holder_id: null,
      });
    }
    expect((await shift.command('reviewer11', rejected, 'claim')).status).toBe(200);
  });

  it('is all or nothing: one that is not theirs refuses the whole', async () => {
    const [mine, others] = [await shift.held('writer11'), await shift.held('writer21')];
    const { status, body } = await give('writer11', 'writer11', 'writer12', [mine.examId, others.examId]);
    expect([status, body.code]).toEqual([409, 'not_theirs']);
    expect(body.params).toMatchObject({ examId: others.examId, state: 'CLAIMED' });
    expect(await shift.room.item(mine.examId)).toMatchObject({ holder_id: shift.id('writer11'), fence: mine.fence });
    const [first] = [mine.examId, others.examId].sort();
    expect(await shift.audited(first!, 'exam.handover.refused')).toMatchObject([{ details: { code: 'not_theirs' } }]);
  });

  it('goes to nobody who may not go on with it', async () => {
    const review = await shift.room.waitingForReview('reviewer11');
    await shift.claim('reviewer21', review);
    const writer = await give('reviewer21', 'reviewer21', 'writer21', [review]);
    expect([writer.status, writer.body.code, writer.body.params.state]).toEqual([403, 'forbidden', 'REVIEWING']);
    const author = await give('reviewer21', 'reviewer21', 'reviewer11', [review]);
    expect([author.status, author.body.code]).toEqual([409, 'own_report']);
    const { examId } = await shift.held('writer11');
    for (const who of ['tech01', 'admin'])
      expect((await give('writer11', 'writer11', who, [examId])).body.code).toBe('not_a_reader');
    await shift.as('writer12').post('/api/worklist/off-duty', { reason: '下班' });
    const away = await give('writer11', 'writer11', 'writer12', [examId]);
    expect([away.status, away.body.code]).toEqual([409, 'receiver_away']);
    await shift.as('writer12').post('/api/worklist/on-duty');
    expect((await give('writer11', 'writer11', 'writer11', [examId])).status).toBe(400);
  });

  it('of another’s work is his chief’s and the administrator’s', async () => {
    const { examId } = await shift.held('writer11');
    expect((await give('writer12', 'writer11', 'writer12', [examId])).status).toBe(403);
    const foreign = await give('chief2', 'writer11', 'writer12', [examId]);
    expect([foreign.status, foreign.body.code]).toEqual([403, 'wrong_hospital']);
    expect((await give('tech01', 'writer11', 'writer12', [examId])).status).toBe(403);
    expect(await shift.room.item(examId)).toMatchObject({ holder_id: shift.id('writer11') });
    expect((await give('admin', 'writer11', 'writer12', [examId])).status).toBe(200);
  });

  it('reaches no other county', async () => {
    const county = await seedCounty(system, { code: 'h' });
    const stranger = await signIn(system, county, 'chief1');
    const { examId } = await shift.held('writer11');
    const body = { from: shift.id('writer11'), to: shift.id('writer12'), examIds: [examId], note: '试' };
    expect((await stranger.post('/api/worklist/handover', body)).status).toBe(404);
    const own = { ...body, from: county.people.get('writer11')!.id, to: county.people.get('writer12')!.id };
    expect((await stranger.post('/api/worklist/handover', own)).status).toBe(404);
  });
});

describe('the list of a shift', () => {
  it('shows what is in work, parked, preliminary, rejected and waiting for review, in the list’s order', async () => {
    const inWork = await shift.held('writer21');
    const parked = await shift.held('writer21');
    const until = new Date(clock.now().getTime() + 60 * MINUTE).toISOString();
    await shift.command('writer21', parked.examId, 'park', { fence: parked.fence, reason: '等既往片', until });
    const site = { writer_hospital_id: shift.hospital(2) };
    const pending = await shift.room.waitingForReview('writer21');
    const preliminary = await shift.room.waitingForReview('writer21');
    await shift.room.changeExam(preliminary, { state: 'PRELIM_ISSUED' });
    await shift.room.project(preliminary);
    const revising = await shift.rejected('writer21', null);
    for (const examId of [pending, preliminary, revising]) await shift.room.setItem(examId, site);
    const elsewhere = await shift.held('writer11');
    const { status, body } = await list('chief2');
    expect([status, body.hospitalId, body.nextCursor]).toEqual([200, shift.hospital(2), null]);
    const kinds = new Map((body.items as { examId: string; kind: string }[]).map(({ examId, kind }) => [examId, kind]));
    expect([inWork.examId, parked.examId, pending, preliminary, revising].map((examId) => kinds.get(examId))).toEqual([
      'inWork',
      'parked',
      'pendingReview',
      'preliminary',
      'revising',
    ]);
    expect(kinds.has(elsewhere.examId)).toBe(false);
    const page = await list('chief2', '?limit=2');
    const rest = await list('chief2', `?limit=200&cursor=${page.body.nextCursor}`);
    expect([...page.body.items, ...rest.body.items].map(({ examId }) => examId)).toEqual(
      (body.items as { examId: string }[]).map(({ examId }) => examId),
    );
  });

  it('shows the last hand-overs and who is away', async () => {
    const { examId } = await shift.held('writer21');
    const { body: done } = await give('chief2', 'writer21', 'writer11', [examId], { note: '回家' });
    await shift.as('writer21').post('/api/worklist/off-duty', { reason: '下班' });
    for (const who of ['chief2', 'chief1']) {
      const { body } = await list(who);
      expect(body.records[0]).toMatchObject({
        handoverId: done.handoverId,
        note: '回家',
        doneBy: '主任2',
        from: { personId: shift.id('writer21'), name: '报告21' },
        to: { personId: shift.id('writer11'), name: '报告11' },
        examIds: [examId],
      });
    }
    expect((await list('chief2')).body.away).toEqual([
      expect.objectContaining({ personId: shift.id('writer21'), reason: '下班', saidBy: '报告21' }),
    ]);
    await shift.as('writer21').post('/api/worklist/on-duty');
    expect((await list('chief2')).body.away).toEqual([]);
  });

  it('is a hospital’s own; the administrator names one', async () => {
    const other = await list('chief1', `?hospitalId=${shift.hospital(2)}`);
    expect([other.status, other.body.code]).toEqual([403, 'wrong_hospital']);
    expect((await list('admin')).body.code).toBe('hospital_missing');
    expect((await list('admin', `?hospitalId=${shift.hospital(1)}`)).status).toBe(200);
    expect((await list('admin', '?hospitalId=01900000-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await list('tech01')).status).toBe(403);
  });
});
