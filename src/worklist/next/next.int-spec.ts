import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { randomFrom } from '../../../bench/fairness/random';
import type { Ctx, PersonActor } from '../../platform/context';
import { offeredTo, POOL } from '../assignment/assignment.rules';
import { afterNext } from './ceiling.rules';
import { claimVerdict } from '../claiming/claim.rules';
import { ClaimService } from '../claiming/claim.service';
import { HandbackService } from '../claiming/handback.service';
import { GIVEN_UP_MINUTES, offersTo, type Picked, pickNext } from './next.rules';
import { readerOf } from '../reader';
import type { ReadingItem, Stage } from '../reading-item.entity';
import { ReadingRoom } from '../reading-room.fixture';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let room: ReadingRoom;
let service: ClaimService;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  service = system.get(ClaimService);
});
afterAll(() => system.stop());
/** Each test has a list of its own. */
beforeEach(async () => {
  county = await seedCounty(system, { code: `n${(suffix += 1)}` });
  room = new ReadingRoom(system, county);
});
let suffix = 0;

const minutesAgo = (minutes: number): Date => new Date(clock.now().getTime() - minutes * MINUTE);

it('gives 200 callers on 50 exams exactly one winner each', async () => {
  const exams = await Promise.all(Array.from({ length: 50 }, () => room.queued()));
  const readers = await room.readers(200);
  const answers = await Promise.all(readers.map((ctx) => service.next(ctx, {})));
  const won = answers.filter((answer) => answer !== undefined);
  expect(won).toHaveLength(50);
  expect(new Set(won.map((answer) => answer.examId))).toEqual(new Set(exams));
  expect(new Set(won.map((answer) => answer.holder!.personId)).size).toBe(50);
  expect(won.every((answer) => answer.fence === 1)).toBe(true);
  for (const answer of won) expect((await room.item(answer.examId)).holder_id).toBe(answer.holder!.personId);
});

it('hands out STAT first, then by due time', async () => {
  const routine = await room.queued({ queued_at: minutesAgo(50) });
  const screening = await room.queued({ priority: 'SCREENING', queued_at: minutesAgo(60) });
  const urgent = await room.queued({ priority: 'URGENT', queued_at: minutesAgo(55) });
  const stat = await room.queued({ priority: 'STAT', queued_at: minutesAgo(1), exam_started_at: minutesAgo(2) });
  const reader = room.person('writer11', 'writer', 1);
  const order: (string | undefined)[] = [];
  for (let i = 0; i < 5; i += 1) order.push((await service.next(reader, {}))?.examId);
  expect(order).toEqual([stat, urgent, routine, screening, undefined]);
});

it('answers 204 over HTTP when there is nothing', async () => {
  const writer = await signIn(system, county, 'writer11');
  expect((await writer.post('/api/worklist/next', {})).status).toBe(204);
  const examId = await room.queued();
  const { status, body } = await writer.post('/api/worklist/next');
  expect([status, body.examId, body.fence, body.version]).toEqual([200, examId, 1, 0]);
});

it('never hands a reviewer his own writing', async () => {
  const own = await room.waitingForReview('reviewer11');
  const other = await room.waitingForReview('writer11');
  const reviewer = room.person('reviewer11', 'reviewer', 1);
  expect((await service.next(reviewer, { stage: 'review' }))?.examId).toBe(other);
  expect(await service.next(reviewer, { stage: 'review' })).toBeUndefined();
  expect((await room.item(own)).holder_id).toBeNull();
});

it('keeps to the stage asked for, and to what the reader may do', async () => {
  const review = await room.waitingForReview('writer11');
  const draft = await room.queued();
  await expect(service.next(room.person('writer21', 'writer', 2), { stage: 'review' })).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect((await service.next(room.person('writer21', 'writer', 2), {}))?.examId).toBe(draft);
  expect(await service.next(room.person('reviewer21', 'reviewer', 2), { stage: 'write' })).toBeUndefined();
  expect((await service.next(room.person('reviewer21', 'reviewer', 2), {}))?.examId).toBe(review);
});

