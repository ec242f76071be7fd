import { nextEscalation, tells } from './escalation.rules';

const OPENED = new Date('2026-03-02T00:00:00Z');
const HOURS = { patientHeadHours: 4, patientCountyHours: 24 };

it.each([
  [0, '2026-03-02T04:00:00Z', 'head'],
  [1, '2026-03-03T00:00:00Z', 'county'],
  [2, '2026-03-04T00:00:00Z', 'county'],
  [9, '2026-03-11T00:00:00Z', 'county'],
])('escalates for the %s. time at %s to the %s', (level, at, to) => {
  expect(nextEscalation(OPENED, level, HOURS)).toEqual(new Date(at));
  expect(tells(level)).toBe(to);
});
