import { z } from 'zod';
import { lines, page, text, uuid } from '../platform/http';
import { ATTACHMENT_KINDS } from './attachments/attachment.rules';
import { ACCESSES } from './consultation/consultation.state';
import { URGENCIES } from './referral/referral.state';

/** A Postgres int, as everything that is compared with one. */
const MAX_INT = 2 ** 31 - 1;
const reason = text(200);

/** Several lines that say something. */
const words = (max: number) =>
  lines(max)
    .transform((value) => value.trim())
    .refine((value) => value !== '', '不能为空');

/** `open=true` or a bare `?open`: only what somebody still has something to do with. */
const open = z
  .enum(['', 'true', 'false'])
  .default('false')
  .transform((value) => value !== 'false');

export const nothingSchema = z.strictObject({}).optional();
export const pageSchema = z.strictObject(page);
export type PageInput = z.output<typeof pageSchema>;

/** `clientId`: the client's own id of what it wants done; sent again with the same, it is done once. */
export const messageSchema = z.strictObject({ text: words(1000), replyTo: uuid.optional(), clientId: uuid.optional() });
export type MessageInput = z.output<typeof messageSchema>;
/** Everything up to and including the message that was on the screen. */
export const readSchema = z.strictObject({ upTo: uuid });
export type ReadInput = z.output<typeof readSchema>;

export const attachmentSchema = z.strictObject({
  kind: z.enum(ATTACHMENT_KINDS, '须为 request_form、old_report 或 other').default('other'),
  name: text(100).optional(),
});
export type AttachmentInput = z.output<typeof attachmentSchema>;
export const reasonSchema = z.strictObject({ reason });
export type ReasonInput = z.output<typeof reasonSchema>;

export const consultSchema = z.strictObject({
  fence: z.int().min(1).max(MAX_INT),
  to: z.union([z.strictObject({ hospitalId: uuid }), z.strictObject({ institution: uuid })], {
    error: '须指明一家医院或外部会诊机构',
  }),
  access: z.enum(ACCESSES, '须为 read_only 或 co_sign'),
  deidentified: z.boolean(),
  question: words(2000),
  /** How long an answer is waited for. */
  hours: z.int().min(1).max(168).default(24),
});
export type ConsultInput = z.output<typeof consultSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '须为小写十六进制的 SHA-256');
export const opinionSchema = z.strictObject({
  opinion: words(4000),
  /** co_sign: SHA-256 (hex) of the opinion's UTF-8 text, worked out where the expert has it before his eyes. */
  confirmedSha256: sha256.optional(),
});
export type OpinionInput = z.output<typeof opinionSchema>;

export const confirmationSchema = z.strictObject({ confirmedSha256: sha256 });
export type ConfirmationInput = z.output<typeof confirmationSchema>;

export const closeSchema = z.strictObject({ takenOver: z.boolean(), reason: reason.optional() });
export type CloseInput = z.output<typeof closeSchema>;

export const boxSchema = z.strictObject({ box: z.enum(['in', 'out'], '须为 in 或 out').default('in'), open, ...page });
export type BoxInput = z.output<typeof boxSchema>;

export const institutionSchema = z.strictObject({
  code: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, '须为字母、数字、下划线或连字符'),
  name: text(100),
  agreement: text(500),
});
export type InstitutionInput = z.output<typeof institutionSchema>;

export const referralSchema = z.strictObject({
  toHospitalId: uuid,
  reason: words(1000),
  urgency: z.enum(URGENCIES, '须为 routine、urgent 或 emergency'),
});
export type ReferralInput = z.output<typeof referralSchema>;
export const arrangementSchema = z.strictObject({ arrangement: words(500) });
export type ArrangementInput = z.output<typeof arrangementSchema>;
export const answerSchema = z.strictObject({ answer: words(4000) });
export type AnswerInput = z.output<typeof answerSchema>;

export const teachingSchema = z.strictObject({ topic: text(100), note: lines(1000).default('') });
export type TeachingInput = z.output<typeof teachingSchema>;
export const teachingListSchema = z.strictObject({
  modality: z
    .string()
    .regex(/^[A-Z0-9]{2,16}$/, '须为 DICOM 设备类型，如 CT、DX')
    .optional(),
  ...page,
});
export type TeachingList = z.output<typeof teachingListSchema>;
