import { Client } from 'pg';
import type { Actor, Ctx } from '../platform/context';
import { seedCounty, type TestCounty } from '../../test/harness/county';
import { startSystem, type System } from '../../test/harness/system';
import { type QueryParameters, type SearchPlace, searchOf } from './qido.rules';
import { searchStatement } from './qido.sql';

/**
 * Plans of the searches on 50,000 studies with surnames as unevenly spread as they are (王 张 李 7 % each, 欧阳 0.1 %):
 * no search looks at more than a twentieth of them, except a later page at those before it.
 */
const STUDIES = 50_000;
const FEW = STUDIES / 20;

let system: System;
let county: TestCounty;

const SURNAMES = [
  ['王', 'wang', 72],
  ['张', 'zhang', 68],
  ['李', 'li', 64],
  ['刘', 'liu', 53],
  ['陈', 'chen', 45],
  ['郭', 'guo', 6],
  ['欧阳', 'ouyang', 1],
] as const;

const GENERATE = `
  WITH surname (zh, py, lower, upper) AS (SELECT * FROM unnest($3::text[], $4::text[], $5::int[], $6::int[])),
    given (n, zh, py) AS (VALUES (0, '伟', 'wei'), (1, '芳', 'fang'), (2, '三', 'san'), (3, '小东', 'xiaodong')),
    -- Four numbers below 2^28 that look random and are the same every time.
    study AS (SELECT g, ARRAY(SELECT ('x' || substr(md5(g::text), 1 + 7 * k, 7))::bit(28)::int FROM generate_series(0, 3) k) AS r
      FROM generate_series(1, ${STUDIES}) g)
  INSERT INTO dicom_study (id, county_id, clinic_id, study_uid, accession_number, patient_local_id, patient_name_dicom,
    patient_name, name_pinyin, name_initials, study_date, study_time, modalities, first_byte_at, last_image_at, created_at)
  SELECT lpad(to_hex(g), 32, '0')::uuid, $1, ($2::uuid[])[1 + r[1] % 4], '2.25.' || g, 'A' || lpad(g::text, 8, '0'),
    'P' || lpad((r[2] % 20000)::text, 6, '0'), '', coalesce(s.zh, '龚') || v.zh, coalesce(s.py, 'gong') || v.py,
    left(coalesce(s.py, 'gong'), 1) || left(v.py, 1) || CASE WHEN v.n = 3 THEN 'd' ELSE '' END,
    to_char(date '2023-01-01' + g / 50, 'YYYYMMDD'), '093000', (ARRAY['{CT}', '{DX}', '{CR}'])[1 + r[3] % 3]::text[],
    now(), now(), now()
  FROM study JOIN given v ON v.n = r[4] % 4
    LEFT JOIN surname s ON r[3] % 1000 >= s.lower AND r[3] % 1000 < s.upper
  ORDER BY g`;

const GENERATE_BELOW = [
  `INSERT INTO dicom_series (id, county_id, clinic_id, study_id, series_uid, modality, series_number, created_at)
   SELECT gen_random_uuid(), county_id, clinic_id, id, study_uid || '.1', modalities[1], 1, now() FROM dicom_study`,
  `INSERT INTO instance (id, county_id, clinic_id, study_id, series_id, sop_uid, sop_class_uid, transfer_syntax_uid, sha256, bytes, frames, received_at)
   SELECT gen_random_uuid(), county_id, clinic_id, study_id, id, series_uid || '.1', '', '', '', 1, 1, now() FROM dicom_series`,
];

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system, { clinics: 4 });
  const uppers = SURNAMES.map((_, n) => SURNAMES.slice(0, n + 1).reduce((sum, [, , weight]) => sum + weight, 0));
  await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.change(GENERATE, [
      county.countyId,
      county.clinics.map((clinic) => clinic.id),
      SURNAMES.map(([zh]) => zh),
      SURNAMES.map(([, py]) => py),
      SURNAMES.map(([, , weight], n) => uppers[n]! - weight),
      uppers,
    ]),
  );
  const owner = new Client({ connectionString: system.databaseUrl });
  await owner.connect();
  for (const sql of GENERATE_BELOW) await owner.query(sql);
  await owner.query('VACUUM ANALYZE dicom_study, dicom_series, instance');
  await owner.end();
});
afterAll(() => system.stop());

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

