import { z } from 'zod';
import { textOrEmpty } from '../platform/http';

export const printSchema = z.strictObject({ paper: z.enum(['A4', 'A5'], '须为 A4 或 A5').default('A4') });
export type PrintInput = z.infer<typeof printSchema>;

export const letterheadSchema = z.strictObject({
  heading: z.enum(['centre', 'clinic', 'hospital'], '须为 centre、clinic 或 hospital'),
  /** 互认标识, for example 全省互认; empty: none. */
  recognitionMark: textOrEmpty(20).default(''),
});
export type LetterheadInput = z.infer<typeof letterheadSchema>;
