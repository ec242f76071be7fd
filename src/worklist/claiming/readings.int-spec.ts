import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import type { Exam } from '../../exams';
import type { Ctx } from '../../platform/context';
import { ClaimService } from './claim.service';
import { Claims } from './claims';
import type { ReadingItem } from '../reading-item.entity';
import { ReadingRoom } from '../reading-room.fixture';
import { Readings } from './readings';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let room: ReadingRoom;
let service: ClaimService;
let claims: Claims;
let readings: Readings;
let writer: Ctx;
let reviewer: Ctx;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  county = await seedCounty(system);
  room = new ReadingRoom(system, county);
  [service, claims, readings] = [system.get(ClaimService), system.get(Claims), system.get(Readings)];
  writer = room.person('writer11', 'writer', 1);
  reviewer = room.person('reviewer21', 'reviewer', 2);
});
afterAll(() => system.stop());

/** One step of reporting: the claim is required and the reading moved on, in one transaction. */
const step = (
  ctx: Ctx,
  examId: string,
  fence: number,
  move: (tx: Parameters<Readings['submit']>[0], item: ReadingItem) => Promise<ReadingItem>,
) => system.db.write(ctx, async (tx) => move(tx, await claims.require(tx, examId, { fence })));

async function submitted(changes: Partial<Exam> = {}): Promise<string> {
  const examId = await room.queued(changes);
  const { fence } = await service.claim(writer, examId, {});
  await step(writer, examId, fence, (tx, item) => readings.submit(tx, item));
  return examId;
}
async function reviewing(changes: Partial<Exam> = {}): Promise<{ examId: string; fence: number }> {
  const examId = await submitted(changes);
  const { fence } = await service.claim(reviewer, examId, {});
  return { examId, fence };
}
const later = (minutes: number): Date => clock.advance(minutes * MINUTE);

it('goes from the list to the signature, with its times', async () => {
  const examId = await room.queued();
  const t4 = clock.now();
  const { fence: first } = await service.claim(writer, examId, {});
  const t5 = later(6);
  await step(writer, examId, first, (tx, item) => readings.submit(tx, item));
  expect(await room.item(examId)).toMatchObject({
    state: 'PENDING_REVIEW',
    stage: 'review',
    holder_id: null,
    writer_id: writer.actor.id,
  });
  const t6 = later(3);
  const { fence: second } = await service.claim(reviewer, examId, {});
  expect(second).toBe(first + 1);
  const t7 = later(2);
  const item = await step(reviewer, examId, second, (tx, held) => readings.sign(tx, held, { single: false }));
  expect(item).toMatchObject({
    state: 'SIGNED',
    holder_id: null,
    claimed_at: t4,
    submitted_at: t5,
    review_claimed_at: t6,
    signed_at: t7,
  });
  expect(await room.item(examId)).toMatchObject({ state: 'SIGNED', signed_at: t7 });
  expect(await room.examState(examId)).toBe('SIGNED');
  expect((await room.audit(examId)).map((row) => row.action)).toEqual([
    'exam.claim',
    'exam.submit',
    'exam.claim',
    'exam.sign',
  ]);
});

it('signs alone with the privilege', async () => {
  const examId = await room.queued();
  const { fence } = await service.claim(reviewer, examId, {});
  const item = await step(reviewer, examId, fence, (tx, held) => readings.sign(tx, held, { single: true }));
  expect(item).toMatchObject({
    state: 'SIGNED',
    writer_id: reviewer.actor.id,
    submitted_at: clock.now(),
    signed_at: clock.now(),
  });
});

it('is rejected to its writer, reserved for him, and comes back under the next fence', async () => {
  const { examId, fence } = await reviewing();
  const item = await step(reviewer, examId, fence, (tx, held) => readings.reject(tx, held, '左右写反'));
  expect(item).toMatchObject({
    state: 'REVISING',
    stage: 'write',
    holder_id: null,
    reserved_until: new Date(clock.now().getTime() + 15 * MINUTE),
  });
  expect((await room.audit(examId)).at(-1)).toMatchObject({ action: 'exam.reject', reason: '左右写反' });
  expect(await service.claim(writer, examId, {})).toMatchObject({
    state: 'CLAIMED',
    fence: fence + 1,
    reservedUntil: null,
  });
});

