import { z } from 'zod';

/** Zod pieces that every slice's inputs are made of; messages are for the person at the screen. */
export const uuid = z.uuid('不是有效的编号');

/** Trimmed text of 1 … max characters without control characters. */
export const text = (max: number) =>
  z
    .string('须为文字')
    .trim()
    .min(1, '不能为空')
    .max(max, `不能超过 ${max} 个字`)
    .refine(noControls, '含有不允许的控制字符');

/** The same, of several lines (line feeds and tabs allowed), possibly empty. */
export const lines = (max: number) =>
  z
    .string('须为文字')
    .max(max, `不能超过 ${max} 个字`)
    .refine((value) => noControls(value.replace(/[\n\r\t]/g, '')), '含有不允许的控制字符');

export const instant = z.iso
  .datetime({ offset: true, error: '须为带时区的 ISO 8601 时间' })
  .transform((value) => new Date(value));

export const page = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number('须为数字').int().min(1).max(200).default(50),
};

export const idParam = { schema: uuid };

function noControls(value: string): boolean {
  // U+0000 cannot be stored; the other C0 and C1 controls have no business in a name or a report.
  return !/[\u0000-\u001f\u007f-\u009f]/.test(value);
}
