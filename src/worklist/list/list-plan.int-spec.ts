import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { analyse, indexesOf, lookedAt, planOf, type PlanNode } from '../../../test/harness/plan';
import { startSystem, type System } from '../../../test/harness/system';
import { COUNTIES_BEHIND } from '../assignment/apply-limits';
import { TO_BROADEN } from '../assignment/broadening';
import { type ListQuery, pageSql } from './list.sql';
import { CLAIM_BEYOND_CEILING, CLAIM_TOP } from '../next/next.sql';
import { RANKS } from './priority.rules';
import { LAPSED, MARK_OVERDUE_ITEMS } from '../worklist.handlers';

const ROWS = 20_000;
let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  await seedCounty(system, { code: 'b' });
  await system.db.write(system.ctx(county.countyId), (tx) =>
    tx.change(SEED, [
      county.countyId,
      county.clinics.map((clinic) => clinic.id),
      county.people.get('writer11')!.id,
      county.hospitals[0]!.id,
    ]),
  );
  await analyse(system, 'reading_item');
});
afterAll(() => system.stop());

/** $1 county, $2 clinics, $3 a reader, $4 a hospital. */
const SEED = `
  INSERT INTO reading_item (exam_id, county_id, clinic_id, state, state_rev, exam_rev, priority, rank, due_at, overdue, accession_number,
    patient_name, name_pinyin, name_initials, modality, stage, hospital_id, assigned_person_id, writer_id, holder_id, holder_hospital_id,
    lease_until, fence, ceiling_at, broaden_at, queued_at, updated_at)
  SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + g % 2], state, 1, 1, priority, CASE priority WHEN 'STAT' THEN 0 ELSE 1 END,
    timestamptz '2026-03-02 08:00+08' + g * interval '1 second', g < 4000, 'A' || g, (ARRAY['张', '王', '李', '赵'])[1 + g % 4] || '三' || g,
    (ARRAY['zhang', 'wang', 'li', 'zhao'])[1 + g % 4] || 'san' || g, (ARRAY['z', 'w', 'l'])[1 + g % 3] || 's', (ARRAY['CT', 'DX', 'CR', 'MR'])[1 + g % 4],
    CASE state WHEN 'PENDING_REVIEW' THEN 'review' ELSE 'write' END,
    CASE WHEN g % 50 = 1 THEN $4::uuid END, CASE WHEN g % 100 = 2 THEN $3::uuid END, CASE WHEN state IN ('CLAIMED', 'REVISING') THEN $3::uuid END,
    CASE state WHEN 'CLAIMED' THEN $3::uuid END, CASE state WHEN 'CLAIMED' THEN $4::uuid END, CASE state WHEN 'CLAIMED' THEN now() END, 1,
    CASE WHEN priority <> 'STAT' THEN timestamptz '2026-03-02 08:00+08' + g * interval '1 second' END,
    CASE WHEN g % 50 = 1 THEN timestamptz '2026-03-02 08:00+08' + g * interval '1 second' END, now(), now()
  FROM (SELECT g, (ARRAY['QUEUED', 'SIGNED', 'PENDING_REVIEW', 'QUEUED', 'REVISING', 'QUEUED', 'QUEUED', 'QUEUED'])[1 + g % 8] AS planned,
          CASE WHEN g % 8 = 3 AND g % 200 = 3 THEN 'CLAIMED' ELSE (ARRAY['QUEUED', 'SIGNED', 'PENDING_REVIEW', 'QUEUED', 'REVISING', 'QUEUED', 'QUEUED', 'QUEUED'])[1 + g % 8] END AS state,
          CASE WHEN g % 20 = 0 THEN 'STAT' WHEN g % 20 < 4 THEN 'URGENT' WHEN g % 20 < 14 THEN 'ROUTINE' ELSE 'SCREENING' END AS priority
        FROM generate_series(1, ${ROWS}) g) AS one`;

const plan = (text: string, params: readonly unknown[]) => planOf(system, county.countyId, text, params);

const query = (changes: Partial<ListQuery>): ListQuery => ({
  countyId: county.countyId,
  personId: county.people.get('writer11')!.id,
  clinicIds: null,
  after: null,
  limit: 50,
  ...changes,
});
/** Far down the list, among the routine exams. */
const FAR = { rank: 1, dueAt: '2026-03-02T04:00:00.000Z', examId: '01900000-0000-7000-8000-000000000000' };

