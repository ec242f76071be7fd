import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import { onCluster } from '../../../test/harness/postgres';
import { DELIVERIES_PAGE } from './deliveries';
import { storeVersion } from '../delivery.fixture';
import { INBOX_PAGE } from '../inbox/inbox.queries';

const ROWS = 20_000;

let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  const [clinic] = county.clinics;
  const { versionId, examId } = await system.db.write(system.ctx(county.countyId), (tx) =>
    storeVersion(tx, {
      clinicId: clinic!.id,
      writerId: county.people.get('writer11')!.id,
      reviewerId: county.people.get('reviewer11')!.id,
      signedAt: new Date('2026-03-02T01:00:00Z'),
    }),
  );
  // A year of reports in which hardly any is still under way; one channel each, as a version goes to a channel once.
  await onCluster(async (client) => {
    await client.query(
      `WITH made AS (
         INSERT INTO channel (id, county_id, clinic_id, kind, name, url, secret_sealed, created_at, updated_at)
         SELECT gen_random_uuid(), $1, $2, 'webhook', 'HIS', 'https://his.example/', 'v1', now(), now() FROM generate_series(1, ${ROWS})
         RETURNING id),
       numbered AS (SELECT id, row_number() OVER () AS n FROM made)
       INSERT INTO delivery (id, county_id, clinic_id, exam_id, report_version_id, version_number, version_kind, channel_id, channel_kind,
         state, tries_since, signed_at, created_at, delivered_at, updated_at)
       SELECT gen_random_uuid(), $1, $2, $3, $4, 1, 'final', id, 'webhook', CASE WHEN n % 500 = 0 THEN 'DEAD' ELSE 'DELIVERED' END,
         now(), now(), now(), CASE WHEN n % 500 = 0 THEN NULL ELSE now() END, now() FROM numbered`,
      [county.countyId, clinic!.id, examId, versionId],
    );
    await client.query('ANALYZE');
  }, new URL(system.databaseUrl).pathname.slice(1));
});
afterAll(() => system.stop());

const planOf = async (sql: string, params: readonly unknown[]) => {
  const rows = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${sql}`, params),
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
};

const LAST = 'ffffffff-ffff-7fff-bfff-ffffffffffff';

it.each<[string, unknown[], string]>([
  ['the first page', [null, null, null], 'delivery_recent'],
  ['a page further down', [null, null, LAST], 'delivery_recent'],
  ['one state', ['DEAD', null, LAST], 'delivery_state'],
  ['one state of one clinic', ['DEAD', 'clinic', LAST], 'delivery_clinic_state'],
])(
  'reads %s from an index, in its order, and no more of it than the page',
  async (_what, [state, clinic, after], index) => {
    const clinicId = clinic === null ? null : county.clinics[0]!.id;
    const plan = await planOf(DELIVERIES_PAGE, [county.countyId, state, clinicId, after, 51]);
    const scan = new RegExp(`Index Scan using ${index} on delivery.*rows=(\\d+)`).exec(plan);
    expect(scan ? Number(scan[1]) : plan).toBeLessThanOrEqual(51);
    expect(plan).not.toMatch(/Seq Scan on delivery|Rows Removed by Filter/);
  },
);

it('reads an inbox from its numbers', async () => {
  const plan = await planOf(INBOX_PAGE, [county.countyId, county.clinics[0]!.id, 10, 51]);
  expect(plan).toContain('Index Scan using delivery_inbox_seq');
});
