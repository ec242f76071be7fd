import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { ManualClock, MINUTE, SECOND } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Sweeper } from '../../platform/outbox';
import { ClaimService } from './claim.service';
import { LeaseExpiry } from './lease-expiry';
import { Readings } from './readings';
import { Claims } from './claims';
import { DUE_BATCH } from '../due-items';
import { ReadingRoom } from '../reading-room.fixture';

const NO_SWEEP = '3600';

describe.each([
  ['timer', { LEASE_SECONDS: '1', SWEEP_SECONDS: NO_SWEEP }],
  ['sweep', { LEASE_SECONDS: '900', SWEEP_SECONDS: '1' }],
])('a lease ended by %s', (how, env) => {
  const lease = Number(env.LEASE_SECONDS) * SECOND;
  let clock: ManualClock;
  let system: System;
  let county: TestCounty;
  let room: ReadingRoom;
  let service: ClaimService;

  beforeAll(async () => {
    clock = new ManualClock();
    system = await startSystem({ clock, env });
    county = await seedCounty(system);
    room = new ReadingRoom(system, county);
    service = system.get(ClaimService);
  });
  afterAll(() => system.stop());

  it('puts the draft back on the list, at its old place, audited as the system', async () => {
    const examId = await room.queued();
    const listed = await room.item(examId);
    await service.claim(room.person('writer11', 'writer', 1), examId, {});
    clock.advance(lease);
    const item = await until('the claim ends', async () => {
      const now = await room.item(examId);
      return now.holder_id === null && now;
    });
    expect(item).toMatchObject({ state: 'QUEUED', stage: 'write', fence: 1, due_at: listed.due_at, claimed_at: null });
    expect(await room.examState(examId)).toBe('QUEUED');
    expect((await room.audit(examId)).at(-1)).toMatchObject({
      action: 'exam.claim-expired',
      actor_kind: 'system',
      details: { fence: 1, holderId: county.people.get('writer11')!.id },
    });
  });

  it('puts a review back among those that wait for one', async () => {
    const examId = await room.queued();
    const writer = room.person('writer11', 'writer', 1);
    const { fence } = await service.claim(writer, examId, {});
    await system.db.write(writer, async (tx) => {
      await system.get(Readings).submit(tx, await system.get(Claims).require(tx, examId, { fence }));
    });
    await service.claim(room.person('reviewer11', 'reviewer', 1), examId, {});
    clock.advance(lease);
    await until('the claim ends', async () => (await room.item(examId)).holder_id === null);
    expect(await room.examState(examId)).toBe('PENDING_REVIEW');
    expect(await room.item(examId)).toMatchObject({ fence: 2, review_claimed_at: null, writer_id: writer.actor.id });
  });

  it('lives on by heartbeats, and ends when they stop', async () => {
    const examId = await room.queued();
    const reader = room.person('writer11', 'writer', 1);
    const { fence } = await service.claim(reader, examId, {});
    // Shorter than half a lease, and than the silence after which a whole hospital counts as gone.
    for (let beat = 0; beat < 8; beat += 1) {
      clock.advance(lease / 4);
      const { leaseUntil } = (await service.heartbeat(reader, examId, { fence })) as { leaseUntil: Date };
      expect(leaseUntil).toEqual(new Date(clock.now().getTime() + lease));
      // Whatever timers and sweeps are due by now have had their look.
      if (how === 'sweep') await system.get(Sweeper).sweepOnce();
      else await system.db.write(system.ctx(county.countyId), (tx) => system.get(LeaseExpiry).look(tx, examId, fence));
      expect((await room.item(examId)).holder_id).toBe(reader.actor.id);
    }
    clock.advance(lease);
    await until('the claim ends', async () => (await room.item(examId)).holder_id === null);
  });
});

/** Claims that lapsed at $5, before any other: without an exam each attempt to end one is rolled back. $6 of them. */
const WITHOUT_EXAM = `
  INSERT INTO reading_item (exam_id, county_id, clinic_id, state, state_rev, exam_rev, priority, rank, due_at, modality, stage, fence,
    holder_id, holder_hospital_id, lease_until, queued_at, updated_at)
  SELECT gen_random_uuid(), $1, $2, 'CLAIMED', 1, 1, 'ROUTINE', 1, $5, 'DX', 'write', 1, $3, $4, $5, $5, $5
  FROM generate_series(1, $6::int)`;

