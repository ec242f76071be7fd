import { preliminaryGround } from './preliminary.rules';

it.each([
  ['never', 'STAT', 'alone', 'never'],
  ['never', 'ROUTINE', 'off_hours', 'never'],
  ['on_call', 'STAT', undefined, 'emergency'],
  ['on_call', 'URGENT', undefined, 'not_on_call'],
  ['on_call', 'ROUTINE', undefined, 'not_on_call'],
  ['on_call', 'ROUTINE', 'off_hours', 'off_hours'],
  ['on_call', 'SCREENING', 'alone', 'alone'],
  ['always', 'ROUTINE', undefined, 'policy'],
  ['always', 'ROUTINE', 'alone', 'alone'],
  ['always', 'STAT', undefined, 'emergency'],
] as const)('%s, %s, on call as %s: %s', (allowed, priority, onCall, expected) => {
  expect(preliminaryGround({ allowed, priority, onCall })).toBe(expected);
});
