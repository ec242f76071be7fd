import { seedCounty, signIn } from '../../test/harness/county';
import type { Answer, JsonClient } from '../../test/harness/json-client';
import { type System, startSystem } from '../../test/harness/system';

let system: System;
let auditor: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  auditor = await signIn(system, await seedCounty(system), 'auditor');
});
afterAll(() => system?.stop());

it('lists page by page, each row once, and by action', async () => {
  const seen: string[] = [];
  const all = (await auditor.get('/api/audit?limit=200')).body.items as { auditId: string; action: string }[];
  let cursor: string | null = null;
  do {
    const { body }: Answer = await auditor.get(`/api/audit?limit=7${cursor ? `&cursor=${cursor}` : ''}`);
    seen.push(...body.items.map((item: { auditId: string }) => item.auditId));
    cursor = body.nextCursor;
  } while (cursor);
  expect(seen.length).toBeGreaterThan(7);
  expect(seen).toEqual(all.map(({ auditId }) => auditId));
  const { action } = all.at(-1)!;
  const found = await auditor.get(`/api/audit?limit=200&action=${action}`);
  expect(found.body.items).toEqual(all.filter((item) => item.action === action));
});

const forged = (position: unknown[]): string => Buffer.from(JSON.stringify(position)).toString('base64url');

it.each([
  ['action', 'action=exam.claim%00'],
  ['cursor', `cursor=${forged(['x', 'y'])}`],
  ['cursor', `cursor=${forged([1, 2])}`],
  ['cursor', `cursor=${forged([null, null])}`],
  ['cursor', `cursor=${forged(['2026-03-02T01:00:00.000Z', 'x'])}`],
])('refuses a bad %s: %s', async (field, query) => {
  const { status, body } = await auditor.get(`/api/audit?${query}`);
  expect([status, body.code, body.params.field]).toEqual([400, 'invalid_input', field]);
});
