import { DataSource } from 'typeorm';
import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import { Config } from '../../platform/config';
import { appOptions, databaseLogins } from '../../platform/database';
import { PARKED_TOO_LONG, RESERVED_TOO_LONG } from './handover.handlers';
import { OPEN_WORK } from './handover.queries';
import { OVER } from './leave.rules';
import { WORK_OF_PERSON } from './off-duty.service';
import { SILENT_HOSPITALS, WORK_OF_HOSPITAL } from './silence';

/** What the hand-over asks of a long list: each statement walks its index and looks at little else. */
const ROWS = 20_000;
let system: System;
let county: TestCounty;
let source: DataSource;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  const [writer, hospital] = [county.people.get('writer11')!.id, county.hospitals[0]!.id];
  const clinics = county.clinics.map((clinic) => clinic.id);
  await system.db.write(system.ctx(county.countyId), (tx) =>
    tx.change(SEED, [county.countyId, clinics, writer, hospital]),
  );
  source = await new DataSource(appOptions(databaseLogins(system.get(Config)), [], 2)).initialize();
  const owner = await new DataSource({ type: 'postgres', url: system.databaseUrl }).initialize();
  await owner.query('ANALYZE reading_item');
  await owner.destroy();
});
afterAll(async () => {
  await source.destroy();
  await system.stop();
});

/** $1 county, $2 clinics, $3 a reader, $4 his hospital: a few claims, some parked, some rejected and reserved. */
const SEED = `
  INSERT INTO reading_item (exam_id, county_id, clinic_id, state, state_rev, exam_rev, priority, rank, due_at, modality, stage, assigned_person_id,
    writer_id, writer_hospital_id, holder_id, holder_hospital_id, lease_until, heartbeat_at, parked_at, parked_until, park_reason, reserved_until,
    fence, queued_at, updated_at)
  SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + g % 2], state, 1, 1, 'ROUTINE', 1, timestamptz '2026-03-02 08:00+08' + g * interval '1 second', 'DX',
    CASE state WHEN 'PENDING_REVIEW' THEN 'review' ELSE 'write' END, CASE WHEN g % 500 = 2 THEN $3::uuid END,
    CASE WHEN g % 100 = 4 OR held THEN $3::uuid END, CASE WHEN g % 100 = 4 OR held THEN $4::uuid END,
    CASE WHEN held THEN $3::uuid END, CASE WHEN held THEN $4::uuid END, CASE WHEN held THEN now() END, CASE WHEN held THEN now() END,
    CASE WHEN parked THEN now() END, CASE WHEN parked THEN now() END, CASE WHEN parked THEN '等' END,
    CASE WHEN g % 400 = 4 THEN now() END, 1, now(), now()
  FROM (SELECT g, g % 400 = 3 AS held, g % 2000 = 3 AS parked,
          CASE WHEN g % 400 = 3 THEN 'CLAIMED' ELSE (ARRAY['QUEUED', 'SIGNED', 'PENDING_REVIEW', 'QUEUED', 'REVISING', 'SIGNED', 'SIGNED', 'SIGNED'])[1 + g % 8] END AS state
        FROM generate_series(1, ${ROWS}) g) AS one`;

interface Node {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Node[];
}

/** The nodes of the plan as it ran, as the app role under the county's policy. */
async function plan(text: string, params: readonly unknown[]): Promise<Node[]> {
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query("SELECT set_config('app.county', $1, true)", [county.countyId]);
    const [row] = (await runner.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...params])) as [
      { 'QUERY PLAN': [{ Plan: Node }] },
    ];
    return flatten(row['QUERY PLAN'][0].Plan);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
const indexes = (nodes: readonly Node[]): string[] => nodes.flatMap((node) => node['Index Name'] ?? []);
const looked = (nodes: readonly Node[]): number =>
  nodes
    .filter((node) => node['Relation Name'] === 'reading_item')
    .reduce(
      (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    );

const EARLY = new Date('2026-03-01T00:00:00Z');

it.each<[string, string, (c: TestCounty) => unknown[], readonly string[]]>([
  ['silent hospitals', SILENT_HOSPITALS, () => [EARLY, EARLY, null, null], ['reading_item_holder_site']],
  ['what was reserved too long', RESERVED_TOO_LONG, () => [EARLY], ['reading_item_reserved']],
  ['what was parked too long', PARKED_TOO_LONG, () => [EARLY], ['reading_item_parked']],
  [
    'the work of one reader',
    WORK_OF_PERSON,
    (c) => [c.countyId, c.people.get('writer11')!.id, OVER],
    ['reading_item_holder', 'reading_item_assigned', 'reading_item_reserved'],
  ],
  [
    'the work of a hospital',
    WORK_OF_HOSPITAL,
    (c) => [c.countyId, c.hospitals[0]!.id, [c.people.get('writer11')!.id], OVER],
    ['reading_item_holder_site', 'reading_item_assigned', 'reading_item_reserved'],
  ],
  [
    'the list of a shift',
    OPEN_WORK,
    (c) => [c.countyId, c.hospitals[0]!.id, null, null, null, 51],
    ['reading_item_holder_site', 'reading_item_writer_site'],
  ],
])('%s', async (_, text, params, expected) => {
  const nodes = await plan(text, params(county));
  expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  for (const index of expected) expect(indexes(nodes)).toContain(index);
  expect(looked(nodes)).toBeLessThan(600);
});
