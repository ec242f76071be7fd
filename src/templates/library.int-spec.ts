import { seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { STARTER_LIBRARY } from './starter';
import { auditOf, contentOfDraft } from './template.fixture';
import { Templates } from './templates';

let system: System;
let county: TestCounty;
let admin: JsonClient;
let chief: JsonClient;
let writer: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  [admin, chief, writer] = await Promise.all(
    ['admin', 'chief1', 'writer11'].map((name) => signIn(system, county, name)) as [any, any, any],
  );
});
afterAll(() => system.stop());

const entry = (key: string, changes: object = {}) => ({ key, ...contentOfDraft({ title: key, ...changes }) });
const phrase = (shortcut: string, text = '请结合临床。') => ({ shortcut, title: '结合临床', text });
const file = (templates: object[], phrases: object[] = []) => ({
  format: 'report-library',
  formatVersion: 1,
  templates,
  phrases,
});
const load = (client: JsonClient, library: object, options: object = {}) =>
  client.post('/api/templates/import', { level: 'hospital', library, ...options });
const keysOf = async (client: JsonClient, level: string): Promise<string[]> =>
  (await client.get(`/api/templates/export?level=${level}`)).body.templates.map((one: any) => one.key);

it('takes a file once, whatever number of times it comes', async () => {
  const library = file([entry('imp-a'), entry('imp-b')], [phrase('jhlc')]);
  // Both at once: one of them makes everything, the other finds it.
  const both = await Promise.all([load(chief, library), load(chief, library)]);
  const [first] = both.toSorted((a, b) => b.body.templates.created - a.body.templates.created) as [any];
  expect(both.map(({ body }) => body.templates.created + body.templates.unchanged)).toEqual([2, 2]);
  expect([first.status, first.body]).toEqual([
    200,
    {
      templates: { created: 2, replaced: 0, unchanged: 0, kept: 0 },
      phrases: { created: 1, replaced: 0, unchanged: 0, kept: 0 },
    },
  ]);
  const again = await Promise.all([load(chief, library), load(chief, library)]);
  for (const { body } of again)
    expect(body).toMatchObject({ templates: { created: 0, unchanged: 2 }, phrases: { created: 0, unchanged: 1 } });
  const hospital = county.hospitals[0]!.id;
  expect(await auditOf(system, county, hospital)).toEqual(['hospital.create test', 'library.import 主任1']);
});

it('writes nothing at all when one entry conflicts, and says which', async () => {
  await load(chief, file([entry('con-a')], [phrase('con')]));
  const changed = file([entry('con-new'), entry('con-a', { title: '另一' })], [phrase('con', '另一句。')]);
  const refused = await load(chief, changed);
  expect([refused.status, refused.body.code, refused.body.params.count]).toEqual([409, 'import_conflict', 2]);
  expect(refused.body.params.problems).toEqual([
    { field: 'library.templates.1', key: 'con-a', code: 'different_content', problem: '“另一”已存在且内容不同' },
    { field: 'library.phrases.0', key: 'con', code: 'different_content', problem: ';con 已存在且内容不同' },
  ]);
  expect(await keysOf(chief, 'hospital')).not.toContain('con-new');
  const kept = await load(chief, changed, { onConflict: 'keep' });
  expect(kept.body).toMatchObject({ templates: { created: 1, kept: 1 }, phrases: { kept: 1 } });
  const replaced = await load(chief, changed, { onConflict: 'replace' });
  expect(replaced.body).toMatchObject({ templates: { replaced: 1, unchanged: 1 }, phrases: { replaced: 1 } });
  const [shown] = (await writer.get('/api/templates?q=另一')).body.items;
  expect(shown).toMatchObject({ key: 'con-a', version: 2, publishedVersion: 2 });
});

