import { onCallAs } from './single-duty.rules';

it.each([
  ['outside of duty hours, whoever else is there', false, ['p', 'q'], ['p', 'q'], 'off_hours'],
  ['outside of duty hours, without a roster', false, [], [], 'off_hours'],
  ['in duty hours, as the only one of the roster', true, ['p'], ['p'], 'alone'],
  ['in duty hours, with a colleague who may review', true, ['p', 'q'], ['p', 'q'], undefined],
  ['in duty hours, as the only reviewer beside a trainee', true, ['p', 't'], ['p'], 'alone'],
  ['in duty hours, as a writer beside a writer', true, ['p', 'w'], [], 'alone'],
  ['in duty hours, when a reviewer is the only one', true, ['q'], ['q'], undefined],
  ['in duty hours, when a trainee is the only one', true, ['t'], [], 'alone'],
  ['in duty hours, where nobody keeps a roster', true, [], [], undefined],
] as const)('%s', (_, dutyHours, rostered, reviewing, expected) => {
  expect(onCallAs({ dutyHours, rostered, reviewing: new Set(reviewing) }, 'p')).toBe(expected);
});
