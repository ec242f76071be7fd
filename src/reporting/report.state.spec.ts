import { KINDS_AFTER, mayFollow, REPORT_KINDS, type Standing, standingOf } from './report.state';

/** Every pair, written out: what follows nothing, and what follows each kind. */
const ALLOWED: Record<Standing, string> = {
  none: 'preliminary final',
  preliminary: 'final void',
  final: 'corrected addendum demographics void',
  corrected: 'corrected addendum demographics void',
  addendum: 'corrected addendum demographics void',
  demographics: 'corrected addendum demographics void',
  void: '',
  recalled: 'final void',
};

const pairs = (Object.keys(KINDS_AFTER) as Standing[]).flatMap((latest) =>
  REPORT_KINDS.map((next) => [latest, next, ALLOWED[latest].split(' ').includes(next)] as const),
);

it('knows what may follow nothing, each of the six kinds, and a recalled version', () => {
  expect(pairs).toHaveLength(48);
});

it.each(pairs)('after %s a %s version: %p', (latest, next, allowed) => {
  expect(mayFollow(latest, next)).toBe(allowed);
});

it('a chain ends in its latest kind, unless that version was recalled', () => {
  expect(standingOf(undefined)).toBe('none');
  expect(standingOf({ kind: 'final' })).toBe('final');
  expect(standingOf({ kind: 'final', recalled: true })).toBe('recalled');
});
