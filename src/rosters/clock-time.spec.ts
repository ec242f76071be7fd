import { clockTime, minuteOfDay } from './clock-time';

it.each([
  ['00:00', 0],
  ['08:00', 480],
  ['17:30', 1050],
  ['23:59', 1439],
] as const)('%s is minute %d of the day', (shown, minute) => {
  expect(minuteOfDay.parse(shown)).toBe(minute);
  expect(clockTime(minute)).toBe(shown);
});

it.each(['24:00', '8:00', '08:60', '08:00:00', ''])('“%s” is no time', (text) =>
  expect(minuteOfDay.safeParse(text).success).toBe(false),
);
