import { z } from 'zod';

/** A UID in a path. Whatever has another form is simply not there, so that only what could upset a log or a query is kept out. */
export const uidParam = { schema: z.string().regex(/^[\x21-\x7e]{1,64}$/, '不是有效的 UID') };
export const frameListParam = { schema: z.string().max(20_000) };
export const tagParam = { schema: z.string().max(16) };
