import { z } from 'zod';
import { EXAM_STATES } from '../exams';
import { lines, page, text, uuid } from '../platform/http';
import { RETURN_CODE_LIST, WANTED_LIST } from './claiming/return-codes';

/** A Postgres int, as everything that is compared with one. */
const MAX_INT = 2 ** 31 - 1;
export const fence = z.int().min(1).max(MAX_INT);
export const hospitalId = uuid.optional();
export const reason = text(200);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** `state` takes several, separated by commas; without it the list shows everything open. */
export const worklistSchema = z.strictObject({
  state: z
    .string()
    .max(300)
    .transform((value) => [...new Set(value.split(','))])
    .pipe(z.array(z.enum(EXAM_STATES)))
    .optional(),
  priority: z.enum(['STAT', 'URGENT', 'ROUTINE', 'SCREENING']).optional(),
  modality: z
    .string()
    .regex(/^[A-Z0-9]{2,16}$/, '须为 DICOM 设备类型，如 CT、DX')
    .optional(),
  clinic: uuid.optional(),
  /** Held by people of this hospital or assigned to it. */
  hospital: uuid.optional(),
  /** What the caller holds, what is assigned to him, what was rejected to him. */
  mine: flag.optional(),
  overdue: flag.optional(),
  /** Accession number, name, pinyin or initials: the first characters of any of them. */
  q: text(64).optional(),
  ...page,
});
export type WorklistInput = z.infer<typeof worklistSchema>;

export const claimSchema = z.strictObject({ hospitalId }).optional();
export type ClaimInput = z.infer<typeof claimSchema>;

/** `clientId`: the client's own id of this request; sent again with the same, it hands out the same exam. */
export const nextSchema = z
  .strictObject({ stage: z.enum(['write', 'review']).optional(), hospitalId, clientId: uuid.optional() })
  .optional();
export type NextInput = z.infer<typeof nextSchema>;

/** `active: false`: the tab is open, but nobody has worked in it since the last heartbeat. */
export const heartbeatSchema = z.strictObject({ fence, active: z.boolean('须为 true 或 false').optional() });
export type HeartbeatInput = z.infer<typeof heartbeatSchema>;

export const releaseSchema = z.strictObject({ fence, reason });
export type ReleaseInput = z.infer<typeof releaseSchema>;

export const returnSchema = z
  .strictObject({
    fence,
    code: z.enum(RETURN_CODE_LIST, '不是退回原因代码'),
    wanted: z.enum(WANTED_LIST, '须为 retake、rescan 或 supplement'),
    note: lines(500).optional(),
  })
  .refine(({ code, note }) => code !== 'X99' || (note ?? '').trim() !== '', {
    path: ['note'],
    message: '选择“其他”时须说明原因',
  });
export type ReturnInput = z.infer<typeof returnSchema>;
