import {
  breachDue,
  type Climbing,
  dueRungs,
  escalates,
  nextDue,
  plan,
  secondsBetween,
  type Step,
} from './ladder.rules';

const FOUND = new Date('2026-03-02T01:00:00Z');
const STEPS: Step[] = [
  { afterSeconds: 300, to: ['clinic_duty'] },
  { afterSeconds: 120, to: ['ordering_doctor'] },
  { afterSeconds: 480, to: ['clinic_head', 'chief'] },
];
const minutes = (n: number): Date => new Date(FOUND.getTime() + n * 60_000);
const value = (changes: Partial<Climbing> = {}): Climbing => ({
  state: 'CONFIRMED',
  ladder: plan(FOUND, STEPS),
  rung: 0,
  acknowledged_at: null,
  breach_at: minutes(10),
  breached_at: null,
  ...changes,
});
const times = (rungs: readonly { afterSeconds: number }[]): number[] => rungs.map((rung) => rung.afterSeconds);

it('plans the steps in their order, from the moment of marking', () => {
  expect(plan(FOUND, STEPS).map((rung) => [rung.at, ...rung.to])).toEqual([
    ['2026-03-02T01:02:00.000Z', 'ordering_doctor'],
    ['2026-03-02T01:05:00.000Z', 'clinic_duty'],
    ['2026-03-02T01:08:00.000Z', 'clinic_head', 'chief'],
  ]);
});

it.each([
  [1.99, 0, []],
  [2, 0, [120]],
  [5, 1, [300]],
  [7, 2, []],
  [9, 0, [120, 300, 480]],
  [9, 3, []],
])('after %s min with %s rungs taken, takes %s', (at, rung, due) => {
  expect(times(dueRungs(value({ rung }), minutes(at)))).toEqual(due);
});

it.each(['NOTIFIED', 'ACKNOWLEDGED', 'HANDLED', 'CLOSED', 'FALSE_ALARM'] as const)('takes no rung in %s', (state) =>
  expect(dueRungs(value({ state }), minutes(60))).toEqual([]),
);

it('climbs for a suspicion that nobody answers, and never breaches', () => {
  const suspicion = value({ state: 'SUSPECTED', breach_at: null, rung: 1 });
  expect(times(dueRungs(suspicion, minutes(9)))).toEqual([300, 480]);
  expect(breachDue(suspicion, minutes(60))).toBe(false);
});

it.each<[string, Partial<Climbing>, number, boolean]>([
  ['before the limit', {}, 9.99, false],
  ['at the limit', {}, 10, true],
  ['at the limit although the call is recorded', { state: 'NOTIFIED' }, 10, true],
  ['when the clinic has acknowledged', { state: 'ACKNOWLEDGED', acknowledged_at: minutes(3) }, 11, false],
  ['when it is known already', { breached_at: minutes(10) }, 11, false],
  ['when it was a false alarm', { state: 'FALSE_ALARM' }, 11, false],
])('breaches %s', (_, changes, at, breached) => {
  expect(breachDue(value(changes), minutes(at))).toBe(breached);
});

it.each<[string, Partial<Climbing>, number | null]>([
  ['the first rung', {}, 2],
  ['the next rung', { rung: 1 }, 5],
  ['the limit after the last rung', { rung: 3, state: 'ESCALATED' }, 10],
  ['the limit when the call is recorded', { rung: 1, state: 'NOTIFIED' }, 10],
  ['nothing when the clinic has acknowledged', { state: 'ACKNOWLEDGED', acknowledged_at: minutes(1) }, null],
  ['a rung that lies behind the limit', { rung: 2, breached_at: minutes(10), state: 'ESCALATED' }, 8],
  ['nothing when all is done', { rung: 3, breached_at: minutes(10), state: 'ESCALATED' }, null],
  ['nothing of a suspicion that has no steps', { state: 'SUSPECTED', breach_at: null, ladder: [] }, null],
  ['the first rung of a suspicion', { state: 'SUSPECTED', breach_at: null }, 2],
  ['nothing after the last rung of a suspicion', { state: 'SUSPECTED', breach_at: null, rung: 3 }, null],
])('looks again at %s', (_, changes, at) => {
  expect(nextDue(value(changes))).toEqual(at === null ? null : minutes(at));
});

it.each([
  [['ordering_doctor'], false],
  [['clinic_duty', 'ordering_doctor'], false],
  [['clinic_head'], true],
  [['clinic_duty', 'chief'], true],
  [['county_admin'], true],
] as const)('%s escalates: %s', (to, expected) => expect(escalates({ to })).toBe(expected));

it('never counts backwards', () => {
  expect(secondsBetween(FOUND, minutes(2))).toBe(120);
  expect(secondsBetween(minutes(2), FOUND)).toBe(0);
});
