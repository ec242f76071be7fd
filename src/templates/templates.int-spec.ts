import { seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { auditOf, contentOfDraft, draftOf } from './template.fixture';
import { Templates } from './templates';

let system: System;
let county: TestCounty;
let other: TestCounty;
const people = new Map<string, JsonClient>();

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  other = await seedCounty(system, { code: 'b' });
  for (const name of [
    'writer11',
    'writer12',
    'reviewer11',
    'trainee11',
    'chief1',
    'chief2',
    'writer21',
    'admin',
    'tech01',
  ])
    people.set(name, await signIn(system, county, name));
  people.set('writer11.b', await signIn(system, other, 'writer11'));
  people.set('admin.b', await signIn(system, other, 'admin'));
});
afterAll(() => system.stop());

const as = (name: string): JsonClient => people.get(name)!;
async function created(name: string, changes: object = {}): Promise<string> {
  const answer = await as(name).post('/api/templates', draftOf({ publish: true, ...changes }));
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body.templateId;
}
const titles = async (name: string, query = ''): Promise<string[]> =>
  (await as(name).get(`/api/templates?${query}`)).body.items.map((item: any) => item.title);

describe('who sees and changes what', () => {
  let shelf: Record<'public' | 'hospital' | 'personal', string>;
  beforeAll(async () => {
    shelf = {
      public: await created('admin', { level: 'public', title: '公共一' }),
      hospital: await created('chief1', { level: 'hospital', title: '医院一' }),
      personal: await created('writer11', { level: 'personal', title: '个人一' }),
    };
  });

  it.each([
    ['writer11', ['public', 'hospital', 'personal'], ['personal']],
    ['writer12', ['public', 'hospital'], []],
    ['trainee11', ['public', 'hospital'], []],
    ['chief1', ['public', 'hospital'], ['hospital']],
    ['writer21', ['public'], []],
    ['chief2', ['public'], []],
    ['admin', ['public'], ['public']],
    ['writer11.b', [], []],
    ['admin.b', [], []],
  ])('%s: reads %j, changes %j; everything else is not there', async (name, reads, writes) => {
    const client = as(name);
    for (const [level, id] of Object.entries(shelf)) {
      const seen = reads.includes(level) ? 200 : 404;
      const refused = reads.includes(level) ? 403 : 404;
      expect([level, (await client.get(`/api/templates/${id}`)).status]).toEqual([level, seen]);
      expect((await client.post(`/api/templates/${id}/render`, { values: {} })).status).toBe(seen);
      const edited = await client.put(`/api/templates/${id}`, { version: 99, ...contentOfDraft() });
      // Whoever may write is told that the version is an old one; nobody else gets that far.
      expect([level, edited.status]).toEqual([level, writes.includes(level) ? 409 : refused]);
      for (const move of ['publish', 'archive', 'restore']) {
        const moved = await client.post(`/api/templates/${id}/${move}`, { version: 99 });
        expect([level, move, moved.status]).toEqual([level, move, writes.includes(level) ? 409 : refused]);
      }
    }
    const listed = (await client.get('/api/templates?limit=200')).body.items.map((item: any) => item.templateId);
    expect(
      Object.entries(shelf)
        .filter(([, id]) => listed.includes(id))
        .map(([level]) => level),
    ).toEqual(reads);
  });

  it.each([
    ['writer11', 'public', 403],
    ['chief1', 'public', 403],
    ['writer11', 'hospital', 403],
    ['admin', 'hospital', 403],
    ['admin', 'personal', 403],
    ['tech01', 'personal', 403],
  ])('%s cannot put one on the %s shelf', async (name, level, status) => {
    expect((await as(name).post('/api/templates', draftOf({ level }))).status).toBe(status);
  });

  it('does not know another hospital', async () => {
    const hospitalId = county.hospitals[1]!.id;
    const answer = await as('chief1').post('/api/templates', draftOf({ level: 'hospital', hospitalId }));
    expect([answer.status, answer.body.params.field]).toEqual([404, 'hospitalId']);
  });

  it('shows the draft of a hospital to nobody but its chief', async () => {
    const id = await created('chief1', { level: 'hospital', title: '草稿一', publish: false });
    expect((await as('writer11').get(`/api/templates/${id}`)).status).toBe(404);
    expect((await as('writer11').put(`/api/templates/${id}`, { version: 1, ...contentOfDraft() })).status).toBe(404);
    expect(await titles('writer11', 'state=draft&limit=200')).not.toContain('草稿一');
    expect(await titles('chief1', 'state=draft&limit=200')).toContain('草稿一');
    expect(await titles('chief1', 'limit=200')).not.toContain('草稿一');
  });
});