it('leaves what is assigned to others to them, until it is overdue', async () => {
  const personal = await room.queued({ queued_at: minutesAgo(40) });
  const sites = await room.queued({ queued_at: minutesAgo(30) });
  await room.setItem(personal, { assigned_person_id: county.people.get('writer12')!.id });
  await room.setItem(sites, { hospital_id: county.hospitals[1]!.id });
  expect(await service.next(room.person('writer11', 'writer', 1), {})).toBeUndefined();
  expect((await service.next(room.person('writer21', 'writer', 2), {}))?.examId).toBe(sites);
  await room.setItem(personal, { overdue: true });
  expect((await service.next(room.person('writer11', 'writer', 1), {}))?.examId).toBe(personal);
});

it('gives a rejected report to its writer first', async () => {
  const examId = await room.waitingForReview('writer11');
  await room.changeExam(examId, { state: 'REVISING' });
  await room.project(examId);
  await room.setItem(examId, { reserved_until: new Date(clock.now().getTime() + 15 * MINUTE) });
  expect(await service.next(room.person('writer12', 'writer', 1), {})).toBeUndefined();
  expect((await service.next(room.person('writer11', 'writer', 1), {}))?.examId).toBe(examId);
});

it('goes on to the next when the top exam has just been withdrawn', async () => {
  const gone = await room.queued({ queued_at: minutesAgo(50) });
  const there = await room.queued({ queued_at: minutesAgo(10) });
  await room.changeExam(gone, { state: 'WITHDRAWN' });
  expect((await service.next(room.person('writer11', 'writer', 1), {}))?.examId).toBe(there);
  expect(await room.item(gone)).toMatchObject({ state: 'WITHDRAWN', holder_id: null });
});

it('knows no other county’s exams', async () => {
  await new ReadingRoom(system, await seedCounty(system, { code: `x${suffix}` })).queued();
  expect(await service.next(room.person('writer11', 'writer', 1), {})).toBeUndefined();
});

describe('exams beyond their hard ceiling', () => {
  const DAY_AND_MORE = 25 * 60;
  const order = async (ctx: Ctx, count: number): Promise<string[]> => {
    const given: string[] = [];
    for (let n = 0; n < count; n += 1) given.push((await room.item((await service.next(ctx, {}))!.examId)).priority);
    return given;
  };
  const list = async (): Promise<void> => {
    for (let n = 0; n < 8; n += 1) await room.queued({ priority: 'STAT' });
    for (let n = 0; n < 3; n += 1) await room.queued({ queued_at: minutesAgo(DAY_AND_MORE + n) });
  };

  it('take every fourth “next” of a reader who has a colleague at work', async () => {
    await list();
    await room.queued({ priority: 'STAT' });
    await service.next(room.person('writer21', 'writer', 2), {});
    const given = await order(room.person('writer11', 'writer', 1), 9);
    expect(given.map((priority) => priority[0]).join('')).toBe('SSSRSSSRS');
  });

  it('never take the only reader from STAT', async () => {
    await list();
    const given = await order(room.person('writer11', 'writer', 1), 11);
    expect(given.map((priority) => priority[0]).join('')).toBe('SSSSSSSSRRR');
  });

  it('go by the roster where one says who is on duty', async () => {
    await list();
    const shift = { hospital: county.hospitals[0]!.id, person: county.people.get('writer11')!.id };
    const add = (personId: string): Promise<unknown> =>
      system.db.write(system.ctx(county.countyId), (tx) =>
        tx.change(
          `INSERT INTO roster_shift (id, county_id, hospital_id, person_id, kind, weekdays, start_minute, end_minute, valid_from, created_at)
           VALUES (gen_random_uuid(), $1, $2, $3, 'weekly', '{1,2,3,4,5,6,7}', 0, 0, '2026-01-01', now())`,
          [county.countyId, shift.hospital, personId],
        ),
      );
    await add(shift.person);
    // He is at work, and on no roster.
    await service.next(room.person('writer21', 'writer', 2), {});
    const reader = room.person('writer11', 'writer', 1);
    expect(await order(reader, 4)).toEqual(['STAT', 'STAT', 'STAT', 'STAT']);
    await add(county.people.get('writer12')!.id);
    expect(await order(reader, 1)).toEqual(['ROUTINE']);
    // To one who asks for reviews too, they are no help.
    await list();
    const reviewer = room.person('reviewer11', 'reviewer', 1);
    await add(county.people.get('reviewer11')!.id);
    expect(await order(reviewer, 4)).toEqual(['STAT', 'STAT', 'STAT', 'STAT']);
    await add(county.people.get('chief1')!.id);
    expect(await order(reviewer, 1)).toEqual(['ROUTINE']);
  });
});

