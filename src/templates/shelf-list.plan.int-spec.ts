import { DataSource } from 'typeorm';
import { seedCounty, type TestCounty } from '../../test/harness/county';
import { indexesOf, lookedAt, planOf } from '../../test/harness/plan';
import { startSystem, type System } from '../../test/harness/system';
import type { Ctx } from '../platform/context';
import { phraseListSql, type Statement, templateListSql } from './shelf-list.sql';
import { listPhrasesSchema, listTemplatesSchema } from './templates.dto';

/** Far more than a county has: 20,000 of each on some 100 shelves, a tenth of them on the public one. */
const ROWS = 20_000;
let system: System;
let county: TestCounty;
let reader: Ctx;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  const person = county.people.get('writer11')!.id;
  reader = {
    ...system.ctx(county.countyId),
    actor: {
      kind: 'person',
      id: person,
      name: '甲',
      permissions: new Set(['template.use']),
      clinicIds: [],
      hospitalIds: [county.hospitals[0]!.id],
      countyWide: false,
    },
  };
  const owner = await new DataSource({ type: 'postgres', url: system.databaseUrl }).initialize();
  const people = [...county.people.values()].map(({ id }) => id);
  await owner.query(TEMPLATES, [county.countyId, people]);
  await owner.query(PHRASES, [county.countyId, people]);
  await owner.query('ANALYZE report_template, phrase');
  await owner.destroy();
});
afterAll(() => system.stop());

const SHELF = `CASE WHEN g % 10 = 0 THEN 'public' ELSE 'personal' END, CASE WHEN g % 10 > 0 THEN ($2::uuid[])[1 + g % cardinality($2)] END`;
const TEMPLATES = `
  INSERT INTO report_template (id, county_id, level, owner_id, template_key, state, version, published_version, title,
    title_pinyin, title_initials, modality, body_part, normal, created_at, updated_at)
  SELECT gen_random_uuid(), $1, ${SHELF}, 't' || g, 'published', 1, 1, '模板' || g, 'muban' || g, 'mb' || g,
    (ARRAY['CT', 'DX'])[1 + g % 2], (ARRAY['CHEST', 'HEAD', 'KNEE'])[1 + g % 3], g % 4 = 0, now(), now()
  FROM generate_series(1, ${ROWS}) g`;
const PHRASES = `
  INSERT INTO phrase (id, county_id, level, owner_id, shortcut, title, title_pinyin, title_initials, text, version, created_at, updated_at)
  SELECT gen_random_uuid(), $1, ${SHELF}, 'p' || g, '短语' || g, 'duanyu' || g, 'dy' || g, '短语', 1, now(), now()
  FROM generate_series(1, ${ROWS}) g`;

/** The indexes of a table that were walked, and the rows that were looked at. */
async function walked(statement: Statement | undefined, table: string): Promise<{ indexes: string[]; looked: number }> {
  const { text, params } = statement!;
  const nodes = await planOf(system, county.countyId, text, params);
  const reads = nodes.filter((node) => node['Relation Name'] === table);
  expect(reads.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  return { indexes: indexesOf(reads), looked: lookedAt(reads, table) };
}

const FAR = ['DX', 'CHEST', 1, 'muban5', '01900000-0000-7000-8000-000000000000'] as const;

it.each([
  ['everything', {}, null],
  ['everything, far down', {}, FAR],
  ['one modality', { modality: 'DX' }, null],
  ['one modality and body part', { modality: 'DX', bodyPart: 'CHEST' }, null],
  ['one modality and body part, far down', { modality: 'DX', bodyPart: 'CHEST' }, FAR],
])('the list of templates: %s walks the shelves’ index, a page of each', async (_, query, after) => {
  const statement = templateListSql(reader, listTemplatesSchema.parse(query), after);
  const { indexes, looked } = await walked(statement, 'report_template');
  expect(indexes).toEqual(['report_template_list']);
  expect(looked).toBeLessThan(300);
});

it('a search reads no further than the caller’s own shelves', async () => {
  const statement = templateListSql(reader, listTemplatesSchema.parse({ q: '模板12' }), null);
  const { looked } = await walked(statement, 'report_template');
  expect(looked).toBeLessThan(ROWS / 4);
});

it.each([
  ['everything', null],
  ['far down', ['p5', 2, '01900000-0000-7000-8000-000000000000'] as const],
])('the list of phrases: %s walks the shelves’ index', async (_, after) => {
  const { indexes, looked } = await walked(phraseListSql(reader, listPhrasesSchema.parse({}), after), 'phrase');
  expect(indexes).toEqual(['phrase_shortcut']);
  expect(looked).toBeLessThan(300);
});
