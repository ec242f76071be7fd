import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { onCluster } from '../../test/harness/postgres';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { request } from '../exams/exams.fixture';
import { DUE_TIMES } from '../worklist/list/worklist.queries';

let system: System;
let county: TestCounty;
let clinic: JsonClient;
let tech: JsonClient;
let writer: JsonClient;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  tech = await signIn(system, county, 'tech01');
  writer = await signIn(system, county, 'writer11');
});
afterAll(() => system.stop());

interface Item {
  readonly examId: string;
  readonly dueAt: string | null;
}

const listed = async (client: JsonClient): Promise<Item[]> => (await client.get('/api/exams')).body.items;

it('says for every exam on the readers’ list when it is due, as that list and the exam’s own page do', async () => {
  const queued = (await clinic.post('/api/exams', request({ metadataOnly: true }))).body.examId;
  const registered = (await clinic.post('/api/exams', request())).body.examId;
  const [item] = await until('the readers have it', async () => {
    const { items } = (await writer.get('/api/worklist')).body as { items: Item[] };
    return items.length > 0 && items;
  });
  expect(item).toMatchObject({ examId: queued, dueAt: expect.stringMatching(/^20/) });
  for (const client of [tech, clinic, writer])
    expect(await listed(client)).toMatchObject([
      { examId: registered, dueAt: null },
      { examId: queued, dueAt: item!.dueAt },
    ]);
  expect((await tech.get(`/api/exams/${queued}`)).body.dueAt).toBe(item!.dueAt);

  // Whoever changes the limit sees it in the list.
  const chief = await signIn(system, county, 'chief1');
  await chief.post(`/api/exams/${queued}/priority`, { priority: 'STAT', reason: '病情加重' });
  const sooner = await until('another limit', async () => {
    const due = (await listed(tech)).find(({ examId }) => examId === queued)!.dueAt;
    return due !== item!.dueAt && due;
  });
  expect(Date.parse(sooner)).toBeLessThan(Date.parse(item!.dueAt!));
});

it('lists the exams registered on the days that are asked for', async () => {
  const { examId } = (await clinic.post('/api/exams', request())).body;
  // The last moment of a day of Asia/Shanghai, and the first one of the next.
  const registeredAt = (at: string): Promise<number> =>
    system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.change('UPDATE exam SET created_at = $2 WHERE id = $1', [examId, at]),
    );
  const found = async (query: string): Promise<string[]> =>
    ((await tech.get(`/api/exams?${query}`)).body.items as Item[]).map((item) => item.examId);
  await registeredAt('2021-03-02T15:59:59.999Z');
  expect(await found('from=2021-03-02&to=2021-03-02')).toEqual([examId]);
  expect(await found('from=2021-03-03&to=2021-03-03')).toEqual([]);
  await registeredAt('2021-03-02T16:00:00.000Z');
  expect(await found('from=2021-03-02&to=2021-03-02')).toEqual([]);
  expect(await found('from=2021-03-03&to=2021-03-04T00:00:00%2B08:00')).toEqual([examId]);
  const backwards = await tech.get('/api/exams?from=2021-03-03&to=2021-03-02');
  expect([backwards.status, backwards.body.params.field]).toEqual([400, 'to']);
});

it('finds the due times of a page by the exams’ ids', async () => {
  await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.change(
      `INSERT INTO reading_item (exam_id, county_id, clinic_id, state, state_rev, exam_rev, priority, rank, due_at, accession_number,
         patient_name, name_pinyin, name_initials, patient_sex, patient_age, modality, body_part, item_name, study_uids, queued_at,
         updated_at, change_tx)
       SELECT gen_random_uuid(), $1, $2, 'QUEUED', 1, 1, 'ROUTINE', 1, now(), 'A' || n, '张三', 'zhang', 'z', 'M', '45岁', 'CT', 'CHEST',
         '胸部CT平扫', '{}', now(), now(), 0 FROM generate_series(1, 20000) n`,
      [county.countyId, county.clinics[0]!.id],
    ),
  );
  // Only the owner may: without statistics every plan is a guess.
  await onCluster(
    (client) => client.query('VACUUM ANALYZE reading_item'),
    new URL(system.databaseUrl).pathname.slice(1),
  );
  const ids = (await listed(tech)).map(({ examId }) => examId);
  const plan = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<{ 'QUERY PLAN': string }>(`EXPLAIN ${DUE_TIMES}`, [county.countyId, ids, null]),
  );
  const lines = plan.map((line) => line['QUERY PLAN']).join('\n');
  expect(lines).toMatch(/Index Scan/);
  expect(lines).not.toMatch(/Seq Scan/);
});
