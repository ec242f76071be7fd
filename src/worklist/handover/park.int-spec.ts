import { HOUR, ManualClock, MINUTE, SECOND } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Sweeper } from '../../platform/outbox';
import { ClaimService } from '../claiming/claim.service';
import { Claims } from '../claiming/claims';
import { LeaseExpiry } from '../claiming/lease-expiry';
import { Readings } from '../claiming/readings';
import { Parking } from './parking';
import { Reservations } from './reservations';
import { Shift } from '../shift.fixture';

describe('挂起', () => {
  let clock: ManualClock;
  let system: System;
  let shift: Shift;

  beforeAll(async () => {
    clock = new ManualClock();
    system = await startSystem({ clock, role: 'api' });
    shift = await Shift.begin(system, ['writer11', 'writer12', 'reviewer21', 'chief1']);
  });
  afterAll(() => system.stop());

  const limit = (ms: number): string => new Date(clock.now().getTime() + ms).toISOString();
  const park = (who: string, { examId, fence }: { examId: string; fence: number }, body: object = {}) =>
    shift.command(who, examId, 'park', { fence, reason: '等待既往片', until: limit(2 * HOUR), ...body });

  it('keeps the exam with its reader, reason and limit shown', async () => {
    const held = await shift.held('writer11');
    const { status, body } = await park('writer11', held);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'CLAIMED',
      fence: held.fence,
      holder: { personId: shift.id('writer11') },
      parked: { reason: '等待既往片', until: limit(2 * HOUR), since: clock.now().toISOString() },
      idleAt: null,
    });
    expect(await shift.audited(held.examId, 'exam.park')).toMatchObject([{ reason: '等待既往片' }]);
  });

  it('the lease does not run out meanwhile, with or without heartbeats; the clock runs', async () => {
    const held = await shift.held('writer11');
    await park('writer11', held);
    const { lease_until: leaseUntil, due_at: dueAt } = await shift.room.item(held.examId);
    expect(leaseUntil).toEqual(new Date(clock.now().getTime() + 2 * HOUR + 15 * MINUTE));
    await shift.command('writer11', held.examId, 'heartbeat', { fence: held.fence });
    expect(await shift.room.item(held.examId)).toMatchObject({ lease_until: leaseUntil, due_at: dueAt });
    clock.advance(90 * MINUTE);
    await system.db.write(system.ctx(shift.county.countyId), (tx) =>
      system.get(LeaseExpiry).look(tx, held.examId, held.fence),
    );
    expect(await shift.room.item(held.examId)).toMatchObject({ holder_id: shift.id('writer11') });
    const other = await shift.command('writer12', held.examId, 'claim');
    expect([other.status, other.body.code]).toEqual([409, 'claimed_by_other']);
  });

  it('ends by its reader’s hand, with a whole lease', async () => {
    const held = await shift.held('writer11');
    await park('writer11', held);
    clock.advance(HOUR);
    const { body } = await shift.command('writer11', held.examId, 'unpark', { fence: held.fence });
    expect(body).toMatchObject({ parked: null, fence: held.fence, leaseUntil: limit(15 * MINUTE) });
    expect(await shift.audited(held.examId, 'exam.unpark')).toHaveLength(1);
    const again = await shift.command('writer11', held.examId, 'unpark', { fence: held.fence });
    expect([again.status, again.body.code, again.body.params.state]).toEqual([409, 'not_parked', 'CLAIMED']);
  });

  it.each([
    ['now', 0],
    ['in the past', -HOUR],
    ['longer than three days', 72 * HOUR + SECOND],
  ])('not until %s', async (_, ms) => {
    const held = await shift.held('writer11');
    const { status, body } = await park('writer11', held, { until: limit(ms) });
    expect([status, body.code]).toEqual([400, 'park_limit']);
    expect(await shift.room.item(held.examId)).toMatchObject({ parked_until: null });
  });

  it('is the holder’s alone, under his fence, in a state of work', async () => {
    const held = await shift.held('writer11');
    for (const [who, fence] of [
      ['writer12', held.fence],
      ['writer11', held.fence + 1],
    ] as const) {
      const refused = await park(who, { examId: held.examId, fence });
      expect([refused.status, refused.body.code]).toEqual([409, 'stale_fence']);
      expect(refused.body.params).toMatchObject({ state: 'CLAIMED', fence: held.fence, holder: '报告11' });
    }
    await shift.room.changeExam(held.examId, { state: 'CONSULTING', state_before_consulting: 'CLAIMED' });
    const consulting = await park('writer11', held);
    expect([consulting.status, consulting.body.params.state]).toEqual([409, 'CONSULTING']);
    expect(await shift.audited(held.examId, 'exam.park.refused')).toHaveLength(3);
  });

  it('ends where the work goes on or back', async () => {
    const released = await shift.held('writer11');
    await park('writer11', released);
    await shift.command('writer11', released.examId, 'release', { fence: released.fence, reason: '转他人' });
    const taken = await shift.held('writer11');
    await park('writer11', taken);
    await shift.command('chief1', taken.examId, 'takeover', { reason: '患者等候' });
    const submitted = await shift.held('writer11');
    await park('writer11', submitted);
    await system.db.write(shift.room.person('writer11', 'writer', 1), async (tx) => {
      await system.get(Readings).submit(tx, await system.get(Claims).require(tx, submitted.examId, submitted));
    });
    for (const { examId } of [released, taken, submitted])
      expect(await shift.room.item(examId)).toMatchObject({ parked_until: null, park_reason: null });
  });
});

