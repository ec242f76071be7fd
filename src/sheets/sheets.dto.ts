import { z } from 'zod';

export const printSchema = z.strictObject({ paper: z.enum(['A4', 'A5'], '须为 A4 或 A5').default('A4') });
export type PrintInput = z.infer<typeof printSchema>;
