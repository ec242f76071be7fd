import { type Bench, type Figures, figure, note, table } from './harness/figures';
import { Caller, personHeaders } from './harness/http';
import { onInstallation } from './harness/installation';
import { interleaved, p95 } from './harness/pages';
import { seedCounty, type TestCounty } from '../test/harness/county';
import type { System } from '../test/harness/system';

const SIZES = { small: 10_000, large: 1_000_000 } as const;
const ROUNDS = 5;
const PAGE = 50;
const DEEP_PAGE = 100;

/** The worklist of a county with 10,000 open exams beside one with a million, page 1 and page 100. */
async function run(): Promise<Figures> {
  return onInstallation(async (installation) => {
    const counties = await installation.prepare(async (system) => {
      const small = await seedCounty(system, { code: 'small' });
      const large = await seedCounty(system, { code: 'large' });
      await fill(system, small, SIZES.small);
      await fill(system, large, SIZES.large);
      return { small, large };
    });
    await installation.vacuum('reading_item');
    const api = await installation.start('api');
    const caller = new Caller(api.url);
    const cases = new Map<string, () => Promise<number>>();
    for (const [size, county] of Object.entries(counties)) {
      const reader = await personHeaders(caller, `reviewer11${county.suffix}`, county.password);
      const deep = await deepPage(caller, reader);
      cases.set(`${size} 1`, () => p95(caller, `/api/worklist?limit=${PAGE}`, reader));
      cases.set(`${size} ${DEEP_PAGE}`, () => p95(caller, `/api/worklist?limit=${PAGE}&cursor=${deep}`, reader));
    }
    const medians = await interleaved(ROUNDS, cases);
    caller.close();
    await api.stop();
    const worse = (size: string): number => Math.max(medians.get(`${size} 1`)!, medians.get(`${size} ${DEEP_PAGE}`)!);
    table('list: p95 of the worklist (ms, median of 5 interleaved rounds)', [
      ['open exams', 'page 1', 'page 100'],
      ...Object.entries(SIZES).map(([size, n]) => [
        n,
        medians.get(`${size} 1`)!.toFixed(1),
        medians.get(`${size} ${DEEP_PAGE}`)!.toFixed(1),
      ]),
    ]);
    return {
      p95_10k: figure(worse('small')),
      p95_1m: figure(worse('large')),
      ratio: figure(worse('large') / worse('small')),
    };
  });
}

async function deepPage(caller: Caller, reader: Record<string, string>): Promise<string> {
  let cursor = '';
  for (let page = 1; page < DEEP_PAGE; page += 1) {
    const { body } = await caller.expect(
      200,
      'GET',
      `/api/worklist?limit=${PAGE}${cursor && `&cursor=${cursor}`}`,
      reader,
    );
    cursor = (JSON.parse(body) as { nextCursor: string }).nextCursor;
  }
  return cursor;
}

/** Open exams as a county would have them: 5 % STAT, 10 % URGENT, due over some days, both clinics, CT and DX. */
async function fill(system: System, county: TestCounty, count: number): Promise<void> {
  note(`filling ${count} reading items …`);
  await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.change(
      `INSERT INTO reading_item (exam_id, county_id, clinic_id, state, state_rev, exam_rev, priority, rank, due_at, accession_number, patient_name,
         name_pinyin, name_initials, patient_sex, patient_age, modality, body_part, item_name, study_uids, queued_at, updated_at, change_tx)
       SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + n % 2], CASE n % 10 WHEN 0 THEN 'PENDING_REVIEW' WHEN 1 THEN 'CLAIMED' ELSE 'QUEUED' END, 1, 1, p.priority,
         CASE p.priority WHEN 'STAT' THEN 0 ELSE 1 END, now() + (n % 500000) * interval '1 second', 'A' || n,
         (ARRAY['张伟', '王芳', '李娜', '刘洋', '陈静', '杨帆'])[1 + n % 6], 'zhang', 'z', 'M', '45岁', CASE n % 3 WHEN 0 THEN 'CT' ELSE 'DX' END,
         'CHEST', 'DR胸部正位', ARRAY['2.25.' || n], now(), now(), 0
       FROM generate_series(1, $3::int) AS n,
         LATERAL (SELECT CASE WHEN n % 20 = 0 THEN 'STAT' WHEN n % 10 = 5 THEN 'URGENT' ELSE 'ROUTINE' END AS priority) AS p`,
      [county.countyId, county.clinics.map(({ id }) => id), count],
    ),
  );
}

export const list: Bench = { name: 'list', run };
