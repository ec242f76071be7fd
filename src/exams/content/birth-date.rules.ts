import { commonErrors, DomainError } from '../../platform/errors';
import { localDate } from '../../platform/clock';

/** Nobody who is examined was born before. */
const EARLIEST = '1880-01-01';

/** What is wrong with the day (YYYY-MM-DD) on which somebody was born, as of today in China; null: nothing. */
export function birthDateProblem(birthDate: string, now: Date): string | null {
  if (birthDate > localDate(now)) return '不能晚于今天';
  return birthDate < EARLIEST ? '不能早于 1880 年' : null;
}

/** Throws `invalid_input` with this field when nobody can be born on that day; nothing said is nothing wrong. */
export function requireBirthDate(birthDate: string | null | undefined, now: Date, field = 'birthDate'): void {
  const problem = birthDate ? birthDateProblem(birthDate, now) : null;
  if (problem !== null)
    throw new DomainError(commonErrors.invalid_input, { field, problem, problems: [{ field, problem }] });
}