it('a lapsed claim is ended although as many as the sweep takes at once cannot be', async () => {
  const clock = new ManualClock();
  const system = await startSystem({ clock, env: { SWEEP_SECONDS: NO_SWEEP } });
  try {
    const county = await seedCounty(system);
    const room = new ReadingRoom(system, county);
    const examId = await room.queued();
    await system.get(ClaimService).claim(room.person('writer11', 'writer', 1), examId, {});
    const [clinic, hospital, holder] = [county.clinics[0]!, county.hospitals[0]!, county.people.get('writer12')!];
    await system.db.write(system.ctx(county.countyId), (tx) =>
      tx.change(WITHOUT_EXAM, [county.countyId, clinic.id, holder.id, hospital.id, clock.now(), DUE_BATCH]),
    );
    // Its timer runs by real time and does not come within the test.
    clock.advance(15 * MINUTE);
    await system.get(Sweeper).sweepOnce();
    expect(await room.item(examId)).toMatchObject({ state: 'QUEUED', holder_id: null });
  } finally {
    await system.stop();
  }
});

describe('a lease', () => {
  let clock: ManualClock;
  let system: System;
  let county: TestCounty;
  let room: ReadingRoom;
  let service: ClaimService;

  beforeAll(async () => {
    clock = new ManualClock();
    system = await startSystem({ clock, role: 'api' });
    county = await seedCounty(system);
    room = new ReadingRoom(system, county);
    service = system.get(ClaimService);
  });
  afterAll(() => system.stop());

  it('that ran out stands in nobody’s way before anything has cleared it', async () => {
    const examId = await room.queued();
    await service.claim(room.person('writer11', 'writer', 1), examId, {});
    clock.advance(15 * MINUTE);
    const taken = await service.claim(room.person('writer21', 'writer', 2), examId, {});
    expect(taken).toMatchObject({
      fence: 2,
      state: 'CLAIMED',
      holder: { personId: county.people.get('writer21')!.id },
    });
    const actions = (await room.audit(examId)).map(({ action, actor_kind: kind }) => `${action} ${kind}`);
    expect(actions).toEqual(['exam.claim person', 'exam.claim-expired system', 'exam.claim person']);
  });

  it('renewed in the same moment as it expires: one of them happens', async () => {
    const reader = room.person('writer11', 'writer', 1);
    for (let round = 0; round < 10; round += 1) {
      const examId = await room.queued();
      const { fence } = await service.claim(reader, examId, {});
      clock.advance(15 * MINUTE);
      const beat = () => service.heartbeat(reader, examId, { fence });
      const look = () =>
        system.db.write(system.ctx(county.countyId), (tx) => system.get(LeaseExpiry).look(tx, examId, fence));
      const [first, second] = round % 2 === 0 ? [beat, look] : [look, beat];
      const outcomes = await Promise.allSettled([first(), second()]);
      const beaten = outcomes[round % 2 === 0 ? 0 : 1].status === 'fulfilled';
      const item = await room.item(examId);
      expect([item.state, item.holder_id]).toEqual(beaten ? ['CLAIMED', reader.actor.id] : ['QUEUED', null]);
      expect(await room.examState(examId)).toBe(item.state);
    }
  });

  it('of an earlier claim has a timer that leaves the later claim alone', async () => {
    const examId = await room.queued();
    const first = await service.claim(room.person('writer11', 'writer', 1), examId, {});
    clock.advance(15 * MINUTE);
    const second = await service.claim(room.person('writer21', 'writer', 2), examId, {});
    clock.advance(15 * MINUTE);
    await system.db.write(system.ctx(county.countyId), (tx) => system.get(LeaseExpiry).look(tx, examId, first.fence));
    expect(await room.item(examId)).toMatchObject({
      fence: second.fence,
      holder_id: county.people.get('writer21')!.id,
    });
  });

  it('sets its timer with the claim and, when heartbeats moved the end, sets it anew', async () => {
    const examId = await room.queued();
    const reader = room.person('writer11', 'writer', 1);
    const timers = (): Promise<{ at: Date }[]> =>
      system.db.read(system.ctx(county.countyId), (tx) =>
        tx.rows(
          "SELECT not_before AS at FROM outbox_message WHERE subject_id = $1 AND consumer = 'worklist.expire-claim' ORDER BY id",
          [examId],
        ),
      );
    const { fence, leaseUntil } = await service.claim(reader, examId, {});
    expect(await timers()).toEqual([{ at: leaseUntil }]);
    clock.advance(10 * MINUTE);
    await service.heartbeat(reader, examId, { fence });
    expect(await timers()).toHaveLength(1);
    clock.advance(5 * MINUTE);
    await system.db.write(system.ctx(county.countyId), (tx) => system.get(LeaseExpiry).look(tx, examId, fence));
    expect(await timers()).toEqual([{ at: leaseUntil }, { at: new Date(clock.now().getTime() + 10 * MINUTE) }]);
  });
});
