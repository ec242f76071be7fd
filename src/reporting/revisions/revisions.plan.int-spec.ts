import { indexesOf, lookedAt, planOf } from '../../../test/harness/plan';
import { onCluster } from '../../../test/harness/postgres';
import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import { WRITTEN_AT, WRITTEN_BY } from './passing/release';
import { AMENDMENTS_AT, AMENDMENTS_PAGE, DEMOGRAPHICS_PAGE, LATE_IMAGES_PAGE } from './revisions.queries';

const ROWS = 20_000;

let system: System;
let county: TestCounty;

/** Years of what was closed, and a little that is open. */
beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  const clinics = county.clinics.slice(0, 2).map(({ id }) => id);
  const [writer, reviewer] = ['writer11', 'reviewer11'].map((name) => county.people.get(name)!.id);
  await onCluster(async (client) => {
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO exam
         (id, county_id, clinic_id, patient_name, priority, mode, state, created_by, created_at, updated_at)
       SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + n % 2], '张三', 'ROUTINE', 'diagnose', 'SIGNED', 'spec', now(),
         now()
       FROM generate_series(1, ${ROWS}) n`,
      [county.countyId, clinics],
    );
    // Of the open ones every fifth is of one hospital, and of those every second is of one writer.
    await client.query(
      `INSERT INTO report_amendment (id, county_id, clinic_id, exam_id, kind, version_id, reason, state, fence,
         draft_version, technique, findings, impression, recommendation, writer_id, writer_hospital_id, opened_at,
         saved_at, ended_at)
       SELECT gen_random_uuid(), $1, clinic_id, id, 'corrected', id, '笔误',
         CASE WHEN n % 50 = 0 THEN 'WRITING' ELSE 'CANCELLED' END, 1,
         1, '', '', '', '', CASE WHEN n % 500 = 0 THEN $2::uuid ELSE $3::uuid END,
         CASE WHEN n % 250 = 0 THEN $4::uuid ELSE $5::uuid END, now(),
         now(), CASE WHEN n % 50 = 0 THEN NULL ELSE now() END
       FROM (SELECT id, clinic_id, row_number() OVER () AS n FROM exam) e`,
      [county.countyId, writer, reviewer, ...county.hospitals.slice(0, 2).map(({ id }) => id)],
    );
    await client.query(
      `INSERT INTO report_demographics (id, county_id, clinic_id, exam_id, state, changes, evidence, asked_by,
         asked_by_name, asked_at, decided_by, decided_at)
       SELECT gen_random_uuid(), $1, clinic_id, id, CASE WHEN n % 50 = 0 THEN 'ASKED' ELSE 'DECLINED' END,
         '{"sex": "F"}', '户口本', $2,
         '医师1', now(), CASE WHEN n % 50 = 0 THEN NULL ELSE $3::uuid END, CASE WHEN n % 50 = 0 THEN NULL ELSE now() END
       FROM (SELECT id, clinic_id, row_number() OVER () AS n FROM exam) e`,
      [county.countyId, writer, reviewer],
    );
    await client.query(
      `INSERT INTO late_images (id, county_id, clinic_id, exam_id, version_id, signer_id, signed_image_set, image_set,
         opened_at, answer, answered_by, answered_at)
       SELECT gen_random_uuid(), $1, clinic_id, id, id, $2, 1, 2,
         now(), CASE WHEN n % 500 = 0 THEN NULL ELSE 'unchanged' END,
         CASE WHEN n % 500 = 0 THEN NULL ELSE $2::uuid END, CASE WHEN n % 500 = 0 THEN NULL ELSE now() END
       FROM (SELECT id, clinic_id, row_number() OVER () AS n FROM exam) e`,
      [county.countyId, reviewer],
    );
    await client.query('ANALYZE');
  }, new URL(system.databaseUrl).pathname.slice(1));
});
afterAll(() => system.stop());

const hospital = (): unknown[] => [county.hospitals[0]!.id];
const everyClinic = (): unknown[] => [null];
const oneClinic = (): unknown[] => [[county.clinics[0]!.id]];

it.each<[string, string, () => unknown[], string, string]>([
  ['open amendments', AMENDMENTS_PAGE(true), () => [], 'report_amendment', 'report_amendment_open'],
  ['all amendments', AMENDMENTS_PAGE(false), () => [], 'report_amendment', 'report_amendment_recent'],
  ['a hospital’s amendments', AMENDMENTS_AT, hospital, 'report_amendment', 'report_amendment_site'],
  ['open requests', DEMOGRAPHICS_PAGE(true, 'all'), everyClinic, 'report_demographics', 'report_demographics_open'],
  ['all requests', DEMOGRAPHICS_PAGE(false, 'all'), everyClinic, 'report_demographics', 'report_demographics_recent'],
  [
    'a clinic’s open requests',
    DEMOGRAPHICS_PAGE(true, 'one'),
    oneClinic,
    'report_demographics',
    'report_demographics_clinic_open',
  ],
  [
    'all of a clinic’s requests',
    DEMOGRAPHICS_PAGE(false, 'one'),
    oneClinic,
    'report_demographics',
    'report_demographics_clinic',
  ],
  ['open late images', LATE_IMAGES_PAGE(true), () => [], 'late_images', 'late_images_open'],
  ['all late images', LATE_IMAGES_PAGE(false), () => [], 'late_images', 'late_images_recent'],
])('reads a page of %s from its index, and no more than the page', async (_, sql, of, table, index) => {
  const nodes = await planOf(system, county.countyId, sql, [county.countyId, null, 21, ...of()]);
  expect(indexesOf(nodes)).toContain(index);
  expect(lookedAt(nodes, table)).toBeGreaterThan(0);
  expect(lookedAt(nodes, table)).toBeLessThanOrEqual(21);
  const whole = nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']);
  expect(whole.filter((name) => /^(exam|report_|late_)/.test(name ?? ''))).toEqual([]);
});

it.each<[string, string, () => unknown[], string]>([
  ['by a person', WRITTEN_BY, () => [county.people.get('writer11')!.id], 'report_amendment_writer'],
  ['at a hospital', WRITTEN_AT, hospital, 'report_amendment_site'],
])('finds what is written %s by its index, among years of what was closed', async (_, sql, of, index) => {
  const nodes = await planOf(system, county.countyId, sql, [county.countyId, ...of()]);
  expect(indexesOf(nodes)).toEqual([index]);
  expect(lookedAt(nodes, 'report_amendment')).toBeLessThanOrEqual(80);
});
