import { z } from 'zod';
import { instant, page, text, uuid } from '../../platform/http';
import { fence, hospitalId, reason } from '../worklist.dto';

export const takeoverSchema = z.strictObject({ reason, hospitalId });
export type TakeoverInput = z.infer<typeof takeoverSchema>;

export const parkSchema = z.strictObject({ fence, reason, until: instant });
export type ParkInput = z.infer<typeof parkSchema>;

export const unparkSchema = z.strictObject({ fence });
export type UnparkInput = z.infer<typeof unparkSchema>;

/** 离岗 of the caller or, said by a chief or an administrator, of another. */
export const offDutySchema = z.strictObject({ reason, personId: uuid.optional() });
export type OffDutyInput = z.infer<typeof offDutySchema>;

export const onDutySchema = z.strictObject({ personId: uuid.optional() }).optional();
export type OnDutyInput = z.infer<typeof onDutySchema>;

/** Without a hospital: the caller's only one. */
export const handoverListSchema = z.strictObject({ hospitalId, ...page });
export type HandoverList = z.infer<typeof handoverListSchema>;

const MAX_EXAMS = 100;

export const handoverSchema = z
  .strictObject({
    from: uuid,
    to: uuid,
    /** For which hospital the receiver reads; needed where he works at several. */
    hospitalId,
    examIds: z
      .array(uuid)
      .min(1, '请选择要交接的检查')
      .max(MAX_EXAMS, `一次最多交接 ${MAX_EXAMS} 份检查`)
      .transform((ids) => [...new Set(ids)].sort()),
    note: text(500),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: '接班医师不能是交班医师本人' });
export type HandoverInput = z.infer<typeof handoverSchema>;
