import { onCallAs } from './single-duty.rules';

it.each([
  ['outside of duty hours, whoever else is there', false, ['p', 'q'], 'off_hours'],
  ['outside of duty hours, without a roster', false, [], 'off_hours'],
  ['in duty hours, as the only one of the roster', true, ['p'], 'alone'],
  ['in duty hours, with a colleague', true, ['p', 'q'], undefined],
  ['in duty hours, when another is the only one', true, ['q'], undefined],
  ['in duty hours, where nobody keeps a roster', true, [], undefined],
] as const)('%s', (_, dutyHours, rostered, expected) => {
  expect(onCallAs({ dutyHours, rostered }, 'p')).toBe(expected);
});
