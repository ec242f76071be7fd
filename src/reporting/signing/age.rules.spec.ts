import { printedAge } from './age.rules';

it.each([
  [45, 'Y', '45岁'],
  [8, 'M', '8月'],
  [2, 'W', '2周'],
  [0, 'D', '0天'],
  [5, 'H', '5小时'],
  [null, null, null],
] as const)('prints %p %p as %p', (age_value, age_unit, printed) => {
  expect(printedAge({ age_value, age_unit })).toBe(printed);
});