describe.each([
  ['first page', null],
  ['a page far down', FAR],
])('%s', (_, after) => {
  it.each<[string, (county: TestCounty) => Partial<ListQuery>, string]>([
    ['everything open', () => ({}), 'reading_item_open'],
    ['one state', () => ({ state: ['REVISING'] }), 'reading_item_state'],
    ['a state that is history', () => ({ state: ['SIGNED'] }), 'reading_item_state'],
    ['several states', () => ({ state: ['PENDING_REVIEW', 'REVISING'] }), 'reading_item_state'],
    ['one priority', () => ({ priority: 'URGENT' }), 'reading_item_priority'],
    ['one modality', () => ({ modality: 'MR' }), 'reading_item_modality'],
    ['what is overdue', () => ({ overdue: true }), 'reading_item_overdue'],
    ['what is in time', () => ({ overdue: false }), 'reading_item_in_time'],
    ['what a hospital has', (c) => ({ hospital: c.hospitals[0]!.id }), 'reading_item_holder_site reading_item_site'],
    ['mine', () => ({ mine: true }), 'reading_item_assigned reading_item_holder reading_item_revising'],
    ['one accession number', () => ({ q: 'A1999' }), 'reading_item_accession'],
    ['one name', () => ({ q: '张三19999' }), 'reading_item_name'],
  ])('%s walks its index, sorts no more than a page, and scans nothing', async (_name, filter, expected) => {
    const { text, params } = pageSql(query({ ...filter(county), after }));
    const nodes = await plan(text, params);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    for (const index of expected.split(' ')) expect(indexesOf(nodes)).toContain(index);
    // A page of 51 per branch and a few rows that a filter takes out; never the list.
    expect(lookedAt(nodes, 'reading_item')).toBeLessThan(ROWS / 10);
  });
});

/** What a reader of the second hospital may take: his own, his hospital's, everybody's. */
const nextParams = (stages: readonly string[], now: Date): unknown[] => {
  const person = county.people.get('reviewer21')!.id;
  const hospital = county.hospitals[1]!.id;
  return [county.countyId, person, hospital, now, now, stages, [person, hospital, county.countyId], true];
};
/** Sorts of what several indexes gave: never of more than the candidates that are looked at. */
const sorted = (nodes: readonly PlanNode[]): number =>
  Math.max(0, ...nodes.filter((node) => node['Node Type'].includes('Sort')).map((node) => node['Actual Rows']));

describe('“next”', () => {
  it.each([[['write']], [['review']], [['write', 'review']]])(
    'for %s merges the heads of its indexes',
    async (stages) => {
      const nodes = await plan(CLAIM_TOP, nextParams(stages, new Date('2026-03-02T00:00:00Z')));
      expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
      expect(indexesOf(nodes)).toContain('reading_item_waiting');
      expect(sorted(nodes)).toBeLessThan(6 * 64 + 1);
      expect(lookedAt(nodes, 'reading_item')).toBeLessThan(600);
    },
  );

  it('for one whose hospital has nothing does not walk past what is others’', async () => {
    const nobodys = nextParams(['write'], new Date('2026-03-02T00:00:00Z'));
    nobodys[6] = [county.people.get('reviewer21')!.id, county.hospitals[1]!.id];
    expect(lookedAt(await plan(CLAIM_TOP, nobodys), 'reading_item')).toBeLessThan(10);
  });

  it('beyond the ceiling looks at nothing that is not', async () => {
    const nodes = await plan(CLAIM_BEYOND_CEILING, nextParams(['write', 'review'], new Date('2026-03-02T00:00:20Z')));
    expect(indexesOf(nodes)).toContain('reading_item_ceiling');
    expect(lookedAt(nodes, 'reading_item')).toBeLessThan(60);
  });
});

/** All of the county's groups are over, and the sweep has seen most of them. */
const FAR_BROADEN = [new Date('2026-03-03T00:00:00Z'), '2026-03-02T05:20:00Z', '01900000-0000-7000-8000-000000000000'];

describe('the sweeps, which run every few seconds', () => {
  it.each([
    ['for lapsed claims', LAPSED, [new Date('2026-03-01T00:00:00Z'), null, null], 'reading_item_holder'],
    ['for what became overdue', MARK_OVERDUE_ITEMS, [new Date('2026-03-01T00:00:00Z'), RANKS], 'reading_item_in_time'],
    ['for what has to broaden', TO_BROADEN, [new Date('2026-03-02T00:00:20Z'), null, null], 'reading_item_to_broaden'],
    ['for what more has to broaden', TO_BROADEN, FAR_BROADEN, 'reading_item_to_broaden'],
    ['for counties with new limits', COUNTIES_BEHIND, [], 'reading_item_limits'],
  ])('%s look at nothing else', async (_, text, params, index) => {
    const nodes = await plan(text, params);
    expect(indexesOf(nodes)).toContain(index);
    expect(lookedAt(nodes, 'reading_item')).toBeLessThan(300);
  });
});
