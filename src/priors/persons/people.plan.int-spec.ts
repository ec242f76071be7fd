import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { analyse, lookedAt, planOf } from '../../../test/harness/plan';
import { startSystem, type System } from '../../../test/harness/system';
import { PAIRS_AMONG, SAME_AS } from './people';

let system: System;
let county: TestCounty;

/** A county of years: 20,000 people with two numbers each, every third pair refused. */
const PAIRS = 20_000;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  await system.db.relay(system.ctx(county.countyId), async (tx) => {
    await tx.change(
      `INSERT INTO patient (id, county_id, clinic_id, local_id, name, created_at, updated_at)
       SELECT ('00000000-0000-7000-8000-' || lpad(g::text, 12, '0'))::uuid, $1, $2, g::text, '王秀英', now(), now()
       FROM generate_series(0, $3) g`,
      [county.countyId, county.clinics[0]!.id, PAIRS * 2 + 1],
    );
    await tx.change(
      `INSERT INTO person_link (id, county_id, patient_a, patient_b, state, how, evidence, made_by, made_at)
       SELECT gen_random_uuid(), $1, ('00000000-0000-7000-8000-' || lpad((2 * g)::text, 12, '0'))::uuid,
         ('00000000-0000-7000-8000-' || lpad((2 * g + 1)::text, 12, '0'))::uuid,
         CASE WHEN g % 3 = 0 THEN 'refused' ELSE 'linked' END, 'id_number', '{}', 'x', now() FROM generate_series(0, $2) g`,
      [county.countyId, PAIRS],
    );
  });
  await analyse(system, 'person_link', 'patient');
});
afterAll(() => system.stop());

const patient = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

it.each([
  ['who is one person with a patient', SAME_AS, [100]],
  ['what was said of these pairs', PAIRS_AMONG, []],
])('finds %s by the links of the few, not of the county', async (_, sql, more) => {
  const nodes = await planOf(system, county.countyId, sql, [county.countyId, [patient(2 * 7)], ...more]);
  expect(lookedAt(nodes, 'person_link')).toBeLessThan(20);
});
