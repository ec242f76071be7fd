import { until } from '../../../test/harness/wait';
import { report, type Seen, TEXT } from '../desk.fixture';
import { LateImagesTasks } from './late-images';
import { codeOf, must, RevisionRoom } from './revisions.fixture';

/** At 23:00 in China: nobody but the one on duty. */
const NIGHT = new Date('2026-03-02T15:00:00Z');
const FORMAL_DUE = '2026-03-03T04:00:00.000Z';

let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open(NIGHT);
});
afterAll(() => room.close());

async function issued(text: object = {}): Promise<{ exam: string; seen: Seen; versionId: string }> {
  const { exam, seen } = await room.desk.written(text, { priority: 'STAT', source: 'emergency' });
  const { versionId } = must(await room.post('writer11', exam, '/preliminary', seen)) as { versionId: string };
  return { exam, seen, versionId };
}

const sign = async (exam: string, text: object = {}): Promise<unknown> => {
  const review = await room.desk.claim(room.people.reviewer21, exam);
  const edited = await room.desk.put(room.people.reviewer21, exam, review, text);
  return must(await room.post('reviewer21', exam, '/sign', edited));
};

const clockOf = (exam: string) =>
  room.rows<{ t7: Date | null; t7_preliminary: Date | null; t8: Date | null; due_at: Date | null }>(
    'SELECT t7, t7_preliminary, t8, due_at FROM exam_clock WHERE exam_id = $1',
    exam,
  );

it('goes out at once under one name, and the formal report is due four hours into the next duty', async () => {
  const { exam, versionId } = await issued();
  expect(await room.stateOf(exam)).toBe('PRELIM_ISSUED');
  const [entry] = await room.entries(exam, 1);
  expect(entry).toMatchObject({
    kind: 'preliminary',
    reportVersion: { versionId, number: 1 },
    report: { singleSign: true },
  });
  const listed = await until('the formal report is due next morning', async () => {
    const { body } = await room.people.reviewer21.get('/api/worklist?state=PRELIM_ISSUED');
    return (body.items as { examId: string; dueAt: string }[]).find(
      ({ examId, dueAt }) => examId === exam && dueAt === FORMAL_DUE,
    );
  });
  expect(listed.dueAt).toBe(FORMAL_DUE);
  await until('its clocks', async () => {
    const [clock] = await clockOf(exam);
    return clock?.t7_preliminary && clock.due_at?.toISOString() === FORMAL_DUE;
  });
  expect((await clockOf(exam))[0]).toMatchObject({ t7: null, t7_preliminary: NIGHT });
});

it('is for the writer who holds the exam, with what he has before him, whole and licensed', async () => {
  const { exam, seen } = await room.desk.written({ positive: null });
  expect(codeOf(await room.post('writer12', exam, '/preliminary', seen))).toEqual([409, 'stale_fence']);
  expect(codeOf(await room.post('writer11', exam, '/preliminary', seen))).toEqual([409, 'report_unfinished']);
  const whole = await room.desk.put(room.people.writer11, exam, seen);
  expect(codeOf(await room.post('writer11', exam, '/preliminary', seen))).toEqual([409, 'stale_version']);
  expect(codeOf(await room.post('writer11', exam, '/preliminary', { ...whole, imageSet: 7 }))).toEqual([
    409,
    'stale_image_set',
  ]);
  await room.change("UPDATE person SET licence_valid_until = '2026-03-01' WHERE id = $1", room.idOf('writer11'));
  expect(codeOf(await room.post('writer11', exam, '/preliminary', whole))).toEqual([409, 'licence_invalid']);
  await room.change("UPDATE person SET licence_valid_until = '2035-12-31' WHERE id = $1", room.idOf('writer11'));
  const issuedOnce = must(await room.post('writer11', exam, '/preliminary', whole));
  // Its answer got lost, it is sent again; another save is another matter.
  expect(must(await room.post('writer11', exam, '/preliminary', whole))).toEqual(issuedOnce);
  const other = { ...whole, version: whole.version + 1 };
  expect((await room.post('writer11', exam, '/preliminary', other)).status).toBe(409);
  expect(await room.allEntriesOf(exam)).toHaveLength(1);
});