it('gives 20 callers at the same moment what is theirs, and nobody the same, whatever the groups', async () => {
  const exams = await Promise.all(Array.from({ length: 20 }, () => room.queued()));
  const readers = await room.readers(20);
  const mine = exams.slice(0, 10);
  for (const [i, examId] of mine.entries()) {
    const actor = readers[i]!.actor as PersonActor;
    await room.setItem(examId, i % 2 === 0 ? { assigned_person_id: actor.id } : { hospital_id: actor.hospitalIds[0]! });
  }
  const answers = await Promise.all(readers.map((ctx) => service.next(ctx, {})));
  const won = answers.flatMap((answer) => answer?.examId ?? []);
  expect(new Set(won).size).toBe(won.length);
  // Whoever had none of his own found one of everybody's.
  expect(won.length).toBeGreaterThanOrEqual(15);
});

const gaveUp = (personId: string, examId: string, at: Date): Promise<number> =>
  system.db.write(system.ctx(county.countyId), (tx) =>
    tx.change('INSERT INTO reading_release (county_id, person_id, exam_id, released_at) VALUES ($1, $2, $3, $4)', [
      county.countyId,
      personId,
      examId,
      at,
    ]),
  );

describe('what nobody, or not he, can go on with', () => {
  it('never is an exam under identity hold, which can be claimed by hand all the same', async () => {
    const held = await room.queued({ queued_at: minutesAgo(50), identity_hold_at: clock.now() });
    const free = await room.queued({ queued_at: minutesAgo(10) });
    const reader = room.person('writer11', 'writer', 1);
    expect((await service.next(reader, {}))?.examId).toBe(free);
    expect(await service.next(reader, {})).toBeUndefined();
    expect((await service.claim(reader, held, {})).fence).toBe(1);
  });

  it('is not what he has given up (放弃) in the last minutes, unless there is nothing else', async () => {
    const [first, second] = [
      await room.queued({ queued_at: minutesAgo(50) }),
      await room.queued({ queued_at: minutesAgo(10) }),
    ];
    const [reader, colleague] = [room.person('writer11', 'writer', 1), room.person('writer12', 'writer', 1)];
    const release = async (examId: string): Promise<void> => {
      const { fence } = await room.item(examId);
      await system.get(HandbackService).release(reader, examId, { fence, reason: '影像看不清' });
    };
    expect((await service.next(reader, {}))?.examId).toBe(first);
    await release(first);
    expect((await service.next(reader, {}))?.examId).toBe(second);
    await release(second);
    // Only what he gave up is left: better that than nothing, and the top of it.
    expect((await service.next(reader, {}))?.examId).toBe(first);
    await release(first);
    // Nobody else has given it up.
    expect((await service.next(colleague, {}))?.examId).toBe(first);
    const third = await room.queued({ queued_at: minutesAgo(1) });
    expect((await service.next(reader, {}))?.examId).toBe(third);
  });

  it('is his again a quarter of an hour later', async () => {
    const [first] = [
      await room.queued({ queued_at: minutesAgo(50) }),
      await room.queued({ queued_at: minutesAgo(10) }),
    ];
    const reader = room.person('writer11', 'writer', 1);
    const { fence } = (await service.next(reader, {}))!;
    await system.get(HandbackService).release(reader, first, { fence, reason: '急诊会诊' });
    clock.advance(GIVEN_UP_MINUTES * MINUTE);
    expect((await service.next(reader, {}))?.examId).toBe(first);
  });

  it('lets him go on where free picking is off: he may take what next would give him', async () => {
    await system.db.write(system.ctx(county.countyId), (tx) =>
      tx.change(
        `INSERT INTO reading_policy (county_id, limits_rev, assignment_rev, assignment, updated_at) VALUES ($1, 0, 1, $2, now())`,
        [county.countyId, JSON.stringify({ ...POOL, pickingOff: [county.hospitals[0]!.id] })],
      ),
    );
    const held = await room.queued({ queued_at: minutesAgo(60), identity_hold_at: clock.now() });
    const [first, second] = [
      await room.queued({ queued_at: minutesAgo(50) }),
      await room.queued({ queued_at: minutesAgo(10) }),
    ];
    const reader = room.person('writer11', 'writer', 1);
    await expect(service.claim(reader, held, {})).rejects.toMatchObject({ code: 'picking_off' });
    const { fence } = await service.claim(reader, first, {});
    await system.get(HandbackService).release(reader, first, { fence, reason: '须专科医师' });
    expect((await service.claim(reader, second, {})).fence).toBe(1);
  });
});

