import { birthDateProblem, requireBirthDate } from './birth-date.rules';

/** Still the 1st in UTC, the 2nd in China. */
const now = new Date('2026-03-01T16:30:00Z');

it.each([
  ['2026-03-02', null],
  ['2026-03-03', '不能晚于今天'],
  ['2030-01-01', '不能晚于今天'],
  ['1961-04-12', null],
  ['1880-01-01', null],
  ['1879-12-31', '不能早于 1880 年'],
])('born on %s: %s', (birthDate, problem) => expect(birthDateProblem(birthDate, now)).toBe(problem));

it('names the field, and asks nothing of a date that is not known', () => {
  const refused = expect.objectContaining({
    code: 'invalid_input',
    params: expect.objectContaining({ field: 'changes.birthDate', problem: '不能晚于今天' }),
  });
  expect(() => requireBirthDate('2030-01-01', now, 'changes.birthDate')).toThrow(refused);
  expect(() => requireBirthDate(null, now)).not.toThrow();
  expect(() => requireBirthDate(undefined, now)).not.toThrow();
});
