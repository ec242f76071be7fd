import { existsSync, readFileSync } from 'node:fs';
import { HAZARDS } from './hazards.mjs';

const page = readFileSync('docs/safety.md', 'utf8');
/** The rows of the page's table by the id in their last column. */
const rows = new Map(
  page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => {
      const id = /`([a-z-]+)` \|$/.exec(line)?.[1];
      return id ? [[id, line] as const] : [];
    }),
);

it('the table of docs/safety.md and the seeded defects are the same list, in the same order', () => {
  expect([...rows.keys()]).toEqual(HAZARDS.map(({ id }) => id));
  expect(new Set(HAZARDS.map(({ id }) => id)).size).toBe(HAZARDS.length);
});

describe.each(HAZARDS.map((hazard) => [hazard.id, hazard] as const))('%s', (id, { hazard, defect, test }) => {
  it('names in the table its hazard, every file of its barrier and its test', () => {
    const named = [hazard.zh, hazard.en, test.spec, ...defect.map(({ file }) => file)];
    expect(named.filter((name) => !rows.get(id)?.includes(name))).toEqual([]);
  });

  it('finds its barrier exactly once, and its test', () => {
    const places = defect.map(({ file, search }) => readFileSync(file, 'utf8').split(search).length - 1);
    expect(places).toEqual(defect.map(() => 1));
    expect([test.name !== '', existsSync(test.spec)]).toEqual([true, true]);
  });
});
