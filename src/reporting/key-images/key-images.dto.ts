import { z } from 'zod';
import { fence } from '../reporting.dto';

/** What one row of a sheet takes. */
export const MOST_KEY_IMAGES = 4;
const value = z.number('须为数字').min(-1_000_000, '数值过小').max(1_000_000, '数值过大');

const keyImage = z.strictObject({
  sopInstanceUid: z.string('须为文字').regex(/^[0-9.]{1,64}$/, '不是 DICOM UID'),
  frame: z.int('须为整数').min(1, '须不小于 1').max(100_000, '数值过大').default(1),
  window: z
    .strictObject({ center: value, width: value.min(0.000_001, '须大于 0') })
    .nullable()
    .default(null),
  caption: z
    .string('须为文字')
    .trim()
    .max(40, '最多 40 个字')
    .regex(/^[^\p{Cc}]*$/u, '不能换行')
    .nullable()
    .default(null),
});

export const keyImagesSchema = z.strictObject({
  fence,
  keyImages: z.array(keyImage, '须为列表').max(MOST_KEY_IMAGES, `最多 ${MOST_KEY_IMAGES} 幅`),
});
export type KeyImagesInput = z.infer<typeof keyImagesSchema>;
