import { believable, believableSql } from './device-clock.rules';

const ARRIVED = new Date('2026-03-31T08:00:00Z');

it.each([
  ['an hour before', '2026-03-31T07:00:00Z', true],
  ['thirty days before', '2026-03-01T08:00:00Z', true],
  ['a moment more than that', '2026-03-01T07:59:59.999Z', false],
  ['years before', '2003-01-01T00:00:00Z', false],
  ['after it arrived', '2026-03-31T08:00:01Z', true],
])('a clock %s', (_, clock, expected) => {
  expect(believable(new Date(clock), ARRIVED)).toBe(expected);
});

it('is the same in SQL, in hours: a day of a zone with summer time may have 23', () => {
  expect(believableSql('t0', 'coalesce(t2, t3)')).toBe("t0 >= coalesce(t2, t3) - interval '720 hours'");
});