it('does not bring back what was archived', async () => {
  await load(chief, file([entry('arc')]));
  const [one] = (await chief.get('/api/templates?q=arc')).body.items;
  await chief.post(`/api/templates/${one.templateId}/archive`, { version: 1 });
  const refused = await load(chief, file([entry('arc', { normal: true })]), { onConflict: 'replace' });
  expect([refused.status, refused.body.params.code]).toEqual([409, 'archived']);
  expect((await load(chief, file([entry('arc')]))).body.templates.unchanged).toBe(1);
  expect((await chief.get('/api/templates?q=arc')).body.items).toEqual([]);
});

it('checks the whole file before anything is written, with the field of each fault', async () => {
  const broken = file([entry('ok-1'), entry('bad-1', { elements: [] })], [phrase('BAD')]);
  const answer = await load(chief, broken);
  expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
  expect(answer.body.params.problems.map(({ field }: any) => field)).toEqual(
    expect.arrayContaining(['library.templates.1.sections.findings', 'library.phrases.0.shortcut']),
  );
  expect(await keysOf(chief, 'hospital')).not.toContain('ok-1');
});

it('takes files only for shelves that the caller keeps', async () => {
  const library = file([entry('r-1')]);
  const statuses = await Promise.all([
    load(writer, library),
    load(chief, library, { level: 'public' }),
    load(admin, library),
    load(chief, library, { hospitalId: county.hospitals[1]!.id }),
    load(writer, library, { level: 'personal' }),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 404, 200]);
});

it('gives a file that can be taken elsewhere as it is', async () => {
  await load(writer, file([entry('exp-a'), entry('exp-b', { modality: 'CT' })], [phrase('exp')]), {
    level: 'personal',
  });
  const whole = await writer.get('/api/templates/export?level=personal');
  expect(whole.body.templates.map((one: any) => one.key)).toEqual(expect.arrayContaining(['exp-a', 'exp-b']));
  expect(whole.body.phrases).toEqual([{ ...phrase('exp'), section: null }]);
  const colleague = await signIn(system, county, 'writer12');
  const taken = await load(colleague, whole.body, { level: 'personal' });
  expect(taken.body.templates.created).toBe(whole.body.templates.length);
  expect((await colleague.get('/api/templates/export?level=personal')).body).toEqual(whole.body);

  const ct = await writer.get('/api/templates/export?level=personal&modality=CT');
  expect([ct.body.templates.map((one: any) => one.key), ct.body.phrases]).toEqual([['exp-b'], []]);
  const [own] = (await writer.get('/api/templates?q=exp-a&level=personal')).body.items;
  const selected = await writer.get(`/api/templates/export?level=personal&ids=${own.templateId}`);
  expect(selected.body.templates.map((one: any) => one.key)).toEqual(['exp-a']);
  expect((await colleague.get(`/api/templates/export?level=personal&ids=${own.templateId}`)).status).toBe(404);
});

it('installs the starter set once, and leaves what the county made of it', async () => {
  const templates = system.get(Templates);
  const install = () => system.db.write(system.ctx(county.countyId), (tx) => templates.installStarter(tx));
  const first = await install();
  expect(first.templates).toMatchObject({ created: STARTER_LIBRARY.templates.length, kept: 0 });
  expect(first.phrases.created).toBe(STARTER_LIBRARY.phrases.length);
  const [one] = (await admin.get('/api/templates?q=胸部正位&normal=true&modality=DX')).body.items;
  const detail = (await admin.get(`/api/templates/${one.templateId}`)).body;
  const edit = { version: 1, ...detail.content, title: '胸部正位（本县）' };
  expect((await admin.put(`/api/templates/${one.templateId}`, edit)).status).toBe(200);
  const second = await install();
  expect(second.templates).toMatchObject({ created: 0, kept: 1, unchanged: STARTER_LIBRARY.templates.length - 1 });
  const third = await admin.post('/api/templates/import', { level: 'public', starter: true, onConflict: 'keep' });
  expect(third.body).toEqual(second);
  const files = (await writer.get('/api/templates/export?level=public')).body;
  expect(files.templates).toHaveLength(STARTER_LIBRARY.templates.length);
  const elsewhere = await signIn(system, county, 'chief2');
  expect((await load(elsewhere, files)).body.templates.created).toBe(STARTER_LIBRARY.templates.length);
});