it('that images follow is looked at again: its writer and whoever reviews it are told at once, once', async () => {
  const { exam } = await issued();
  await room.desk.claim(room.people.reviewer21, exam);
  await room.change('UPDATE exam SET image_set = image_set + 1 WHERE id = $1', exam);
  const ctx = room.system.ctx(room.county.countyId);
  for (let i = 0; i < 2; i += 1)
    await room.system.db.write(ctx, (tx) => room.system.get(LateImagesTasks).open(tx, exam));
  for (const who of ['writer11', 'reviewer21'] as const) {
    const { items } = (await room.people[who].get('/api/notices?open=true&limit=200')).body;
    const ofExam = (items as { examId: string; kind: string; urgent: boolean }[]).filter(
      (notice) => notice.examId === exam && notice.kind === 'report.images-after-preliminary',
    );
    expect(ofExam).toMatchObject([{ urgent: true }]);
  }
  const { items } = (await room.people.chief1.get('/api/late-images?open&limit=200')).body;
  expect((items as { examId: string }[]).filter(({ examId }) => examId === exam)).toEqual([]);
});

it('is followed by the formal report of two; where they agree nothing is called a correction', async () => {
  const { exam } = await issued();
  expect((await room.people.writer11.post(`/api/worklist/${exam}/claim`, {})).status).toBe(403);
  expect(await sign(exam, { recommendation: '三个月后复查' })).toMatchObject({ number: 2, kind: 'final' });
  const [first, second] = await room.entries(exam, 2);
  expect(second).toMatchObject({ kind: 'final', changes: null, supersedes: 1 });
  expect(first!.supersededBy).toBe(second!.deliveryId);
  expect(await room.rows('SELECT 1 FROM report_discrepancy WHERE exam_id = $1', exam)).toEqual([]);
  const clock = await until('the formal T7', async () => {
    const [row] = await clockOf(exam);
    return row?.t7 && row;
  });
  expect(clock.t7_preliminary).not.toBeNull();
  const [people] = await room.rows(
    'SELECT writer_id, reviewer_id, single_sign FROM report_version WHERE exam_id = $1 AND number = 2',
    exam,
  );
  expect(people).toEqual({
    writer_id: room.idOf('writer11'),
    reviewer_id: room.idOf('reviewer21'),
    single_sign: false,
  });
});

it('a difference is delivered as a correction, word by word, and stored', async () => {
  const { exam, versionId } = await issued();
  const formal = (await sign(exam, { impression: '右肺上叶结节，左肺下叶肺炎。' })) as { versionId: string };
  const second = (await room.entries(exam, 2))[1]!;
  expect(second).toMatchObject({ kind: 'corrected', reportVersion: { kind: 'final', number: 2 }, supersedes: 1 });
  expect(Object.keys(second.changes!.sections)).toEqual(['impression']);
  expect(second.changes!.positive).toBeNull();
  const stored = await room.rows(
    'SELECT preliminary_id, version_id, fields FROM report_discrepancy WHERE exam_id = $1',
    exam,
  );
  expect(stored).toEqual([{ preliminary_id: versionId, version_id: formal.versionId, fields: ['impression'] }]);
});

it('is voided like any report that stands at the clinic, by a chief too, before the formal one', async () => {
  const { exam } = await issued();
  await room.entries(exam, 1);
  must(await room.post('chief1', exam, '/void', { reason: '患者有误' }));
  const last = (await room.entries(exam, 2))[1]!;
  expect(last).toMatchObject({ kind: 'void', supersedes: 1 });
  expect(JSON.stringify(last)).not.toContain(TEXT.impression);
  // The other way in: the exam is under review again when somebody finds out.
  const { exam: other } = await issued();
  await room.desk.claim(room.people.reviewer21, other);
  must(await room.people.chief1.post(`/api/exams/${other}/void`, { reason: '患者有误' }));
  expect((await room.entries(other, 2))[1]).toMatchObject({ kind: 'void' });
  const { versions } = (await room.people.doctor01.get(report(other))).body;
  expect(versions.map(({ kind }: { kind: string }) => kind)).toEqual(['preliminary', 'void']);
});
