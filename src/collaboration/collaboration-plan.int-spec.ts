import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { seedCounty, type TestCounty } from '../../test/harness/county';
import { planOf } from '../../test/harness/plan';
import { startSystem, type System } from '../../test/harness/system';
import { tablesInOrder } from '../cli/backup-manifest';
import { DUE_CONSULTATIONS } from './consultation/consultation-expiry';
import { consultationBox } from './consultation/consultations.queries';
import { MESSAGES_PAGE } from './messages/messages.queries';
import { referralBox } from './referral/referrals.queries';

let system: System;
let county: TestCounty;
let examId: string;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  const owner = await new DataSource({ type: 'postgres', url: system.databaseUrl }).initialize();
  // Years of talk about exams that are not there: for the plans only the numbers count.
  await owner.query(
    `SET session_replication_role = replica; ${SEED}`
      .replaceAll('$COUNTY', county.countyId)
      .replaceAll('$HOSPITAL', county.hospitals[0]!.id)
      .replaceAll('$CLINIC', county.clinics[0]!.id)
      .replaceAll('$PERSON', county.people.get('writer11')!.id),
  );
  [{ examId }] = await owner.query('SELECT exam_id AS "examId" FROM exam_message LIMIT 1');
  await owner.destroy();
});
afterAll(() => system.stop());

const SEED = `
  INSERT INTO exam_message (id, county_id, exam_id, clinic_id, side, author_id, author_name, author_site, text, created_at)
  SELECT gen_random_uuid(), '$COUNTY', md5((g / 10)::text)::uuid, '$CLINIC', 'clinic', '$PERSON', '人', '院', '话', now()
  FROM generate_series(1, 20000) g;
  INSERT INTO consultation (id, county_id, exam_id, clinic_id, state, from_hospital_id, asked_by, asked_by_name, to_hospital_id, access,
    deidentified, question, requested_at, expires_at, updated_at)
  SELECT gen_random_uuid(), '$COUNTY', gen_random_uuid(), '$CLINIC', CASE g % 200 WHEN 0 THEN 'REQUESTED' ELSE 'DECLINED' END,
    CASE g % 100 WHEN 0 THEN '$HOSPITAL' ELSE md5((g % 100)::text) END::uuid, '$PERSON', '人', CASE g % 100 WHEN 1 THEN '$HOSPITAL' ELSE md5('to ' || g % 99) END::uuid,
    'read_only', false, '问', now(), now() + g * interval '1 minute', now()
  FROM generate_series(1, 20000) g;
  INSERT INTO referral (id, county_id, exam_id, clinic_id, report_version_id, version_number, study_uids, image_set, state, to_hospital_id,
    urgency, reason, requested_by, requested_by_name, requested_side, requested_at, updated_at)
  SELECT gen_random_uuid(), '$COUNTY', gen_random_uuid(), CASE g % 100 WHEN 0 THEN '$CLINIC' ELSE md5((g % 100)::text) END::uuid,
    gen_random_uuid(), 1, '{}', 1, 'DECLINED', CASE g % 100 WHEN 0 THEN '$HOSPITAL' ELSE md5((g % 100)::text) END::uuid, 'routine', '因',
    CASE g % 100 WHEN 0 THEN '$PERSON' ELSE md5((g % 100)::text) END::uuid, '人', 'clinic', now(), now()
  FROM generate_series(1, 20000) g;
  ANALYZE exam_message; ANALYZE consultation; ANALYZE referral`;

const plan = (text: string, params: readonly unknown[]) => planOf(system, county.countyId, text, params);

const LAST = 'ffffffff-ffff-7fff-bfff-ffffffffffff';

it.each<[string, string, (c: TestCounty) => unknown[], string, string]>([
  ['an exam’s messages', MESSAGES_PAGE, () => [examId, LAST, 51], 'exam_message', 'exam_message_exam'],
  [
    'consultations that came in',
    consultationBox('in', 1),
    (c) => [[c.hospitals[0]!.id], null, LAST, 51],
    'consultation',
    'consultation_in',
  ],
  [
    'consultations that went out',
    consultationBox('out', 1),
    (c) => [[c.hospitals[0]!.id], null, null, 51],
    'consultation',
    'consultation_out',
  ],
  [
    'referrals that came in',
    referralBox('in', 1),
    (c) => [[c.hospitals[0]!.id], null, LAST, 51],
    'referral',
    'referral_in',
  ],
  [
    'a clinic’s referrals',
    referralBox('clinic', 1),
    (c) => [[c.clinics[0]!.id], null, null, 51],
    'referral',
    'referral_clinic',
  ],
  [
    'a signer’s referrals',
    referralBox('reader', 1),
    (c) => [[c.people.get('writer11')!.id], null, null, 51],
    'referral',
    'referral_requester',
  ],
])('%s walk their index', async (_, text, params, table, index) => {
  const nodes = await plan(text, [county.countyId, ...params(county)]);
  const ways = nodes.filter((node) => node['Relation Name'] === table);
  expect(ways.map((node) => [node['Node Type'], node['Index Name']])).toEqual([['Index Scan', index]]);
  // In its order: nothing but the receipts of one message is sorted (a node of its own from Postgres 16 on).
  const sorted = nodes.filter((node) => node['Node Type'] === 'Sort');
  expect(sorted.length).toBeLessThanOrEqual(table === 'exam_message' ? 1 : 0);
});

it('the sweep finds what is due along the open ones alone', async () => {
  const nodes = await plan(DUE_CONSULTATIONS, [new Date('2026-01-01T00:00:00Z')]);
  expect(nodes.map((node) => node['Index Name'])).toContain('consultation_due');
});

it('a restore loads the institutions before the grants that are checked against them', async () => {
  const client = new Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    const tables = await tablesInOrder(client);
    expect(tables.indexOf('consult_institution')).toBeGreaterThan(-1);
    expect(tables.indexOf('consult_institution')).toBeLessThan(tables.indexOf('person_grant'));
  } finally {
    await client.end();
  }
});
