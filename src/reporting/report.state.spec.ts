import { KINDS_AFTER, mayFollow, REPORT_KINDS, type ReportKind } from './report.state';

/** Every pair, written out: what follows nothing, and what follows each kind. */
const ALLOWED: Record<ReportKind | 'none', string> = {
  none: 'preliminary final',
  preliminary: 'final void',
  final: 'corrected addendum demographics void',
  corrected: 'corrected addendum demographics void',
  addendum: 'corrected addendum demographics void',
  demographics: 'corrected addendum demographics void',
  void: '',
};

const pairs = (Object.keys(KINDS_AFTER) as (ReportKind | 'none')[]).flatMap((latest) =>
  REPORT_KINDS.map((next) => [latest, next, ALLOWED[latest].split(' ').includes(next)] as const),
);

it('knows what may follow nothing and each of the six kinds', () => {
  expect(pairs).toHaveLength(42);
});

it.each(pairs)('after %s a %s version: %p', (latest, next, allowed) => {
  expect(mayFollow(latest === 'none' ? null : latest, next)).toBe(allowed);
});
