import { seedCounty, type TestCounty } from '../../test/harness/county';
import { analyse, indexesOf, planOf, type PlanNode, touched } from '../../test/harness/plan';
import { startSystem, type System } from '../../test/harness/system';
import { noticesPage } from '../notices/notices.queries';
import { DUE } from './critical.handlers';
import { cyclesPage, OPEN_AT_HOSPITAL } from './list/critical.queries';
import { importantPage } from './important/important.queries';
import { OF_EXAM } from './important/important.service';
import { patientNoticesPage } from './patient-notices/patient-notices.queries';
import { SUMMARY } from './list/summary';
import { Ward } from './ward.fixture';

const ROWS = 20_000;
let system: System;
let county: TestCounty;
let ward: Ward;
/** An exam with few important findings and patient notices, the oldest of all, and no critical value. */
let otherExam: string;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  ward = new Ward(system, county);
  const examId = await ward.exam();
  const params = [county.countyId, county.clinics.map((clinic) => clinic.id), examId, county.people.get('tech01')!.id];
  for (const seed of SEED) await ward.change(seed, params);
  otherExam = await ward.exam();
  for (const move of TO_ANOTHER_EXAM) await ward.change(move, [county.countyId, otherExam]);
  await analyse(system, 'critical_cycle', 'important_finding', 'patient_notice', 'notice', 'notice_receipt');
});
afterAll(() => system.stop());

/** $1 county, $2 clinics, $3 an exam, $4 a person. One in a hundred is open, as after years of work. */
const WHEN = "timestamptz '2026-03-02 08:00+08' + g * interval '1 minute'";
const SEED = [
  `INSERT INTO critical_cycle (id, county_id, clinic_id, exam_id, kind, source, finding, listed, state, raised_at, raised_by_name, found_at,
     breach_at, acknowledged_at, acknowledged_by, next_due_at, updated_at)
   SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + g % 2], $3, 'new', 'reader', 'f' || g, true,
     CASE WHEN g % 100 = 0 THEN 'CONFIRMED' ELSE 'CLOSED' END, ${WHEN}, 'x', ${WHEN}, ${WHEN} + interval '10 minutes',
     CASE WHEN g % 100 > 0 THEN ${WHEN} END, CASE WHEN g % 100 > 0 THEN $4::uuid END, CASE WHEN g % 100 = 0 THEN ${WHEN} END, now()
   FROM generate_series(1, ${ROWS}) g`,
  `INSERT INTO important_finding (id, county_id, clinic_id, exam_id, tier, finding, state, raised_at, raised_by, raised_by_name, due_at,
     next_due_at, updated_at)
   SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + g % 2], $3, 'important', 'f' || g, CASE WHEN g % 100 = 0 THEN 'OPEN' ELSE 'CLOSED' END,
     ${WHEN}, $4, 'x', ${WHEN}, CASE WHEN g % 100 = 0 THEN ${WHEN} END, now() FROM generate_series(1, ${ROWS}) g`,
  `INSERT INTO patient_notice (id, county_id, clinic_id, exam_id, cause, cause_id, state, opened_at, opened_by_name, next_due_at,
     informed_who, informed_at, informed_how, old_paper_withdrawn, closed_at, updated_at)
   SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + g % 2], $3, 'corrected', gen_random_uuid(), CASE WHEN g % 100 = 0 THEN 'OPEN' ELSE 'CLOSED' END,
     ${WHEN}, 'x', CASE WHEN g % 100 = 0 THEN ${WHEN} END, 'x', now(), 'x', true, CASE WHEN g % 100 > 0 THEN now() END, now()
   FROM generate_series(1, ${ROWS}) g WHERE $4::uuid IS NOT NULL`,
  `WITH told AS (
     INSERT INTO notice (id, county_id, kind, text, addressed, told_at)
     SELECT gen_random_uuid(), $1, 'x', 'x', '[]', ${WHEN} FROM generate_series(1, ${ROWS}) g
     WHERE $2::uuid[] IS NOT NULL AND $3::uuid IS NOT NULL RETURNING id, told_at)
   INSERT INTO notice_receipt (county_id, person_id, notice_id, told_at, read_at)
   SELECT $1, $4, id, told_at, CASE WHEN row_number() OVER () % 100 > 0 THEN told_at END FROM told`,
];

/** $1 county, $2 the other exam: it gets what was raised and opened in the first minutes. */
const TO_ANOTHER_EXAM = [
  ['important_finding', 'raised_at'],
  ['patient_notice', 'opened_at'],
].map(
  ([table, at]) =>
    `UPDATE ${table} SET exam_id = $2 WHERE county_id = $1 AND ${at} < timestamptz '2026-03-02 08:06+08'`,
);

const plan = (text: string, params: readonly unknown[]) => planOf(system, county.countyId, text, params);

/** Walks this index and touches little more than what it shows. */
function expectWalk(nodes: readonly PlanNode[], index: string, rows: number): void {
  expect(nodes.map((node) => node['Index Name'])).toContain(index);
  expect(Math.max(...nodes.map(touched))).toBeLessThanOrEqual(rows);
}

