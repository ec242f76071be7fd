import { z } from 'zod';

/** As long as the longest text that a draft takes. */
const LONGEST = 20_000;
const report = z.string('须为文本').max(LONGEST, `不超过 ${LONGEST} 字`).default('');

export const lintSchema = z.strictObject({
  exam: z.strictObject({
    modality: z.string('须为文本').max(16, '不超过 16 字').default(''),
    bodyPart: z
      .string('须为文本')
      .max(64, '不超过 64 字')
      .nullish()
      .transform((part) => part ?? ''),
    laterality: z.enum(['L', 'R', 'B'], '须为 L、R、B 或 null').nullable().default(null),
    sex: z.enum(['M', 'F'], '须为 M 或 F').nullable().default(null),
    age: z.number('须为数字').min(0, '不能为负').max(150, '不超过 150').nullable().default(null),
  }),
  technique: report,
  findings: report,
  impression: report,
  recommendation: report,
  positive: z
    .union([z.literal(1), z.literal(0), z.literal(-1)], '须为 1、0 或 -1')
    .nullable()
    .default(null),
  history: report,
});
export type LintRequest = z.infer<typeof lintSchema>;
