import { z } from 'zod';
import { commonErrors, DomainError } from '../platform/errors';
import { page, periodFrom, periodTo } from '../platform/http';
import { DIMENSION_NAMES } from './stages';

const DAY_MS = 24 * 3_600_000;
const MAX_RANGE_DAYS = 400;

/** Exams signed in [from, to); the default is the last 24 hours. */
export const summarySchema = z.strictObject({
  from: periodFrom.optional(),
  to: periodTo.optional(),
  by: z.enum(DIMENSION_NAMES).default('clinic'),
});
export type SummaryInput = z.infer<typeof summarySchema>;

/**
 * The range that is asked for: without its end up to now, without its begin the 24 hours before its end. Checked only when
 * both are known, because an old `from` alone asks for years. Throws `invalid_input`.
 */
export function summaryRange(input: Pick<SummaryInput, 'from' | 'to'>, now: Date): { from: Date; to: Date } {
  const to = input.to ?? now;
  const from = input.from ?? new Date(to.getTime() - DAY_MS);
  const length = to.getTime() - from.getTime();
  const field = input.to ? 'to' : 'from';
  if (length <= 0) throw new DomainError(commonErrors.invalid_input, { field, problem: '结束时间须晚于开始时间' });
  if (length > MAX_RANGE_DAYS * DAY_MS) {
    throw new DomainError(commonErrors.invalid_input, { field, problem: `时间范围不能超过 ${MAX_RANGE_DAYS} 天` });
  }
  return { from, to };
}

export const openSchema = z.strictObject(page);
export type OpenInput = z.infer<typeof openSchema>;