describe('versions', () => {
  it('keep the published one in use until the next is published, and remember every one', async () => {
    const id = await created('chief1', { level: 'hospital', title: '第一版' });
    const edited = await as('chief1').put(`/api/templates/${id}`, {
      version: 1,
      ...contentOfDraft({ title: '第二版' }),
    });
    expect([edited.status, edited.body]).toEqual([200, { templateId: id, version: 2, state: 'published' }]);

    const reader = await as('writer11').get(`/api/templates/${id}`);
    expect(reader.body).toMatchObject({ title: '第一版', shownVersion: 1, publishedVersion: 1, writable: false });
    expect(reader.body.versions).toHaveLength(1);
    expect((await as('writer11').get(`/api/templates/${id}?version=2`)).status).toBe(404);
    expect((await as('writer11').post(`/api/templates/${id}/render`, { values: {} })).body.version).toBe(1);
    const writer = await as('chief1').get(`/api/templates/${id}`);
    expect(writer.body).toMatchObject({
      version: 2,
      publishedVersion: 1,
      shownVersion: 2,
      content: { title: '第二版' },
    });
    expect((await as('chief1').get(`/api/templates/${id}?version=1`)).body.content.title).toBe('第一版');

    expect((await as('chief1').post(`/api/templates/${id}/publish`, { version: 2 })).status).toBe(200);
    expect((await as('writer11').get(`/api/templates/${id}`)).body).toMatchObject({ title: '第二版', shownVersion: 2 });
    const again = await as('chief1').post(`/api/templates/${id}/publish`, { version: 2 });
    expect([again.status, again.body.code]).toEqual([409, 'nothing_to_publish']);
    expect(await auditOf(system, county, id)).toEqual([
      'template.create 主任1',
      'template.edit 主任1',
      'template.publish 主任1',
    ]);
  });

  it('are never changed, whatever is tried', async () => {
    const id = await created('writer11');
    const change = system.db.write(system.ctx(county.countyId), (tx) =>
      tx.change("UPDATE report_template_version SET content = '{}' WHERE template_id = $1", [id]),
    );
    await expect(change).rejects.toThrow(/permission denied/);
  });

  it('are not lost by two who edit at once: one wins, the others are told the version', async () => {
    const id = await created('writer11');
    const edits = Array.from({ length: 8 }, (_, i) =>
      as('writer11').put(`/api/templates/${id}`, { version: 1, ...contentOfDraft({ title: `改${i}` }) }),
    );
    const answers = await Promise.all(edits);
    const [won, ...lost] = answers.toSorted((a, b) => a.status - b.status);
    expect(won!.body.version).toBe(2);
    expect(lost.map(({ status, body }) => [status, body.code, body.params.version])).toEqual(
      Array.from({ length: 7 }, () => [409, 'template_changed', 2]),
    );
    expect((await as('writer11').get(`/api/templates/${id}`)).body.versions).toHaveLength(2);
  });

  it('come back from the archive as a draft', async () => {
    const id = await created('writer11', { title: '旧' });
    const move = (what: string) => as('writer11').post(`/api/templates/${id}/${what}`, { version: 1 });
    expect((await move('archive')).body.state).toBe('archived');
    expect(await titles('writer11', 'q=旧')).toEqual([]);
    expect(await titles('writer11', 'q=旧&state=archived')).toEqual(['旧']);
    const edit = await as('writer11').put(`/api/templates/${id}`, { version: 1, ...contentOfDraft() });
    expect([edit.status, edit.body.code, edit.body.params]).toMatchObject([
      409,
      'template_state',
      { state: 'archived' },
    ]);
    expect((await move('archive')).body.code).toBe('template_state');
    expect((await move('restore')).body.state).toBe('draft');
    expect((await move('publish')).body.state).toBe('published');
  });

  it('have one key each on their shelf', async () => {
    await created('writer11', { key: 'mine' });
    const again = await as('writer11').post('/api/templates', draftOf({ key: 'mine' }));
    expect([again.status, again.body.code]).toEqual([409, 'template_key_taken']);
    await created('writer12', { key: 'mine' });
  });
});

