import { z } from 'zod';
import { lines, text } from '../platform/http';

const fence = z.int('须为整数').min(1, '须不小于 1');
const version = z.int('须为整数').min(0, '不能为负');
const imageSet = z.int('须为整数').min(0, '不能为负');

/** Far above any real report, far below what a row or a page can take. */
const SHORT = 4_000;
const LONG = 20_000;

export const draftSchema = z.strictObject({
  fence,
  version,
  technique: lines(SHORT),
  findings: lines(LONG),
  impression: lines(LONG),
  recommendation: lines(SHORT),
  positive: z.union([z.literal(1), z.literal(0), z.literal(-1)], '须为 1、0 或 -1').nullable(),
});
export type DraftInput = z.infer<typeof draftSchema>;

/** What the caller has before him: submit and sign are refused when any of the three is no longer so. */
export const seenSchema = z.strictObject({ fence, version, imageSet });
export type Seen = z.infer<typeof seenSchema>;

export const rejectSchema = seenSchema.extend({ reason: text(500) });
export type RejectInput = z.infer<typeof rejectSchema>;

/**
 * Taking back needs no body: it puts nothing into force, and images that changed are a reason to take back. A client may
 * send what it sends with every other command.
 */
export const takeBackSchema = seenSchema.partial().optional();

export const codeParam = { schema: z.string().max(60, '不是验证码') };
