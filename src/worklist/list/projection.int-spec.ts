import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { type Exam, examChanged, ExamStates } from '../../exams';
import { Outbox, Sweeper } from '../../platform/outbox';
import { ClaimService } from '../claiming/claim.service';
import { ReadingRoom } from '../reading-room.fixture';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let room: ReadingRoom;
let service: ClaimService;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock });
  county = await seedCounty(system);
  room = new ReadingRoom(system, county);
  service = system.get(ClaimService);
});
afterAll(() => system.stop());

/** Tells the news of an exam as its own slice does. */
async function tell(examId: string, times = 1): Promise<void> {
  await system.db.write(system.ctx(county.countyId), async (tx) => {
    const exam = await tx.row<Exam>('SELECT * FROM exam WHERE id = $1', [examId]);
    for (let i = 0; i < times; i += 1) await system.get(Outbox).emit(tx, examChanged(exam!));
  });
}
const onList = (examId: string): Promise<boolean> =>
  room.item(examId).then(
    () => true,
    () => false,
  );
const silent = (examId: string): Promise<boolean> =>
  system.db.read(system.ctx(county.countyId), async (tx) => {
    const waiting = await tx.row(
      "SELECT 1 FROM outbox_message WHERE subject_id = $1 AND handled_at IS NULL AND consumer = 'worklist.project' LIMIT 1",
      [examId],
    );
    return !waiting;
  });
const moved = (examId: string, from: Exam['state'], to: Exam['state']): Promise<unknown> =>
  system.db.write(system.ctx(county.countyId), (tx) =>
    system.get(ExamStates).move(tx, { examId, from: [from], to, action: 'exam.test' }),
  );

it('puts a queued exam on the list, once, however often the news comes', async () => {
  const examId = await room.exam({
    state: 'QUEUED',
    priority: 'STAT',
    modality: 'CT',
    body_part: 'HEAD',
    accession_number: 'HEAD1',
  });
  await tell(examId, 5);
  await until('the item is there', () => onList(examId));
  await until('all news is handled', () => silent(examId));
  expect(await room.item(examId)).toMatchObject({
    state: 'QUEUED',
    stage: 'write',
    rank: 0,
    accession_number: 'HEAD1',
    patient_name: '张三',
    name_pinyin: 'zhangsan',
    due_at: new Date(clock.now().getTime() + 29 * MINUTE),
    overdue: false,
    fence: 0,
  });
});

it('leaves an exam off the list until readers may have it', async () => {
  const examId = await room.exam({ state: 'UPLOADING', images_complete: null, queued_at: null });
  await tell(examId);
  await until('the news is handled', () => silent(examId));
  expect(await onList(examId)).toBe(false);
  await moved(examId, 'UPLOADING', 'QUEUED');
  await until('the item is there', () => onList(examId));
});

it('follows what changes and leaves the claim alone', async () => {
  const examId = await room.queued();
  const claim = await service.claim(room.person('writer11', 'writer', 1), examId, {});
  const held = await room.item(examId);
  await room.changeExam(examId, {
    patient_name: '李四',
    image_set: 2,
    priority: 'STAT',
    identity_hold_at: clock.now(),
  });
  await tell(examId);
  const after = await until('the copy is new', async () => {
    const item = await room.item(examId);
    return item.patient_name === '李四' && item;
  });
  expect(after).toMatchObject({ image_set: 2, priority: 'STAT', rank: 0, identity_hold: true, state: 'CLAIMED' });
  const { holder_id, holder_hospital_id, fence, lease_until, claimed_at, writer_id, stage } = held;
  expect(after).toMatchObject({ holder_id, holder_hospital_id, fence, lease_until, claimed_at, writer_id, stage });
  expect(await service.heartbeat(room.person('writer11', 'writer', 1), examId, { fence: claim.fence })).toMatchObject({
    imageSet: 2,
  });
});

it('takes news that a claim has overtaken without undoing the claim', async () => {
  const examId = await room.queued();
  await room.changeExam(examId, { image_set: 2 });
  await service.claim(room.person('writer11', 'writer', 1), examId, {});
  await room.project(examId);
  expect(await room.item(examId)).toMatchObject({
    state: 'CLAIMED',
    image_set: 2,
    fence: 1,
    holder_id: county.people.get('writer11')!.id,
  });
});

it('changes nothing for news that it knows already', async () => {
  const examId = await room.queued();
  const before = await room.item(examId);
  await room.project(examId);
  expect(await room.item(examId)).toEqual(before);
});

it.each([
  ['VOID', 'CLAIMED'],
  ['RETURNED', 'CLAIMED'],
] as const)('ends the claim when the exam goes to %s under the reader', async (to, from) => {
  const examId = await room.queued();
  const reader = room.person('writer11', 'writer', 1);
  const { fence } = await service.claim(reader, examId, {});
  await moved(examId, from, to);
  const item = await until('the claim ends', async () => {
    const now = await room.item(examId);
    return now.holder_id === null && now;
  });
  expect(item).toMatchObject({ state: to, lease_until: null, fence });
  expect((await room.audit(examId)).at(-1)).toMatchObject({
    action: 'exam.claim-ended',
    actor_kind: 'system',
    details: { state: to },
  });
  await expect(service.heartbeat(reader, examId, { fence })).rejects.toMatchObject({
    code: 'stale_fence',
    params: { state: to },
  });
});

it('follows a withdrawn exam off the list', async () => {
  const examId = await room.queued();
  await moved(examId, 'QUEUED', 'WITHDRAWN');
  await until('the item follows', async () => (await room.item(examId)).state === 'WITHDRAWN');
});

describe('overdue', () => {
  const overdueNow = (examId: string) => async (): Promise<boolean> => (await room.item(examId)).overdue;

  it('is flipped by the sweep, for every open item whose time has come and no other', async () => {
    const [due, later, gone] = [
      await room.queued({ priority: 'URGENT' }),
      await room.queued({ priority: 'SCREENING' }),
      await room.queued({ priority: 'URGENT' }),
    ];
    await room.changeExam(gone, { state: 'VOID' });
    await room.project(gone);
    clock.advance(60 * MINUTE);
    await system.get(Sweeper).sweepOnce();
    await until('the flag', overdueNow(due));
    expect([(await room.item(later)).overdue, (await room.item(gone)).overdue]).toEqual([false, false]);
  });

  it('is taken back when a new priority gives more time', async () => {
    const examId = await room.queued({ priority: 'URGENT', queued_at: new Date(clock.now().getTime() - 61 * MINUTE) });
    expect((await room.item(examId)).overdue).toBe(true);
    await room.changeExam(examId, { priority: 'SCREENING' });
    await room.project(examId);
    expect((await room.item(examId)).overdue).toBe(false);
  });
});

describe('overdue without a sweep', () => {
  it('is flipped by the timer', async () => {
    const still = new ManualClock();
    const lone = await startSystem({ clock: still, env: { SWEEP_SECONDS: '3600' } });
    try {
      const desk = new ReadingRoom(lone, await seedCounty(lone));
      const queuedAt = new Date(still.now().getTime() - 60 * MINUTE + 1_000);
      const examId = await desk.queuedBefore(
        (item) => expect(item).toMatchObject({ overdue: false, due_at: still.advance(1_000) }),
        { priority: 'URGENT', queued_at: queuedAt },
      );
      await until('the flag', async () => (await desk.item(examId)).overdue);
    } finally {
      await lone.stop();
    }
  });
});
