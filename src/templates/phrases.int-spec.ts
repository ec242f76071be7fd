import { seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { auditOf } from './template.fixture';

let system: System;
let county: TestCounty;
let admin: JsonClient;
let chief: JsonClient;
let writer: JsonClient;
let elsewhere: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  [admin, chief, writer, elsewhere] = await Promise.all(
    ['admin', 'chief1', 'writer11', 'writer21'].map((name) => signIn(system, county, name)) as [any, any, any, any],
  );
});
afterAll(() => system.stop());

const phrase = (shortcut: string, level: string, changes: object = {}) => ({
  shortcut,
  level,
  title: '结合临床',
  text: `${level}：请结合临床。`,
  ...changes,
});
async function created(client: JsonClient, body: object): Promise<string> {
  const answer = await client.post('/api/phrases', body);
  expect([answer.status, answer.body.version]).toEqual([201, 1]);
  return answer.body.phraseId;
}
const found = async (client: JsonClient, query: string): Promise<string[]> =>
  (await client.get(`/api/phrases?${query}`)).body.items.map((item: any) => `${item.shortcut} ${item.level}`);

it('offers the own phrase before the hospital’s and the public one of the same shortcut', async () => {
  await created(admin, phrase('aa', 'public'));
  await created(chief, phrase('aa', 'hospital'));
  await created(writer, phrase('aa', 'personal'));
  await created(writer, phrase('ab', 'personal', { title: '复查', section: 'recommendation' }));
  expect(await found(writer, 'q=;a')).toEqual(['aa personal', 'aa hospital', 'aa public', 'ab personal']);
  expect(await found(writer, 'q=；AB')).toEqual(['ab personal']);
  expect(await found(writer, 'q=复查')).toEqual(['ab personal']);
  expect(await found(writer, 'q=jhlc&level=public')).toEqual(['aa public']);
  expect(await found(writer, 'q=a&section=findings')).toEqual(['aa personal', 'aa hospital', 'aa public']);
  expect(await found(elsewhere, 'q=a')).toEqual(['aa public']);
  expect(await found(admin, 'level=personal')).toEqual([]);
  const first = await writer.get('/api/phrases?q=a&limit=2');
  const next = await writer.get(`/api/phrases?q=a&limit=2&cursor=${first.body.nextCursor}`);
  expect(next.body.items.map((item: any) => `${item.shortcut} ${item.level}`)).toEqual(['aa public', 'ab personal']);
  expect(next.body.nextCursor).toBeNull();
});

it('changes and deletes one at the version that was seen, with a trace', async () => {
  const id = await created(writer, phrase('ch', 'personal'));
  const { level: _, ...content } = phrase('ch2', 'personal', { text: '新句。' });
  const changed = await writer.put(`/api/phrases/${id}`, { version: 1, ...content });
  expect([changed.status, changed.body]).toEqual([200, { phraseId: id, version: 2 }]);
  const stale = await writer.put(`/api/phrases/${id}`, { version: 1, ...content });
  expect([stale.status, stale.body.code, stale.body.params.version]).toEqual([409, 'phrase_changed', 2]);
  expect((await writer.request('DELETE', `/api/phrases/${id}?version=1`)).status).toBe(409);
  expect((await writer.request('DELETE', `/api/phrases/${id}?version=2`)).status).toBe(204);
  expect(await found(writer, 'q=ch2')).toEqual([]);
  expect(await auditOf(system, county, id)).toEqual([
    'phrase.create 报告11',
    'phrase.change 报告11',
    'phrase.delete 报告11',
  ]);
});

it('keeps one phrase behind a shortcut of a shelf', async () => {
  await created(writer, phrase('one', 'personal'));
  const id = await created(writer, phrase('two', 'personal'));
  const again = await writer.post('/api/phrases', phrase('one', 'personal'));
  expect([again.status, again.body.code, again.body.params.shortcut]).toEqual([409, 'shortcut_taken', 'one']);
  const { level: _, ...content } = phrase('one', 'personal');
  expect((await writer.put(`/api/phrases/${id}`, { version: 1, ...content })).body.code).toBe('shortcut_taken');
});

it('deletes one as it is when no version is named', async () => {
  const id = await created(writer, phrase('dl', 'personal'));
  expect((await writer.request('DELETE', `/api/phrases/${id}?version=x`)).status).toBe(400);
  expect((await writer.request('DELETE', `/api/phrases/${id}`)).status).toBe(204);
  expect((await writer.request('DELETE', `/api/phrases/${id}`)).status).toBe(404);
});

it('lets nobody at another’s shelf', async () => {
  const shelves = { public: admin, hospital: chief, personal: writer };
  for (const [level, owner] of Object.entries(shelves)) {
    const id = await created(owner, phrase('zz', level));
    const { level: _, ...content } = phrase('zy', level);
    for (const [name, client] of Object.entries({ admin, chief, writer, elsewhere })) {
      if (client === owner) continue;
      const sees = level === 'public' || (level === 'hospital' && name === 'writer');
      const answer = await client.put(`/api/phrases/${id}`, { version: 1, ...content });
      expect([level, name, answer.status]).toEqual([level, name, sees ? 403 : 404]);
      const removed = await client.request('DELETE', `/api/phrases/${id}?version=1`);
      expect([level, name, removed.status]).toEqual([level, name, sees ? 403 : 404]);
    }
  }
  expect((await writer.post('/api/phrases', phrase('zx', 'hospital'))).status).toBe(403);
});