/** In real time the timer comes after a second, in the manual clock's time the sweep after an hour. */
describe.each([
  ['timer', SECOND],
  ['sweep', HOUR],
])('parking ended by %s', (how, length) => {
  let clock: ManualClock;
  let system: System;
  let shift: Shift;

  beforeAll(async () => {
    clock = new ManualClock();
    system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
    shift = await Shift.begin(system, ['writer11']);
  });
  afterAll(() => system.stop());

  it('comes back to its reader at the limit, who is told and has a whole lease', async () => {
    const { examId, fence } = await shift.held('writer11');
    const limit = new Date(clock.now().getTime() + length);
    await shift.command('writer11', examId, 'park', { fence, reason: '等待既往片', until: limit.toISOString() });
    clock.set(limit);
    if (how === 'sweep') await system.get(Sweeper).sweepOnce();
    await until('it is unparked', async () => (await shift.room.item(examId)).parked_until === null);
    expect(await shift.room.item(examId)).toMatchObject({
      state: 'CLAIMED',
      fence,
      holder_id: shift.id('writer11'),
      lease_until: new Date(limit.getTime() + 15 * MINUTE),
    });
    expect(await shift.toldOf('writer11', examId)).toMatchObject([{ kind: 'worklist.unpark' }]);
  });

  it('a later limit holds, the timer of the earlier one notwithstanding', async () => {
    const { examId, fence } = await shift.held('writer11');
    const later = new Date(clock.now().getTime() + 2 * length);
    for (const until of [new Date(clock.now().getTime() + length), later])
      await shift.command('writer11', examId, 'park', { fence, reason: '等待既往片', until: until.toISOString() });
    clock.advance(length);
    await system.db.write(system.ctx(shift.county.countyId), (tx) => system.get(Parking).look(tx, examId, fence));
    expect(await shift.room.item(examId)).toMatchObject({ parked_until: later });
  });
});

describe('驳回待改', () => {
  let clock: ManualClock;
  let system: System;
  let shift: Shift;

  beforeAll(async () => {
    clock = new ManualClock();
    system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
    shift = await Shift.begin(system, ['writer11', 'writer12']);
  });
  afterAll(() => system.stop());

  async function rejected(): Promise<string> {
    const examId = await shift.room.waitingForReview('writer11');
    const reviewer = shift.room.person('reviewer21', 'reviewer', 2);
    const { fence } = await system.get(ClaimService).claim(reviewer, examId, {});
    await system.db.write(reviewer, async (tx) => {
      await system.get(Readings).reject(tx, await system.get(Claims).require(tx, examId, { fence }), '左右写反');
    });
    return examId;
  }
  const timer = (examId: string) =>
    system.db.write(system.ctx(shift.county.countyId), (tx) => system.get(Reservations).look(tx, examId));

  it.each([
    ['timer', timer],
    ['sweep', () => system.get(Sweeper).sweepOnce()],
  ] as const)('that its writer did not take up opens to anybody by %s', async (_, open) => {
    const examId = await rejected();
    const timers = await system.db.read(system.ctx(shift.county.countyId), (tx) =>
      tx.rows(
        "SELECT not_before AS at FROM outbox_message WHERE subject_id = $1 AND consumer = 'worklist.open-reservation'",
        [examId],
      ),
    );
    expect(timers).toEqual([{ at: new Date(clock.now().getTime() + 15 * MINUTE) }]);
    await open(examId);
    const early = await shift.command('writer12', examId, 'claim');
    expect([early.status, early.body.code, early.body.params.state]).toEqual([409, 'reserved_for_writer', 'REVISING']);
    clock.advance(15 * MINUTE);
    await open(examId);
    expect(await shift.room.item(examId)).toMatchObject({ state: 'REVISING', reserved_until: null });
    expect(await shift.audited(examId, 'exam.reservation-ended')).toHaveLength(1);
    await open(examId);
    expect(await shift.audited(examId, 'exam.reservation-ended')).toHaveLength(1);
    const { status, body } = await shift.command('writer12', examId, 'claim');
    expect([status, body.state, body.badge.kind]).toEqual([200, 'CLAIMED', 'reject']);
  });

  it('taken up at the moment it opens is the writer’s or the other’s, never both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const examId = await rejected();
      clock.advance(15 * MINUTE);
      const answers = await Promise.all([
        shift.command('writer11', examId, 'claim'),
        shift.command('writer12', examId, 'claim'),
        timer(examId),
      ]);
      expect([answers[0].status, answers[1].status].sort()).toEqual([200, 409]);
      expect(await shift.room.item(examId)).toMatchObject({ state: 'CLAIMED', reserved_until: null });
    }
  });
});
