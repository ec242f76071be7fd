import { z } from 'zod';
import { lines, text } from '../platform/http';
import { PRELIMINARY_ALLOWED } from './report.state';

/** What an integer column holds. */
const MOST = 2_147_483_647;
export const fence = z.int('须为整数').min(1, '须不小于 1').max(MOST, '数值过大');
const version = z.int('须为整数').min(0, '不能为负').max(MOST, '数值过大');
export const imageSet = z.int('须为整数').min(0, '不能为负').max(MOST, '数值过大');

/** Far above any real report, far below what a row or a page can take. */
const SHORT = 4_000;
const LONG = 20_000;

/** 阳性 阴性 待定 */
export const positive = z.union([z.literal(1), z.literal(0), z.literal(-1)], '须为 1、0 或 -1');

const sections = {
  technique: lines(SHORT),
  findings: lines(LONG),
  impression: lines(LONG),
  recommendation: lines(SHORT),
  positive: positive.nullable(),
};

export const draftSchema = z.strictObject({
  fence,
  version,
  ...sections,
  /** The template that this save put in: sent once, it counts as one use. */
  templateId: z.uuid('不是编号').optional(),
  /** The signed version whose text was taken over (复制既往报告). */
  copiedFrom: z.uuid('不是编号').optional(),
});
export type DraftInput = z.infer<typeof draftSchema>;

/** The clinic's own text in review mode: no claim stands behind it. */
export const clinicDraftSchema = z.strictObject({ version, ...sections });
export type ClinicDraftInput = z.infer<typeof clinicDraftSchema>;

export const clinicSubmitSchema = z.strictObject({ version, imageSet });
export type ClinicSubmitInput = z.infer<typeof clinicSubmitSchema>;

const modality = z.string().regex(/^[A-Z]{2,16}$/, '须为 DICOM 设备类型代码，如 CT、DX');

export const singleSignSchema = z.strictObject({
  modality,
  allowed: z.boolean('须为 true 或 false'),
  reason: text(500),
});
export type SingleSignInput = z.infer<typeof singleSignSchema>;

export const preliminaryPolicySchema = z.strictObject({
  modality,
  allowed: z.enum(PRELIMINARY_ALLOWED, '须为 never、on_call 或 always'),
  reason: text(500),
});
export type PreliminaryPolicyInput = z.infer<typeof preliminaryPolicySchema>;

/** What the caller has before him: submit and sign are refused when any of the three is no longer so. */
export const seenSchema = z.strictObject({ fence, version, imageSet });
export type Seen = z.infer<typeof seenSchema>;

/**
 * The same of whoever puts a report into force, with the opinions (annexId) that go out with it; left out: those that were
 * there when his claim, or his turn at the amendment, began.
 */
export const signerSeenSchema = seenSchema.extend({
  annexes: z.array(z.uuid('不是编号'), '须为列表').max(100, '过多').optional(),
});
export type SignerSeen = z.infer<typeof signerSeenSchema>;

/**
 * The hospital counts where an amendment is signed, for which nobody holds a claim: it is that of a doctor with several
 * posts. Any other report is signed at the hospital of its claim.
 */
export const signSchema = signerSeenSchema.extend({ hospitalId: z.uuid('不是编号').optional() });
export type SignInput = z.infer<typeof signSchema>;

export const rejectSchema = seenSchema.extend({ reason: text(500) });
export type RejectInput = z.infer<typeof rejectSchema>;

/**
 * Taking back needs no body: it puts nothing into force, and images that changed are a reason to take back. A client may
 * send what it sends with every other command.
 */
export const takeBackSchema = seenSchema.partial().optional();

export const codeParam = { schema: z.string().max(60, '不是验证码') };
