import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { onCluster } from '../../test/harness/postgres';
import { type System, startSystem } from '../../test/harness/system';
import { type Ctx, systemCtx } from '../platform/context';
import { newId } from '../platform/ids';
import { BY_ACCESSION } from './images/assembly';
import { request } from './exams.fixture';
import { type ListWay, listSql } from './exams.queries';
import { PROGRESS, QUIET_SINCE } from './images/study-links';

let system: System;
let county: TestCounty;
let other: TestCounty;
let clinic: JsonClient;
let neighbour: JsonClient;
let writer: JsonClient;
const ids: string[] = [];

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  other = await seedCounty(system, { code: 'b' });
  clinic = gateway(system, county.clinics[0]!);
  neighbour = gateway(system, county.clinics[1]!);
  writer = await signIn(system, county, 'writer11');
  for (const [patientName, patientLocalId] of [
    ['张三丰', 'L-1'],
    ['张伟', 'L-2'],
    ['欧阳修', 'L-3'],
    ['王三丰', 'L-4'],
    ['Zhang San', 'L-5'],
  ]) {
    ids.push(
      (await clinic.post('/api/exams', request({ patientName, patientLocalId, metadataOnly: true }))).body.examId,
    );
  }
  ids.push((await neighbour.post('/api/exams', request({ patientName: '张伟' }))).body.examId);
  ids.push((await gateway(system, other.clinics[0]!).post('/api/exams', request({ patientName: '张伟' }))).body.examId);
});
afterAll(() => system?.stop());

const namesFound = async (client: JsonClient, query: string): Promise<string[]> =>
  (await client.get(`/api/exams?${query}`)).body.items.map((item: { patientName: string }) => item.patientName);

