import { ageInWords } from './age.rules';

it.each([
  [45, 'Y', '45岁'],
  [8, 'M', '8月'],
  [2, 'W', '2周'],
  [0, 'D', '0天'],
  [5, 'H', '5小时'],
  [null, null, null],
] as const)('says %p %p as %p', (age_value, age_unit, printed) => {
  expect(ageInWords({ age_value, age_unit })).toBe(printed);
});