const MIDDLE = ['2026-03-09T00:00:00.000Z', '019a0000-0000-7000-8000-000000000000'];
const all = (): unknown[] => [county.countyId, null, null, ...MIDDLE, 51];
const one = (): unknown[] => [county.countyId, [county.clinics[0]!.id], null, ...MIDDLE, 51];
const ofExam = (): unknown[] => [county.countyId, null, otherExam, null, null, 51];
const ofExamAtClinic = (): unknown[] => [county.countyId, [county.clinics[0]!.id], otherExam, null, null, 51];

it.each([
  [
    'critical values of the county',
    cyclesPage({ open: false, clinics: 'all', exam: false }),
    () => [...all(), null],
    'critical_cycle_recent',
  ],
  [
    'the open ones',
    cyclesPage({ open: true, clinics: 'all', exam: false }),
    () => [...all(), null],
    'critical_cycle_open',
  ],
  [
    'those of a clinic',
    cyclesPage({ open: false, clinics: 'one', exam: false }),
    () => [...one(), null],
    'critical_cycle_clinic_recent',
  ],
  [
    'the open ones of a clinic',
    cyclesPage({ open: true, clinics: 'one', exam: false }),
    () => [...one(), null],
    'critical_cycle_clinic_open',
  ],
  ['important findings', importantPage({ open: false, clinics: 'all', exam: false }), all, 'important_finding_recent'],
  ['the open ones of those', importantPage({ open: true, clinics: 'all', exam: false }), all, 'important_finding_open'],
  [
    'those of a clinic',
    importantPage({ open: false, clinics: 'one', exam: false }),
    one,
    'important_finding_clinic_recent',
  ],
  ['patient notices', patientNoticesPage({ open: false, clinics: 'all', exam: false }), all, 'patient_notice_recent'],
  [
    'the open ones of those',
    patientNoticesPage({ open: true, clinics: 'all', exam: false }),
    all,
    'patient_notice_open',
  ],
  [
    'those of a clinic',
    patientNoticesPage({ open: false, clinics: 'one', exam: false }),
    one,
    'patient_notice_clinic_recent',
  ],
])('a page of %s is a short walk along its index', async (_, text, params, index) => {
  expectWalk(await plan(text, params()), index, 60);
});

it.each([
  ['critical values', cyclesPage, [null], 'critical_cycle_exam'],
  ['important findings', importantPage, [], 'important_finding_exam'],
  ['patient notices', patientNoticesPage, [], 'patient_notice_exam'],
])('the %s of an exam are found by the exam', async (_, page, more, index) => {
  const open = false;
  expectWalk(await plan(page({ open, clinics: 'all', exam: true }), [...ofExam(), ...more]), index, 10);
  expectWalk(await plan(page({ open, clinics: 'one', exam: true }), [...ofExamAtClinic(), ...more]), index, 10);
});

it.each([
  ['notices', false, 'notice_receipt_recent'],
  ['unread notices', true, 'notice_receipt_open'],
])('a page of %s is a short walk along its index', async (_, open, index) => {
  const params = [county.countyId, county.people.get('tech01')!.id, ...MIDDLE, 51];
  expectWalk(await plan(noticesPage(open), params), index, 60);
});

it.each([
  ['critical values', DUE.cycles, 'critical_cycle_due'],
  ['important findings', DUE.important, 'important_finding_due'],
  ['patient notices', DUE.patientNotices, 'patient_notice_due'],
])('the sweep finds the due %s by their own index', async (_, text, index) => {
  expectWalk(await plan(text, ['2026-03-02T02:00:00Z']), index, 10);
});

it('the open ones of a hospital are a short walk along its index, and one look at each other’s exam', async () => {
  const open = ROWS / 100;
  // Half of the open ones are the hospital's; of the others' it has written none.
  const own = `UPDATE critical_cycle SET hospital_id = $2
    WHERE county_id = $1 AND state = 'CONFIRMED' AND extract(epoch FROM raised_at)::bigint / 6000 % 2 = 0`;
  const hospital = county.hospitals[0]!.id;
  expect(await ward.change(own, [county.countyId, hospital])).toBe(open / 2);
  await analyse(system, 'critical_cycle');
  const nodes = await plan(OPEN_AT_HOSPITAL, [county.countyId, hospital, ...MIDDLE, 51]);
  expect(indexesOf(nodes)).toContain('critical_cycle_site_open');
  expectWalk(nodes, 'critical_cycle_open', open);
});

it('what was flagged on an exam is found by the exam', async () => {
  expectWalk(await plan(OF_EXAM, [county.countyId, await ward.exam()]), 'important_finding_exam', 10);
});

it('the summary reads the period and no more', async () => {
  const day = ['2026-03-05T00:00:00Z', '2026-03-06T00:00:00Z', '2026-03-06T00:00:00Z'];
  const nodes = await plan(SUMMARY, [county.countyId, ...day]);
  expectWalk(nodes, 'critical_cycle_found', 1_440 * 2);
});
