import { onCluster } from '../../../test/harness/postgres';
import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import { AMENDMENTS_PAGE, DEMOGRAPHICS_PAGE, LATE_IMAGES_PAGE } from './revisions.queries';

const ROWS = 20_000;

let system: System;
let county: TestCounty;

/** Years of what was closed, and a little that is open. */
beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  const clinic = county.clinics[0]!.id;
  const [writer, reviewer] = ['writer11', 'reviewer11'].map((name) => county.people.get(name)!.id);
  await onCluster(async (client) => {
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO exam (id, county_id, clinic_id, patient_name, priority, mode, state, created_by, created_at, updated_at)
       SELECT gen_random_uuid(), $1, $2, '张三', 'ROUTINE', 'diagnose', 'SIGNED', 'spec', now(), now() FROM generate_series(1, ${ROWS})`,
      [county.countyId, clinic],
    );
    await client.query(
      `INSERT INTO report_amendment (id, county_id, clinic_id, exam_id, kind, version_id, reason, state, fence, draft_version, technique,
         findings, impression, recommendation, writer_id, opened_at, saved_at, ended_at)
       SELECT gen_random_uuid(), $1, $2, id, 'corrected', id, '笔误', CASE WHEN n % 500 = 0 THEN 'WRITING' ELSE 'CANCELLED' END, 1, 1, '', '', '',
         '', $3, now(), now(), CASE WHEN n % 500 = 0 THEN NULL ELSE now() END
       FROM (SELECT id, row_number() OVER () AS n FROM exam) e`,
      [county.countyId, clinic, writer],
    );
    await client.query(
      `INSERT INTO report_demographics (id, county_id, clinic_id, exam_id, state, changes, evidence, asked_by, asked_by_name, asked_at,
         decided_by, decided_at)
       SELECT gen_random_uuid(), $1, $2, id, CASE WHEN n % 500 = 0 THEN 'ASKED' ELSE 'DECLINED' END, '{"sex": "F"}', '户口本', $3, '医师1', now(),
         CASE WHEN n % 500 = 0 THEN NULL ELSE $4::uuid END, CASE WHEN n % 500 = 0 THEN NULL ELSE now() END
       FROM (SELECT id, row_number() OVER () AS n FROM exam) e`,
      [county.countyId, clinic, writer, reviewer],
    );
    await client.query(
      `INSERT INTO late_images (id, county_id, clinic_id, exam_id, version_id, signer_id, signed_image_set, image_set, opened_at,
         answer, answered_by, answered_at)
       SELECT gen_random_uuid(), $1, $2, id, id, $3, 1, 2, now(), CASE WHEN n % 500 = 0 THEN NULL ELSE 'unchanged' END,
         CASE WHEN n % 500 = 0 THEN NULL ELSE $3::uuid END, CASE WHEN n % 500 = 0 THEN NULL ELSE now() END
       FROM (SELECT id, row_number() OVER () AS n FROM exam) e`,
      [county.countyId, clinic, reviewer],
    );
    await client.query('ANALYZE');
  }, new URL(system.databaseUrl).pathname.slice(1));
}, 120_000);
afterAll(() => system.stop());

it.each([
  ['open amendments', AMENDMENTS_PAGE(true), 'report_amendment', 'report_amendment_open'],
  ['all amendments', AMENDMENTS_PAGE(false), 'report_amendment', 'report_amendment_recent'],
  ['open requests', DEMOGRAPHICS_PAGE(true), 'report_demographics', 'report_demographics_open'],
  ['all requests', DEMOGRAPHICS_PAGE(false), 'report_demographics', 'report_demographics_recent'],
  ['open late images', LATE_IMAGES_PAGE(true), 'late_images', 'late_images_open'],
  ['all late images', LATE_IMAGES_PAGE(false), 'late_images', 'late_images_recent'],
])('reads a page of %s from its index, and no more than the page', async (_, sql, table, index) => {
  const rows = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${sql}`, [county.countyId, null, 21]),
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  const scan = new RegExp(`Index Scan Backward using ${index} on ${table}.*rows=(\\d+)`).exec(plan);
  expect(scan ? Number(scan[1]) : plan).toBeLessThanOrEqual(21);
  expect(plan).not.toMatch(/Seq Scan on (exam|report_|late_)/);
});
