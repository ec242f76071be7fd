import { type ListQuery, pageSql } from './list.sql';

const query = (changes: Partial<ListQuery> = {}): ListQuery => ({
  countyId: 'county',
  personId: 'me',
  clinicIds: null,
  after: null,
  limit: 50,
  ...changes,
});
const selects = (text: string): number => text.match(/FROM reading_item/g)?.length ?? 0;

it('keeps every value out of the text', () => {
  const { text, params } = pageSql(
    query({ q: "'; DROP TABLE exam; --", modality: 'CT', state: ['QUEUED', 'REVISING'] }),
  );
  expect(text).not.toContain('DROP');
  expect(params).toContain("'; DROP TABLE exam; --");
});

it('uses every parameter it sends', () => {
  for (const given of [
    {},
    { mine: true },
    { hospital: 'h' },
    { q: 'zs' },
    { q: '张' },
    { mine: true, hospital: 'h', q: 'zs' },
    { state: ['QUEUED', 'REVISING'] as const },
  ]) {
    const { text, params } = pageSql(query(given as Partial<ListQuery>));
    for (let i = 1; i <= params.length; i += 1) expect([given, text.includes(`$${i}`)]).toEqual([given, true]);
  }
});

it('walks one index per alternative', () => {
  expect(selects(pageSql(query()).text)).toBe(1);
  expect(selects(pageSql(query({ state: ['QUEUED'] })).text)).toBe(1);
  expect(selects(pageSql(query({ state: ['QUEUED', 'PENDING_REVIEW'] })).text)).toBe(2);
  expect(selects(pageSql(query({ mine: true })).text)).toBe(3);
  expect(selects(pageSql(query({ hospital: 'h' })).text)).toBe(2);
  expect(selects(pageSql(query({ mine: true, hospital: 'h' })).text)).toBe(3);
});

it('searches Chinese as a name and letters as everything they may be', () => {
  expect(pageSql(query({ q: '张 三' })).params).toContain('张三');
  expect(selects(pageSql(query({ q: '张' })).text)).toBe(1);
  expect(pageSql(query({ q: 'Zhang San' })).params).toEqual(expect.arrayContaining(['Zhang San', 'zhangsan']));
  expect(selects(pageSql(query({ q: 'zs' })).text)).toBe(4);
  expect(selects(pageSql(query({ q: 'CT0001' })).text)).toBe(2);
});

it('shows only open items unless another state is asked for', () => {
  expect(pageSql(query()).text).toContain("'CONSULTING')");
  expect(pageSql(query({ state: ['QUEUED'] })).text).toContain("'CONSULTING')");
  expect(pageSql(query({ state: ['SIGNED'] })).text).not.toContain("'CONSULTING')");
});