describe('taking back', () => {
  it('is the writer’s, under a new claim', async () => {
    const examId = await submitted();
    const item = await system.db.write(writer, (tx) => readings.takeBack(tx, examId));
    expect(item).toMatchObject({
      state: 'CLAIMED',
      fence: 2,
      holder_id: writer.actor.id,
      submitted_at: null,
      lease_until: new Date(clock.now().getTime() + 15 * MINUTE),
    });
    expect(await service.heartbeat(writer, examId, { fence: 2 })).toMatchObject({ fence: 2 });
  });

  it('is nobody else’s', async () => {
    const examId = await submitted();
    const other = room.person('writer12', 'writer', 1);
    await expect(system.db.write(other, (tx) => readings.takeBack(tx, examId))).rejects.toMatchObject({
      code: 'not_the_writer',
      params: { state: 'PENDING_REVIEW' },
    });
  });

  it('ends where a reviewer has begun', async () => {
    const { examId } = await reviewing();
    await expect(system.db.write(writer, (tx) => readings.takeBack(tx, examId))).rejects.toMatchObject({
      code: 'exam_state_conflict',
      params: { state: 'REVIEWING' },
    });
  });

  it('and a reviewer’s claim at the same moment, fifty times: one of them happens', async () => {
    for (let round = 0; round < 50; round += 1) {
      const examId = await submitted();
      const back = () => system.db.write(writer, (tx) => readings.takeBack(tx, examId));
      const review = () => service.claim(reviewer, examId, {});
      const outcomes = await Promise.allSettled(round % 2 === 0 ? [back(), review()] : [review(), back()]);
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      const item = await room.item(examId);
      expect([item.state, item.holder_id, item.fence]).toEqual(
        item.stage === 'write' ? ['CLAIMED', writer.actor.id, 2] : ['REVIEWING', reviewer.actor.id, 2],
      );
      expect(await room.examState(examId)).toBe(item.state);
    }
  });
});

describe('the claim as reporting asks for it', () => {
  it('shows the exam as it is now, not as the list last copied it', async () => {
    const examId = await room.queued();
    const { fence, imageSet } = await service.claim(writer, examId, {});
    await room.changeExam(examId, { image_set: imageSet + 1, identity_hold_at: clock.now() });
    const item = await system.db.write(writer, (tx) => claims.require(tx, examId, { fence, stage: 'write' }));
    expect(item).toMatchObject({ image_set: imageSet + 1, identity_hold: true });
    expect(() => claims.requireImageSet(item, imageSet)).toThrow(expect.objectContaining({ code: 'stale_image_set' }));
    expect(() => claims.requireImageSet(item, imageSet + 1)).not.toThrow();
  });

  it('is refused with an old fence, to another, in another stage, and on an exam that left', async () => {
    const examId = await room.queued();
    const { fence } = await service.claim(writer, examId, {});
    const ask = (ctx: Ctx, hold: { fence: number; stage?: 'write' | 'review' }) =>
      system.db.write(ctx, (tx) => claims.require(tx, examId, hold));
    await expect(ask(writer, { fence: fence + 1 })).rejects.toMatchObject({
      code: 'stale_fence',
      params: { fence, state: 'CLAIMED', holder: '报告11' },
    });
    await expect(ask(reviewer, { fence })).rejects.toMatchObject({ code: 'stale_fence' });
    await expect(ask(writer, { fence, stage: 'review' })).rejects.toMatchObject({
      code: 'exam_state_conflict',
      params: { state: 'CLAIMED' },
    });
    await room.changeExam(examId, { state: 'VOID' });
    await expect(ask(writer, { fence })).rejects.toMatchObject({
      code: 'exam_state_conflict',
      params: { state: 'VOID' },
    });
  });

  it('knows no exam of another county, and says of one that is not queued where it is', async () => {
    const foreign = new ReadingRoom(system, await seedCounty(system, { code: 'b' }));
    const examId = await foreign.queued();
    await expect(system.db.write(writer, (tx) => claims.require(tx, examId, { fence: 1 }))).rejects.toMatchObject({
      code: 'not_found',
    });
    const early = await room.exam({ state: 'REGISTERED' });
    await expect(system.db.write(writer, (tx) => claims.require(tx, early, { fence: 1 }))).rejects.toMatchObject({
      code: 'exam_state_conflict',
      params: { state: 'REGISTERED' },
    });
  });
});

describe('signing waits', () => {
  it.each([
    ['for the images of a STAT exam', { images_complete: null, priority: 'STAT' }, 'images_incomplete'],
    ['for the end of an identity hold', { identity_hold_at: new Date('2026-03-02T00:00:00Z') }, 'identity_on_hold'],
  ] as const)('%s', async (_, changes, code) => {
    const { examId, fence } = await reviewing(changes);
    await expect(
      step(reviewer, examId, fence, (tx, item) => readings.sign(tx, item, { single: false })),
    ).rejects.toMatchObject({ code, params: { state: 'REVIEWING' } });
    expect(await room.examState(examId)).toBe('REVIEWING');
  });
});
