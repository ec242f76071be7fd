import { z } from 'zod';
import { page, text, uuid } from '../platform/http';
import { LINK_STATES } from './persons/person-link.state';
import { REPEAT_REASON_CODES } from './recognition/recognition.rules';

export const priorsListSchema = z.strictObject({ ...page });
export type PriorsList = z.infer<typeof priorsListSchema>;

export const linksListSchema = z.strictObject({
  state: z.enum(LINK_STATES, '不是关联的状态').default('review'),
  ...page,
});
export type LinksList = z.infer<typeof linksListSchema>;

/** Two exams whose patients a person holds for one: people know exams, not the numbers behind them. */
export const linkSchema = z.strictObject({ examId: uuid, otherExamId: uuid, reason: text(500) });
export type LinkInput = z.infer<typeof linkSchema>;

export const decideSchema = z.strictObject({ reason: text(500) });
export type DecideInput = z.infer<typeof decideSchema>;

export const lookupSchema = z.strictObject({
  clinicId: uuid.optional(),
  patientLocalId: text(64).optional(),
  idNumber: text(30).optional(),
  /** Asked with a 身份证号: a number alone may be somebody else's. */
  patientName: text(200).optional(),
  modality: z.string().regex(/^[A-Za-z]{2,4}$/, '须为 DICOM 设备类型，如 CT、DX'),
  itemCode: text(40).optional(),
  itemName: text(120).optional(),
  bodyPart: text(60).optional(),
  laterality: z.enum(['L', 'R', 'B'], '须为 L、R 或 B').optional(),
});
export type LookupInput = z.infer<typeof lookupSchema>;

export const imagesListSchema = z.strictObject({ ...page });
export type ImagesList = z.infer<typeof imagesListSchema>;

export const decisionSchema = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('recognised'), examId: uuid, note: text(500).optional() }),
  z.strictObject({
    decision: z.literal('repeated'),
    reason: z.enum(REPEAT_REASON_CODES, '不是重复检查的原因'),
    note: text(500).optional(),
  }),
]);
export type DecisionInput = z.infer<typeof decisionSchema>;

export const settingSchema = z.strictObject({
  windowDays: z.int('须为整数').min(1, '须为 1 至 365').max(365, '须为 1 至 365'),
});
export type SettingInput = z.infer<typeof settingSchema>;
