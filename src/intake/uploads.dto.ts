import { z } from 'zod';
import { uidFault } from '../images';
import { text, unlessMissing, uuid } from '../platform/http';

export const uid = z.string().refine((value) => uidFault(value) === null, '不是有效的 UID');

const announced = z.strictObject({
  sopInstanceUid: uid,
  /** Size of the Part 10 file. */
  bytes: z.int({ error: unlessMissing('须为整数') }).min(1),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, '须为 64 位十六进制')
    .transform((value) => value.toLowerCase()),
});

/**
 * A manifest; with `uploadId`, a further piece of the manifest of an open upload (a study of many thousand images does
 * not fit into one JSON body), or the corrected entry of a part that was refused.
 */
export const manifestSchema = z.strictObject({
  uploadId: uuid.optional(),
  /** The clinic a person of several clinics sends for. */
  clinicId: uuid.optional(),
  accessionNumber: text(64).optional(),
  /** When given, instances of another study are refused. */
  studyInstanceUid: uid.optional(),
  instances: z
    .array(announced)
    .min(1, '至少一个影像')
    .refine((all) => new Set(all.map((one) => one.sopInstanceUid)).size === all.length, '影像 UID 有重复'),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type Announced = z.infer<typeof announced>;

export const emptySchema = z.strictObject({}).optional();

export const uidParam = { schema: uid };
