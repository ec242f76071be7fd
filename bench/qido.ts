import { type Bench, type Figures, figure, note, table } from './harness/figures';
import { Caller, personHeaders } from './harness/http';
import { onInstallation } from './harness/installation';
import { interleaved, p95 } from './harness/pages';
import { seedCounty, type TestCounty } from '../test/harness/county';
import type { System } from '../test/harness/system';

const SIZES = { small: 20_000, large: 1_000_000 } as const;
const ROUNDS = 3;
/** Rows that one statement inserts: longer ones are cut off. */
const CHUNK = 100_000;
const QUERIES = [
  'limit=50',
  'limit=50&offset=1000',
  `limit=50&PatientName=${encodeURIComponent('张*')}`,
  'limit=50&StudyDate=20260301&ModalitiesInStudy=CT',
] as const;

/** QIDO-RS for studies in a county of 20,000 and in one of a million, for one clinic's key and for a county reader. */
async function run(): Promise<Figures> {
  return onInstallation(async (installation) => {
    const counties = await installation.prepare(async (system) => {
      const small = await seedCounty(system, { code: 'small', clinics: 26 });
      const large = await seedCounty(system, { code: 'large', clinics: 26 });
      await fill(system, small, SIZES.small);
      await fill(system, large, SIZES.large);
      return { small, large };
    });
    await installation.vacuum('dicom_study');
    const api = await installation.start('api');
    const caller = new Caller(api.url);
    const cases = new Map<string, () => Promise<number>>();
    for (const [size, county] of Object.entries(counties)) {
      const callers = {
        clinic: { authorization: `Bearer ${county.clinics[0]!.key}` },
        county: await personHeaders(caller, `reviewer11${county.suffix}`, county.password),
      };
      for (const [who, headers] of Object.entries(callers)) {
        for (const query of QUERIES)
          cases.set(`${size} ${who} ${query}`, () => p95(caller, `/dicomweb/studies?${query}`, headers));
      }
    }
    const medians = await interleaved(ROUNDS, cases);
    caller.close();
    await api.stop();
    const worst = (size: string): number =>
      Math.max(...[...medians].filter(([name]) => name.startsWith(size)).map(([, value]) => value));
    const cell = (size: string, who: string, query: string): string =>
      medians.get(`${size} ${who} ${query}`)!.toFixed(1);
    table('qido: p95 of GET /dicomweb/studies (ms, median of 3 interleaved rounds)', [
      ['query', '20 k clinic', '20 k county', '1 M clinic', '1 M county'],
      ...QUERIES.map((query) => [
        decodeURIComponent(query),
        cell('small', 'clinic', query),
        cell('small', 'county', query),
        cell('large', 'clinic', query),
        cell('large', 'county', query),
      ]),
    ]);
    return { p95_20k: figure(worst('small')), p95_1m: figure(worst('large')) };
  });
}

/** Studies spread over two years and 26 clinics; surnames as skewed as they are, 7 % 张. */
async function fill(system: System, county: TestCounty, count: number): Promise<void> {
  note(`filling ${count} studies …`);
  for (let from = 1; from <= count; from += CHUNK)
    await fillSome(system, county, from, Math.min(count, from + CHUNK - 1));
}

async function fillSome(system: System, county: TestCounty, from: number, to: number): Promise<void> {
  await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.change(
      `INSERT INTO dicom_study (id, county_id, clinic_id, study_uid, accession_number, patient_local_id, patient_name_dicom, patient_name, name_pinyin,
         name_initials, patient_sex, study_date, study_time, description, modalities, series_count, instance_count, first_byte_at, last_image_at, created_at)
       SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + n % 26], '2.25.' || (random() * 1e15)::bigint || n, 'A' || n, 'P' || n % 200000, s.name, s.name,
         s.pinyin, left(s.pinyin, 1), 'M', to_char(date '2026-03-31' - (n::bigint * 7919 % 730)::int, 'YYYYMMDD'), '0900', 'CT', ARRAY[(ARRAY['CT', 'DX', 'CR'])[1 + n / 26 % 3]], 2, 100,
         now(), now(), now()
       FROM generate_series($3::int, $4::int) AS n,
         LATERAL (SELECT CASE WHEN n * 31 % 100 < 7 THEN '张' || n % 1000 WHEN n * 31 % 100 < 14 THEN '王' || n % 1000 ELSE '李' || n % 5000 END AS name,
                    CASE WHEN n * 31 % 100 < 7 THEN 'zhang' WHEN n * 31 % 100 < 14 THEN 'wang' ELSE 'li' END AS pinyin) AS s`,
      [county.countyId, county.clinics.map(({ id }) => id), from, to],
    ),
  );
}

export const qido: Bench = { name: 'qido', run };
