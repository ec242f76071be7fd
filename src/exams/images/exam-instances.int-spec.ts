import { gateway, seedCounty, type TestCounty } from '../../../test/harness/county';
import { ManualClock } from '../../../test/harness/manual-clock';
import { analyse, indexesOf, lookedAt, planOf } from '../../../test/harness/plan';
import { startSystem, type System } from '../../../test/harness/system';
import { newId } from '../../platform/ids';
import { type ExamInstance, ExamInstances, INSTANCE_BY, INSTANCES_PAGE, PICTURED } from './exam-instances';
import { ClinicExams, type TestExam } from '../exams.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let exam: TestExam;
let other: TestExam;
let instances: ExamInstances;

beforeAll(async () => {
  system = await startSystem({ clock });
  county = await seedCounty(system);
  instances = system.get(ExamInstances);
  const exams = new ClinicExams(system, county, clock, gateway(system, county.clinics[0]!));
  [exam, other] = [await exams.with(2), await exams.with(1)];
});
afterAll(() => system.stop());

const change = (sql: string, params: readonly unknown[]): Promise<number> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.change(sql, params));
const rows = <T>(sql: string, params: readonly unknown[]): Promise<T[]> =>
  system.db.read(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));

let made = 0;

/** A series with `count` instances of descending SOP UIDs; the first `unnumbered` have no number. */
async function series(studyId: string, number: number | null, count: number, unnumbered = 0): Promise<string> {
  const id = newId();
  const site = [county.countyId, county.clinics[0]!.id, studyId];
  await change(
    `INSERT INTO dicom_series (id, county_id, clinic_id, study_id, series_uid, modality, series_number, created_at)
     VALUES ($4::uuid, $1, $2, $3, '1.2.' || ('x' || substr($4::text, 25))::bit(48)::bigint, 'CT', $5, now())`,
    [...site, id, number],
  );
  await change(
    `INSERT INTO instance (id, county_id, clinic_id, study_id, series_id, sop_uid, sop_class_uid, transfer_syntax_uid, sha256, bytes,
       instance_number, frames, received_at)
     SELECT gen_random_uuid(), $1, $2, $3, $4, $7 || (99999 - g), '1.2', '1.2', lpad(g::text, 64, '0'), 1,
       CASE WHEN g > $6 THEN g END, 1, now() FROM generate_series(1, $5::int) g`,
    [...site, id, count, unnumbered, `1.2.840.${(made += 1)}.`],
  );
  return id;
}

async function walk(examId: string, limit: number): Promise<ExamInstance[]> {
  const all: ExamInstance[] = [];
  for (let after: string | null = null; ;) {
    const page: ExamInstance[] = await system.db.read(system.ctx(county.countyId), (tx) =>
      instances.page(tx, examId, after, limit),
    );
    all.push(...page.slice(0, limit));
    if (page.length <= limit) return all;
    after = all.at(-1)!.id;
  }
}

