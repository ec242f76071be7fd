import {
  KINDS_AFTER,
  mayFollow,
  REPORT_KINDS,
  type ReportKind,
  type Standing,
  standingOf,
  takesPlaceOf,
} from './report.state';

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

/** What each kind takes the place of; an addendum is kept by corrected demographics alone. */
const TAKES: Record<ReportKind, readonly ReportKind[]> = {
  preliminary: REPORT_KINDS,
  final: REPORT_KINDS,
  corrected: REPORT_KINDS,
  addendum: [],
  demographics: REPORT_KINDS.filter((kind) => kind !== 'addendum'),
  void: REPORT_KINDS,
};

it.each(REPORT_KINDS.flatMap((later) => REPORT_KINDS.map((earlier) => [later, earlier] as const)))(
  'a later %s version against an earlier %s one',
  (later, earlier) => {
    expect(takesPlaceOf(later, earlier)).toBe(TAKES[later].includes(earlier));
  },
);

it('a chain ends in its latest kind, unless that version was recalled', () => {
  expect(standingOf(undefined)).toBe('none');
  expect(standingOf({ kind: 'final' })).toBe('final');
  expect(standingOf({ kind: 'final', recalled: true })).toBe('recalled');
});
