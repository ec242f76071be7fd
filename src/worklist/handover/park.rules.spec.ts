import { MAX_PARK_MS, NOT_PARKED, parked, parkFault, parkView } from './park.rules';

const NOW = new Date('2026-03-02T02:00:00Z');
const after = (ms: number): Date => new Date(NOW.getTime() + ms);
const LEASE = 15 * 60_000;

it.each([
  ['now', 0, 'too_short'],
  ['in the past', -1, 'too_short'],
  ['a moment', 1, undefined],
  ['the longest', MAX_PARK_MS, undefined],
  ['longer', MAX_PARK_MS + 1, 'too_long'],
] as const)('until %s: %s', (_, length, fault) => {
  expect(parkFault(after(length), NOW)).toBe(fault);
});

it('keeps the lease one lease beyond the limit, and shows reason and limit', () => {
  const columns = parked({ until: after(60_000), reason: '等待既往片' }, LEASE, NOW);
  expect(columns.lease_until).toEqual(after(60_000 + LEASE));
  expect(parkView(columns)).toEqual({ reason: '等待既往片', until: after(60_000), since: NOW });
});

it('shows nothing of what is not parked', () => {
  expect(parkView(NOT_PARKED)).toBeNull();
});