describe('GET /api/exams', () => {
  it('shows the newest first, page by page, each exam once', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await clinic.get(`/api/exams?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map((item: { examId: string }) => item.examId));
      cursor = body.nextCursor;
    } while (cursor);
    expect(seen).toEqual(ids.slice(0, 5).reverse());
  });

  it.each([
    ['张', ['张伟', '张三丰']],
    ['张三', ['张三丰']],
    ['三丰', ['王三丰', '张三丰']],
    ['阳修', ['欧阳修']],
    ['zhangs', ['Zhang San', '张三丰']],
    ['ZHANG SAN', ['Zhang San', '张三丰']],
    ['zsf', ['张三丰']],
    ['L-4', ['王三丰']],
    ['赵', []],
  ])('finds %s', async (q, names) => {
    expect(await namesFound(clinic, `q=${encodeURIComponent(q)}`)).toEqual(names);
  });

  it('finds an accession number, whole or its beginning', async () => {
    const { body } = await clinic.get('/api/exams?limit=1');
    const number = body.items[0].accessionNumber as string;
    expect(await namesFound(clinic, `q=${number}`)).toEqual(['Zhang San']);
    expect((await namesFound(clinic, `q=${number.slice(0, 7)}`)).length).toBeGreaterThan(1);
  });

  it('pages through what was found', async () => {
    const first = await clinic.get(`/api/exams?limit=1&q=${encodeURIComponent('张')}`);
    const second = await clinic.get(`/api/exams?limit=1&q=${encodeURIComponent('张')}&cursor=${first.body.nextCursor}`);
    expect([first, second].map(({ body }) => body.items[0].patientName)).toEqual(['张伟', '张三丰']);
    expect(second.body.nextCursor).toBeNull();
  });

  it('filters by state and clinic', async () => {
    expect(await namesFound(writer, 'state=REGISTERED')).toEqual(['张伟']);
    expect(await namesFound(writer, `clinic=${county.clinics[0]!.id}&state=QUEUED`)).toHaveLength(5);
    expect(await namesFound(writer, 'state=SIGNED')).toEqual([]);
  });

  it('filters by the time of registration, from the first moment up to the last, which is left out', async () => {
    const { items } = (await clinic.get('/api/exams')).body as { items: { examId: string; createdAt: string }[] };
    const [newest, , third] = items;
    const ids = async (query: string): Promise<string[]> =>
      (await clinic.get(`/api/exams?${query}`)).body.items.map((item: { examId: string }) => item.examId);
    const all = items.map(({ examId }) => examId);
    expect(await ids(`from=${third!.createdAt}`)).toEqual(all.slice(0, 3));
    expect(await ids(`to=${third!.createdAt}`)).toEqual(all.slice(3));
    expect(await ids(`from=${third!.createdAt}&to=${newest!.createdAt}`)).toEqual(all.slice(1, 3));
    const page = (await clinic.get(`/api/exams?limit=1&from=${third!.createdAt}&to=${newest!.createdAt}`)).body;
    const rest = `limit=1&from=${third!.createdAt}&to=${newest!.createdAt}&cursor=${page.nextCursor}`;
    expect([page.items[0].examId, ...(await ids(rest))]).toEqual(all.slice(1, 3));
    const beijing = new Date(Date.parse(third!.createdAt) + 8 * 3_600_000).toISOString().replace('Z', '+08:00');
    expect(await ids(`from=${encodeURIComponent(beijing)}`)).toEqual(all.slice(0, 3));
    expect(await ids(`q=${encodeURIComponent('张')}&to=${third!.createdAt}`)).toEqual(all.slice(3));
  });

  it.each([
    ['from', 'from=2026-03-32'],
    ['to', 'to=yesterday'],
    ['to', 'from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z'],
  ])('refuses a bad %s: %s', async (field, query) => {
    const { status, body } = await clinic.get(`/api/exams?${query}`);
    expect([status, body.code, body.params.field]).toEqual([400, 'invalid_input', field]);
  });

  it.each(['limit=0', 'limit=201', 'state=UNKNOWN', 'cursor=xx', 'page=2', 'clinic=1'])('refuses %s', async (query) => {
    expect((await clinic.get(`/api/exams?${query}`)).status).toBe(400);
  });

  it.each([
    ['q', `q=${encodeURIComponent('张\u0000三')}`],
    ['cursor', `cursor=${Buffer.from('["x","y"]').toString('base64url')}`],
    ['cursor', `cursor=${Buffer.from('[1,2]').toString('base64url')}`],
    ['cursor', `cursor=${Buffer.from('["2026-01-01T00:00:00.000Z",null]').toString('base64url')}`],
  ])('refuses a bad %s before Postgres does: %s', async (field, query) => {
    const { status, body } = await clinic.get(`/api/exams?${query}`);
    expect([status, body.code, body.params.field]).toEqual([400, 'invalid_input', field]);
  });
});

describe('who sees what', () => {
  it('a clinic its own exams, a reader those of the county, nobody those of another county', async () => {
    const count = async (client: JsonClient): Promise<number> => (await client.get('/api/exams')).body.items.length;
    expect([await count(clinic), await count(neighbour), await count(writer)]).toEqual([5, 1, 6]);
    expect((await clinic.get(`/api/exams?clinic=${county.clinics[1]!.id}`)).status).toBe(404);
  });

  it('commands on exams of another clinic or county are not found', async () => {
    const stranger = await signIn(system, other, 'tech01');
    const reader = await signIn(system, other, 'chief1');
    const paths = ['withdraw', 'hold', 'urge', 'supplement', 'resubmit', 'release'];
    const bodies: Record<string, object> = { urge: {}, resubmit: {}, supplement: { symptoms: '咳' } };
    for (const path of paths) {
      const body = bodies[path] ?? { reason: 'x' };
      expect([path, (await stranger.post(`/api/exams/${ids[0]}/${path}`, body)).status]).toEqual([path, 404]);
    }
    for (const path of ['priority', 'void']) {
      const body = path === 'priority' ? { priority: 'STAT', reason: 'x' } : { reason: 'x' };
      expect([path, (await reader.post(`/api/exams/${ids[0]}/${path}`, body)).status]).toEqual([path, 404]);
    }
    expect((await neighbour.post(`/api/exams/${ids[0]}/withdraw`, { reason: 'x' })).status).toBe(404);
  });

  it('the database itself hides other counties, even from a statement without any filter', async () => {
    const tables = ['exam', 'patient', 'exam_study', 'exam_flag', 'exam_image_move'];
    for (const table of tables) {
      const rows = await system.db.read(system.ctx(newId()), (tx) => tx.rows(`SELECT * FROM ${table}`));
      expect([table, rows]).toEqual([table, []]);
    }
    const own = await system.db.read(system.ctx(other.countyId), (tx) =>
      tx.rows<{ id: string }>('SELECT id FROM exam'),
    );
    expect(own.map(({ id }) => id)).toEqual([ids[6]]);
    const stolen = system.db.write(system.ctx(other.countyId), (tx) =>
      tx.change("UPDATE exam SET patient_name = '无' WHERE id = $1", [ids[0]]),
    );
    expect(await stolen).toBe(0);
  });
});

describe('the plans of a large county', () => {
  const ROWS = 40_000;
  let clinicCtx: Ctx;

  beforeAll(async () => {
    const { id } = county.clinics[0]!;
    const reader = systemCtx('test', county.countyId, newId());
    clinicCtx = {
      ...reader,
      actor: {
        kind: 'gateway',
        id: newId(),
        name: 'test',
        permissions: new Set(),
        clinicIds: [id],
        hospitalIds: [],
        countyWide: false,
      },
    };
    await system.db.relay(reader, (tx) =>
      tx.change(
        `INSERT INTO exam (id, county_id, clinic_id, accession_number, patient_local_id, patient_name, name_given, name_pinyin,
           name_initials, priority, mode, state, created_by, created_at, updated_at)
         SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + i % 2], 'N' || i, 'P' || i, chr(19968 + i % 997) || chr(20000 + i % 89),
           chr(20000 + i % 89), 'n' || i % 4999, 'x' || i % 499, 'ROUTINE', 'diagnose',
           CASE WHEN i % 400 = 0 THEN 'RETURNED' ELSE 'SIGNED' END, 'test', now() - make_interval(mins => i), now()
         FROM generate_series(1, $3) i`,
        [county.countyId, county.clinics.map((one) => one.id), ROWS],
      ),
    );
    // Only the owner may: without statistics every plan is a guess.
    const database = new URL(system.databaseUrl).pathname.slice(1);
    await onCluster((client) => client.query('VACUUM ANALYZE exam'), database);
  });

  const plan = async (ctx: Ctx, query: object, way: ListWay): Promise<string> => {
    const { sql, params } = listSql(ctx, { limit: 50, ...query }, way);
    const lines = await system.db.read(ctx, (tx) => tx.rows<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, params));
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  };

  const cursor = Buffer.from(JSON.stringify(['2026-01-01T00:00:00.000Z', newId()])).toString('base64url');
  const days = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-01-02T00:00:00Z') };
  it.each([
    ['the county', 'county', {}, 'plain', /exam_recent/],
    ['a day of the county', 'county', days, 'plain', /exam_recent.*Index Cond: .*created_at >=.*created_at </s],
    ['a day of a clinic', 'clinic', days, 'plain', /exam_clinic_recent.*Index Cond: .*created_at >=/s],
    ['a day of a state', 'county', { ...days, state: 'RETURNED' }, 'plain', /exam_state_recent.*created_at >=/s],
    ['a common name of some days', 'county', { ...days, q: '张' }, 'recent', /exam_recent.*created_at >=/s],
    ['page 100 of the county', 'county', { cursor }, 'plain', /exam_recent/],
    ['a clinic', 'clinic', {}, 'plain', /exam_clinic_recent/],
    ['a state', 'county', { state: 'RETURNED' }, 'plain', /exam_state_recent/],
    ['a common name', 'county', { q: '张' }, 'recent', /exam_recent/],
    ['a Chinese name', 'county', { q: '张三' }, 'index', /exam_name.*exam_name_given/s],
    ['a Chinese name of a clinic', 'clinic', { q: '张三' }, 'index', /exam_name.*exam_name_given/s],
    ['pinyin', 'county', { q: 'zhangsan' }, 'index', /exam_pinyin.*exam_initials/s],
    ['a number', 'clinic', { q: 'N77' }, 'index', /exam_accession.*exam_patient/s],
  ] as const)('%s is read by its index, never by a full scan', async (_, who, query, way, index) => {
    const text = await plan(who === 'clinic' ? clinicCtx : systemCtx('test', county.countyId, newId()), query, way);
    expect(text).toMatch(index);
    expect(text).not.toMatch(/Seq Scan on exam /);
    if (way === 'plain') expect(text).not.toMatch(/Sort Key: \w+\.created_at/);
  });

  it('an accession number of a clinic, quiet exams of all counties and the uploads of a page are found by their indexes', async () => {
    const explain = (sql: string): string => `EXPLAIN ${sql}`;
    const reader = systemCtx('test', county.countyId, newId());
    const lines = (rows: { 'QUERY PLAN': string }[]): string => rows.map((row) => row['QUERY PLAN']).join('\n');
    const numbers = [county.countyId, county.clinics[0]!.id, ['N77', 'N78']];
    const byNumber = lines(await system.db.write(reader, (tx) => tx.rows(explain(BY_ACCESSION), numbers)));
    expect(byNumber).toMatch(/exam_accession/);
    const quiet = lines(await system.db.relay(reader, (tx) => tx.rows(explain(QUIET_SINCE), [new Date(0), 200])));
    expect(quiet).toMatch(/exam_quiet/);
    const page = [county.countyId, ids];
    const progress = lines(await system.db.read(reader, (tx) => tx.rows(explain(PROGRESS), page)));
    expect(progress).toMatch(/upload_accession_open/);
    expect(byNumber + quiet + progress).not.toMatch(/Seq Scan on (exam|upload) /);
  });
});