it('walks all current images of an exam in their order, each once, whatever has no number', async () => {
  const [first, second] = [...exam.uids].sort().map((uid) => exam.studyIds[exam.uids.indexOf(uid)]!);
  const replaced = await series(first!, 1, 4);
  await series(first!, 2, 9, 3);
  await series(first!, null, 5, 5);
  await series(first!, -3, 2);
  await series(second!, 1, 6, 1);
  const elsewhere = await series(other.studyIds[0]!, 1, 3);
  await change('UPDATE instance SET superseded_at = now() WHERE series_id = $1 AND instance_number = 2', [replaced]);
  const expected = await rows<{ id: string }>(
    `SELECT i.id FROM instance i JOIN dicom_series se ON se.id = i.series_id JOIN dicom_study s ON s.id = i.study_id
     WHERE i.study_id = ANY($1) AND i.superseded_at IS NULL
     ORDER BY s.study_uid, se.series_number, se.series_uid, i.instance_number, i.sop_uid`,
    [exam.studyIds],
  );
  expect(expected).toHaveLength(25);
  for (const limit of [1, 2, 7, 24, 25, 50])
    expect((await walk(exam.id, limit)).map(({ id }) => id)).toEqual(expected.map(({ id }) => id));

  const [one] = await walk(exam.id, 50);
  const find = (which: { id: string } | { sopUid: string }): Promise<ExamInstance | undefined> =>
    system.db.read(system.ctx(county.countyId), (tx) => instances.one(tx, exam.id, which));
  expect(await find({ id: one!.id })).toEqual(one);
  const [byUid] = (await walk(exam.id, 50)).filter(({ sop_uid }) => sop_uid === one!.sop_uid);
  expect(await find({ sopUid: one!.sop_uid })).toEqual(byUid);
  const [foreign] = await rows<{ id: string }>('SELECT id FROM instance WHERE series_id = $1', [elsewhere]);
  expect(await find({ id: foreign!.id })).toBeUndefined();
  const gone = await rows<{ id: string; sop_uid: string }>(
    'SELECT id, sop_uid FROM instance WHERE superseded_at IS NOT NULL AND series_id = $1',
    [replaced],
  );
  expect(await find({ id: gone[0]!.id })).toBeUndefined();
  // It still has its place: a page that ended with it goes on behind it.
  const behind = await system.db.read(system.ctx(county.countyId), (tx) =>
    instances.page(tx, exam.id, gone[0]!.id, 50),
  );
  expect(behind.length).toBeGreaterThan(0);
  expect(behind.map(({ instance_number: number }) => number)[0]).toBe(3);
  const nothing = system.db.read(system.ctx(county.countyId), (tx) => instances.page(tx, exam.id, newId(), 50));
  await expect(nothing).rejects.toMatchObject({ code: 'invalid_input', params: { field: 'cursor' } });

  await change('UPDATE dicom_study SET quarantined_at = now() WHERE id = $1', [first]);
  expect(new Set((await walk(exam.id, 50)).map(({ study_uid }) => study_uid)).size).toBe(1);
  await change('UPDATE dicom_study SET quarantined_at = NULL WHERE id = $1', [first]);
});

it('a page in the middle of a CT of thousands of slices touches little more than the page', async () => {
  const studyId = other.studyIds[0]!;
  const big = await series(studyId, 10, 20_000);
  for (let number = 11; number < 15; number += 1) await series(studyId, number, 2_000);
  await analyse(system, 'instance', 'dicom_series', 'dicom_study', 'exam_study');
  const [at] = await rows<{ id: string; study_uid: string; series_uid: string; sop_uid: string }>(
    `SELECT i.id, s.study_uid, se.series_uid, i.sop_uid FROM instance i JOIN dicom_series se ON se.id = i.series_id
     JOIN dicom_study s ON s.id = i.study_id WHERE i.series_id = $1 AND i.instance_number = 15000`,
    [big],
  );
  const nodes = await planOf(system, county.countyId, INSTANCES_PAGE, [
    county.countyId,
    other.id,
    at!.study_uid,
    10,
    at!.series_uid,
    big,
    15_000,
    at!.sop_uid,
    51,
  ]);
  expect(indexesOf(nodes)).toContain('instance_series');
  // At most a page of each series that is still to come.
  expect(lookedAt(nodes, 'instance')).toBeLessThanOrEqual(5 * 51);
  for (const [text, value] of [
    [INSTANCE_BY.id, at!.id],
    [INSTANCE_BY.sopUid, at!.sop_uid],
  ] as const) {
    const single = await planOf(system, county.countyId, text, [county.countyId, other.id, value]);
    expect(lookedAt(single, 'instance')).toBe(1);
  }
  const few = await planOf(system, county.countyId, PICTURED, [
    county.countyId,
    other.id,
    [at!.sop_uid, '1.2.3', '1.2.4'],
  ]);
  expect(lookedAt(few, 'instance')).toBeLessThanOrEqual(3);
});
