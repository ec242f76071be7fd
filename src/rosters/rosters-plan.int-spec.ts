import { seedCounty, type TestCounty } from '../../test/harness/county';
import { analyse, indexesOf, lookedAt, planOf } from '../../test/harness/plan';
import { startSystem, type System } from '../../test/harness/system';
import { READING_ROLES } from './posts';
import { LEAVE, READERS, SHIFTS } from './rosters.queries';

const ROWS = 10_000;
const NOBODY = '01900000-0000-7000-8000-000000000000';
let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  const neighbour = await seedCounty(system, { code: 'b' });
  await seed(neighbour, 2 * ROWS, []);
  await seed(county, ROWS / 5, WORK);
  await analyse(system, 'person', 'person_grant', 'roster_shift', 'roster_leave');
});
afterAll(() => system.stop());

const seed = ({ countyId, hospitals, people }: TestCounty, persons: number, texts: readonly string[]): Promise<void> =>
  system.db.write(system.ctx(countyId), async (tx) => {
    await tx.change(PERSONS, [countyId, persons]);
    for (const text of texts) await tx.change(text, [countyId, hospitals[0]!.id, people.get('writer11')!.id]);
  });

/** Their names alternate with those of other counties. */
const PERSONS = `
  INSERT INTO person (id, county_id, username, name, password_hash, created_at)
  SELECT gen_random_uuid(), $1::uuid, 'p' || lpad(g::text, 6, '0') || right($1::uuid::text, 6), '医师' || g, '-', now()
  FROM generate_series(1, $2::int) g`;

/** $1 county, $2 a hospital, $3 a person: years of exceptions and leave, and more readers than a county has. */
const WORK = [
  `INSERT INTO person_grant (id, county_id, person_id, role, hospital_id, created_at)
   SELECT gen_random_uuid(), $1, p.id, 'writer', $2, now() FROM person p
   WHERE p.county_id = $1 AND p.username LIKE 'p0%' AND p.id <> $3`,
  `INSERT INTO roster_shift (id, county_id, hospital_id, person_id, kind, start_minute, end_minute, valid_from, valid_until, created_at)
   SELECT gen_random_uuid(), $1, $2, $3, 'extra', 480, 1050, date '2026-01-01' + g, date '2026-01-01' + g, now() FROM generate_series(1, ${ROWS}) g`,
  `INSERT INTO roster_leave (id, county_id, person_id, from_at, until_at, reason, created_at)
   SELECT gen_random_uuid(), $1, $3, timestamptz '2026-01-01' + g * interval '1 hour', timestamptz '2026-01-01' + g * interval '1 hour' + interval '30 minutes',
     '年假', now() FROM generate_series(1, ${ROWS}) g WHERE $2::uuid IS NOT NULL`,
];

it.each<[string, string, (c: TestCounty) => unknown[], string, string]>([
  ['readers', READERS, () => [null, READING_ROLES, null, 51], 'person', 'person_county'],
  ['readers far down', READERS, () => [null, READING_ROLES, 'p001000', 51], 'person', 'person_county'],
  [
    'readers of one hospital',
    READERS,
    (c) => [[c.hospitals[0]!.id], READING_ROLES, 'p001000', 51],
    'person',
    'person_county',
  ],
  ['shifts', SHIFTS, () => [null, null, null, null, null, null, 51], 'roster_shift', 'roster_shift_list'],
  [
    'shifts far down',
    SHIFTS,
    (c) => [null, null, null, c.hospitals[0]!.id, '2050-01-01', NOBODY, 51],
    'roster_shift',
    'roster_shift_list',
  ],
  ['leave', LEAVE, () => [null, null, null, null, 51], 'roster_leave', 'roster_leave_list'],
  [
    'leave far down',
    LEAVE,
    () => [null, null, '2027-01-01T00:00:00Z', NOBODY, 51],
    'roster_leave',
    'roster_leave_list',
  ],
])('a page of %s walks its index and looks at little else', async (_, text, params, table, index) => {
  const nodes = await planOf(system, county.countyId, text, [county.countyId, ...params(county)]);
  expect(indexesOf(nodes)).toContain(index);
  expect(lookedAt(nodes, table)).toBeLessThan(300);
});
