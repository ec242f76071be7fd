import type { z } from 'zod';
import { page } from '../platform/http';
import { handoverListSchema } from '../worklist';

/** The list's own cursor, and one for each other part; `limit` is for each of them. */
export const handoverPageSchema = handoverListSchema.extend({
  amendmentsCursor: page.cursor,
  criticalsCursor: page.cursor,
});
export type HandoverPageInput = z.infer<typeof handoverPageSchema>;
