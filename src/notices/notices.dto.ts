import { z } from 'zod';
import { page } from '../platform/http';

/** `open=true` (or a bare `?open`): only what the caller has not read. */
export const noticeListSchema = z.strictObject({
  open: z
    .enum(['', 'true', 'false'])
    .default('false')
    .transform((value) => value !== 'false'),
  ...page,
});
export type NoticeList = z.output<typeof noticeListSchema>;

export const nothingSchema = z.strictObject({}).optional();
