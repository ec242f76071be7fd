import { z } from 'zod';
import { text } from '../../platform/http';
import { fence } from '../reporting.dto';
import { MOST_KEY_IMAGES } from './key-image';

const value = z.number().min(-1_000_000, '数值过小').max(1_000_000, '数值过大');

const keyImage = z.strictObject({
  sopInstanceUid: z.string().regex(/^[0-9.]{1,64}$/, '不是 DICOM UID'),
  frame: z.int('须为整数').min(1, '须不小于 1').max(100_000, '数值过大').default(1),
  window: z
    .strictObject({ center: value, width: value.min(0.000_001, '须大于 0') })
    .nullable()
    .default(null),
  caption: text(40).nullable().default(null),
});

const keyImages = z.array(keyImage).max(MOST_KEY_IMAGES, `最多 ${MOST_KEY_IMAGES} 幅`);

export const keyImagesSchema = z.strictObject({ fence, keyImages });
export type KeyImagesInput = z.infer<typeof keyImagesSchema>;

/** The clinic's own in review mode: no claim stands behind them. */
export const clinicKeyImagesSchema = z.strictObject({ keyImages });
export type ClinicKeyImagesInput = z.infer<typeof clinicKeyImagesSchema>;