async function planOf(ctx: Ctx, parameters: QueryParameters, place: SearchPlace = { level: 'study' }) {
  const { sql, values } = searchStatement(ctx, searchOf(place, parameters), {});
  const rows = await system.db.read(ctx, (tx) =>
    tx.rows<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, values),
  );
  const top = rows[0]!['QUERY PLAN'][0].Plan;
  return {
    rows: top['Actual Rows'],
    lookedAt: nodesOf(top)
      .filter((node) => node['Relation Name'] !== undefined)
      .reduce(
        (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
        0,
      ),
    scans: nodesOf(top).filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] !== 'clinic').length,
    sorts: nodesOf(top).filter((node) => node['Node Type'] === 'Sort').length,
    indexes: nodesOf(top).flatMap((node) => node['Index Name'] ?? []),
  };
}

const reader = (): Ctx => {
  const actor: Actor = {
    kind: 'person',
    id: county.people.get('writer11')!.id,
    name: '报告',
    permissions: new Set(['image.read']),
    clinicIds: [],
    hospitalIds: [county.hospitals[0]!.id],
    countyWide: false,
  };
  return { ...system.ctx(county.countyId), actor };
};
const gatewayOf = (n: number): Ctx => {
  const clinic = county.clinics[n]!;
  const actor: Actor = {
    kind: 'gateway',
    id: clinic.id,
    name: 'gateway',
    permissions: new Set(['image.read']),
    clinicIds: [clinic.id],
    hospitalIds: [],
    countyWide: false,
  };
  return { ...system.ctx(county.countyId), actor };
};

describe.each([
  ['a reader of the county', reader, 'dicom_study_date'],
  ['one clinic', () => gatewayOf(0), 'dicom_study_clinic_date'],
])('%s', (_, ctx, dateIndex) => {
  it.each<[string, QueryParameters]>([
    ['the newest', { limit: '50' }],
    ['a later page', { limit: '50', offset: '1000' }],
    ['a frequent surname', { PatientName: '张*' }],
    ['a frequent sound', { PatientName: 'zhang*' }],
    ['a part of a frequent name', { PatientName: '*张*' }],
    ['a month of one modality', { StudyDate: '20250101-20250131', ModalitiesInStudy: 'CT' }],
    ['a day', { StudyDate: '20250115' }],
  ])('reads %s from the index that has the order, and no more than it shows', async (_name, parameters) => {
    const plan = await planOf(ctx(), parameters);
    expect(plan).toMatchObject({ scans: 0, sorts: 0, indexes: [dateIndex] });
    expect(plan.rows).toBeGreaterThan(5);
    expect(plan.lookedAt).toBeLessThan(FEW);
  });

  it.each<[string, QueryParameters]>([
    ['a rare surname', { PatientName: '欧阳*' }],
    ['a whole name', { PatientName: '欧阳三' }],
    ['the initials of a rare name', { PatientName: 'os' }],
    ['the sound of a rare name', { PatientName: 'ouyangsan' }],
    ['a patient', { PatientID: 'P000042' }],
    ['the beginning of a patient id', { PatientID: 'P00004*' }],
    ['an accession number', { AccessionNumber: 'A00012345' }],
    ['two studies', { StudyInstanceUID: '2.25.77,2.25.78' }],
    [
      'a rare name within years',
      { PatientName: '欧阳*', StudyDate: '20230101-20251231', ModalitiesInStudy: 'CT,DX,CR' },
    ],
  ])('reads %s from the index of the filter', async (_name, parameters) => {
    const plan = await planOf(ctx(), parameters);
    expect(plan.scans).toBe(0);
    expect(plan.indexes).not.toContain(dateIndex);
    expect(plan.lookedAt).toBeLessThan(FEW);
  });
});

describe('below studies', () => {
  it.each<[string, SearchPlace, QueryParameters]>([
    ['series of frequent names', { level: 'series' }, { PatientName: '张*', limit: '20' }],
    ['series of a modality', { level: 'series' }, { Modality: 'DX', limit: '20' }],
    ['instances of frequent names', { level: 'instance' }, { PatientName: '张*', limit: '20' }],
    ['one series', { level: 'series' }, { SeriesInstanceUID: '2.25.77.1' }],
    ['one instance', { level: 'instance' }, { SOPInstanceUID: '2.25.77.1.1' }],
  ])('finds %s without looking at all', async (_, place, parameters) => {
    for (const ctx of [reader(), gatewayOf(0)]) {
      const plan = await planOf(ctx, parameters, place);
      expect(plan.lookedAt).toBeLessThan(FEW);
      expect(plan.scans).toBe(0);
    }
  });
});
