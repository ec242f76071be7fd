import type { ReportKind } from '../../reporting';
import { inForce } from './in-force.rules';

/** Kinds in the order of signing. */
it.each<[ReportKind[], ReportKind[]]>([
  [['final'], ['final']],
  [['preliminary', 'final'], ['final']],
  [
    ['final', 'addendum', 'addendum'],
    ['final', 'addendum', 'addendum'],
  ],
  [
    ['final', 'addendum', 'demographics'],
    ['final', 'addendum', 'demographics'],
  ],
  [
    ['final', 'demographics', 'addendum'],
    ['final', 'demographics', 'addendum'],
  ],
  [['final', 'addendum', 'corrected'], ['corrected']],
  [
    ['final', 'addendum', 'corrected', 'addendum', 'demographics'],
    ['corrected', 'addendum', 'demographics'],
  ],
  [['final', 'addendum', 'void'], ['void']],
])('of %j, %j are in force', (signed, expected) => {
  const newestFirst = [...signed].reverse().map((kind) => ({ kind }));
  expect(
    inForce(newestFirst)
      .map(({ kind }) => kind)
      .reverse(),
  ).toEqual(expected);
});
