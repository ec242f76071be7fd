import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { analyse, indexesOf, lookedAt, planOf } from '../../../test/harness/plan';
import { startSystem, type System } from '../../../test/harness/system';
import { PARKED_TOO_LONG, RESERVED_TOO_LONG } from './handover.handlers';
import { OPEN_WORK } from './handover.queries';
import { OVER } from './leave.rules';
import { WORK_OF_PERSON } from './off-duty.service';
import { SILENT_HOSPITALS, WORK_OF_HOSPITAL } from './silence';

/** What the hand-over asks of a long list: each statement walks its index and looks at little else. */
const ROWS = 20_000;
let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  const [writer, hospital] = [county.people.get('writer11')!.id, county.hospitals[0]!.id];
  const clinics = county.clinics.map((clinic) => clinic.id);
  await system.db.write(system.ctx(county.countyId), (tx) =>
    tx.change(SEED, [county.countyId, clinics, writer, hospital]),
  );
  await analyse(system, 'reading_item');
});
afterAll(() => system.stop());

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

const EARLY = new Date('2026-03-01T00:00:00Z');

it.each<[string, string, (c: TestCounty) => unknown[], readonly string[]]>([
  ['silent hospitals', SILENT_HOSPITALS, () => [EARLY, EARLY, null, null], ['reading_item_holder_site']],
  ['what was reserved too long', RESERVED_TOO_LONG, () => [EARLY, null, null], ['reading_item_reserved']],
  ['what was parked too long', PARKED_TOO_LONG, () => [EARLY, null, null], ['reading_item_parked']],
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
  const nodes = await planOf(system, county.countyId, text, params(county));
  expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  for (const index of expected) expect(indexesOf(nodes)).toContain(index);
  expect(lookedAt(nodes, 'reading_item')).toBeLessThan(600);
});