describe('the statement and the rule', () => {
  it('pick the same, whatever stands on the list', async () => {
    const random = randomFrom(7);
    const one = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
    const people = ['writer11', 'writer12', 'writer21', 'reviewer11', 'reviewer21'];
    const idOf = (name: string): string => county.people.get(name)!.id;
    for (let n = 0; n < 60; n += 1) {
      const examId = await (random() < 0.3 ? room.waitingForReview(one('writer11', 'reviewer11')) : room.queued());
      const priority = one('STAT', 'URGENT', 'ROUTINE', 'SCREENING');
      await room.setItem(examId, {
        priority,
        rank: priority === 'STAT' ? 0 : 1,
        due_at: minutesAgo(one(-60, -30, 0, 30)),
        ceiling_at: priority === 'STAT' ? null : minutesAgo(one(-60, -1, 0, 20, 500)),
        overdue: random() < 0.1,
        broadened_at: random() < 0.1 ? clock.now() : null,
        hospital_id: one(null, null, county.hospitals[0]!.id, county.hospitals[1]!.id),
        assigned_person_id: random() < 0.2 ? idOf(one(...people)) : null,
        identity_hold: random() < 0.1,
        hand_ids: random() < 0.2 ? [idOf(one(...people))] : [],
      });
      if (random() < 0.2) await gaveUp(idOf(one(...people)), examId, minutesAgo(one(0, 5, 14, 15, 60)));
    }
    await service.next(room.person('chief2', 'chief', 2), {});
    const turns = new Map<string, number>();
    for (let n = 0; n < 80; n += 1) {
      const name = one(...people);
      const hospital = /2.$/.test(name) ? 2 : 1;
      const ctx = room.person(name, name.startsWith('writer') ? 'writer' : 'reviewer', hospital);
      const sinceCeiling = turns.get(name) ?? 0;
      const expected = await picked(ctx, sinceCeiling);
      const given = await service.next(ctx, {});
      expect([n, name, given?.examId]).toEqual([n, name, expected?.item.exam_id]);
      if (expected) turns.set(name, afterNext(sinceCeiling, expected.byCeiling));
    }
  });

  async function picked(ctx: Ctx, sinceCeiling: number): Promise<Picked<ReadingItem> | undefined> {
    const rows = await system.db.read(system.ctx(county.countyId), (tx) =>
      tx.rows<ReadingItem>('SELECT * FROM reading_item WHERE county_id = $1', [county.countyId]),
    );
    for (const row of rows) expect(row.offered_to).toBe(offeredTo(row));
    const reader = readerOf(ctx, undefined);
    const free = rows.filter((row) => reader.stages.includes(claimVerdict(row, reader, clock.now()) as Stage));
    const offers = offersTo(county.countyId, reader.id, ctx.actor.hospitalIds);
    const released = await system.db.read(system.ctx(county.countyId), (tx) =>
      tx.rows<{ exam_id: string }>('SELECT exam_id FROM reading_release WHERE person_id = $1 AND released_at > $2', [
        reader.id,
        minutesAgo(GIVEN_UP_MINUTES),
      ]),
    );
    const givenUp = released.map(({ exam_id: examId }) => examId);
    return pickNext(free, offers, { sinceCeiling, alone: false }, clock.now(), givenUp);
  }
});