describe('filling', () => {
  it('answers sections, what is open, what does not fit', async () => {
    const id = await created('writer11');
    const render = (body: object) => as('writer11').post(`/api/templates/${id}/render`, body);
    const whole = await render({ values: { 部位: ['右下肺野'] } });
    expect([whole.status, whole.body]).toMatchObject([
      200,
      {
        sections: { findings: '右下肺野见斑片状影。', impression: '右下肺野炎症。' },
        unresolved: [],
        problems: [],
        version: 1,
      },
    ]);
    const open = await render({ values: { 形态: '圆形' } });
    expect(open.body.sections.impression).toBe('{部位}炎症。');
    expect(open.body.problems).toEqual([{ key: '形态', code: 'not_an_option', problem: '只能是 斑片状、片状' }]);
    for (const values of [{ 部位: { a: 1 } }, { 部位: 'x'.repeat(501) }, { 部位: '一\n二' }])
      expect((await render({ values })).status).toBe(400);
  });

  it('is counted as a use only where a report takes it, by somebody who may', async () => {
    const id = await created('chief1', { level: 'hospital', title: '常用' });
    const templates = system.get(Templates);
    const use = (countyId: string) => system.db.write(system.ctx(countyId), (tx) => templates.used(tx, id));
    // The system of this county has no hospital: only public ones are its own.
    expect(await use(county.countyId)).toBe(false);
    const shared = await created('admin', { level: 'public', title: '公用' });
    const times = Array.from({ length: 5 }, () =>
      system.db.write(system.ctx(county.countyId), (tx) => templates.used(tx, shared)),
    );
    await Promise.all(times);
    const seen = await as('writer11').get(`/api/templates/${shared}`);
    expect([seen.body.usedCount, typeof seen.body.lastUsedAt]).toEqual([5, 'string']);
    expect(await system.db.write(system.ctx(other.countyId), (tx) => templates.used(tx, shared))).toBe(false);
  });
});

describe('the list', () => {
  it.each([
    ['q=骨折', ['肋骨骨折（个人）']],
    ['q=gz', ['肋骨骨折（个人）']],
    ['q=guzhe', ['肋骨骨折（个人）']],
    ['q=肋 gr', ['肋骨骨折（个人）']],
    ['q=骨折 xb', []],
    ['q=%25', []],
    ['bodyPart=肋骨正位&level=personal', ['肋骨骨折（个人）']],
    ['bodyPart=不明', []],
    ['modality=CR&bodyPart=RIB&level=personal', ['肋骨骨折（个人）']],
    ['modality=CT&level=personal', ['子宫平扫']],
    ['modality=CT&level=personal&sex=M', []],
    ['modality=CT&level=personal&sex=F', ['子宫平扫']],
    ['normal=true&level=personal', ['子宫平扫']],
  ])('finds by %s', async (query, expected) => {
    if (!people.has('reviewer11.ready')) {
      people.set('reviewer11.ready', as('reviewer11'));
      await created('reviewer11', { title: '肋骨骨折（个人）', bodyPart: 'RIB' });
      await created('reviewer11', {
        title: '子宫平扫',
        modality: 'CT',
        bodyPart: 'ABDOMENPELVIS',
        sex: 'F',
        normal: true,
      });
    }
    expect(await titles('reviewer11', query)).toEqual(expected);
  });

  it('runs over pages without a gap or a double, normal ones first in each body part', async () => {
    for (let n = 0; n < 7; n += 1)
      await created('trainee11', { title: `编号${n}`, normal: n % 2 === 0, bodyPart: n < 4 ? 'KNEE' : 'FOOT' });
    const seen: any[] = [];
    let cursor: string | null = null;
    do {
      const answer: any = await as('trainee11').get(`/api/templates?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      expect(answer.status).toBe(200);
      seen.push(...answer.body.items);
      cursor = answer.body.nextCursor;
    } while (cursor);
    const whole = (await as('trainee11').get('/api/templates?limit=200')).body.items;
    expect(seen.map((item) => item.templateId)).toEqual(whole.map((item: any) => item.templateId));
    const own = seen
      .filter((item) => item.level === 'personal')
      .map((item) => `${item.bodyPart} ${item.normal} ${item.title}`);
    expect(own).toEqual([
      'FOOT true 编号4',
      'FOOT true 编号6',
      'FOOT false 编号5',
      'KNEE true 编号0',
      'KNEE true 编号2',
      'KNEE false 编号1',
      'KNEE false 编号3',
    ]);
    expect((await as('trainee11').get('/api/templates?cursor=eHg')).body.params.field).toBe('cursor');
    for (const end of ['一', '二'])
      await created('trainee11', { title: `${'双'.repeat(59)}${end}`, bodyPart: 'URINARYTRACT' });
    const first = await as('trainee11').get('/api/templates?bodyPart=URINARYTRACT&limit=1');
    const next = await as('trainee11').get(
      `/api/templates?bodyPart=URINARYTRACT&limit=1&cursor=${first.body.nextCursor}`,
    );
    expect([next.status, next.body.items?.length, next.body.nextCursor]).toEqual([200, 1, null]);
  });
});
