import { z } from 'zod';
import { instant, page } from '../platform/http';
import { DIMENSION_NAMES } from './stages';

const MAX_RANGE_DAYS = 400;

/** Exams signed in [from, to); the default is the last 24 hours. */
export const summarySchema = z
  .strictObject({ from: instant.optional(), to: instant.optional(), by: z.enum(DIMENSION_NAMES).default('clinic') })
  .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], message: '结束时间须晚于开始时间' })
  .refine(({ from, to }) => !from || !to || to.getTime() - from.getTime() <= MAX_RANGE_DAYS * 86_400_000, {
    path: ['to'],
    message: `时间范围不能超过 ${MAX_RANGE_DAYS} 天`,
  });
export type SummaryInput = z.infer<typeof summarySchema>;

export const openSchema = z.strictObject(page);
export type OpenInput = z.infer<typeof openSchema>;
