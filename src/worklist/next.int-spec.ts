import { seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import { ManualClock, MINUTE } from '../../test/harness/manual-clock';
import { startSystem, type System } from '../../test/harness/system';
import { ClaimService } from './claim.service';
import { ReadingRoom } from './reading-room.fixture';

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
