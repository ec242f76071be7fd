import { z } from 'zod';
import { instant, lines, page, periodFrom, periodTo, text, uuid } from '../platform/http';
import { WAYS } from './critical.entities';
import { SUSPICION_TARGETS, TARGETS } from './ladder/ladder.rules';
import { TIERS } from './important/important.state';

/** `?open` or `?open=true`. */
const open = z
  .enum(['', 'true', 'false'])
  .default('false')
  .transform((value) => value !== 'false');

export const listSchema = z.strictObject({ open, clinic: uuid.optional(), exam: uuid.optional(), ...page });
export type ListInput = z.output<typeof listSchema>;

/** `mine`: those the caller has marked, for the hand-over at the end of a duty. */
export const criticalListSchema = listSchema.extend({ mine: open });
export type CriticalListInput = z.output<typeof criticalListSchema>;

/** `finding`: an entry of the county's list; `text`: in the radiologist's own words, instead of it or beside it. */
export const markSchema = z
  .strictObject({ finding: text(100).optional(), text: text(100).optional(), hospitalId: uuid.optional() })
  .refine((input) => input.finding !== undefined || input.text !== undefined, {
    path: ['finding'],
    error: '请选择危急值项目或填写文字',
  });
export type MarkInput = z.output<typeof markSchema>;

export const confirmSchema = z.strictObject({ hospitalId: uuid.optional() }).optional();
export type ConfirmInput = z.output<typeof confirmSchema>;

/** The call as it was made: who took it, and that it was read back. */
export const notifySchema = z.strictObject({
  receiver: text(50),
  readBack: z.literal(true, '须经对方复述确认'),
  way: z.enum(WAYS, '须为 phone、video、message 或 in_person').default('phone'),
  at: instant.optional(),
  note: lines(300).optional(),
});
export type NotifyInput = z.output<typeof notifySchema>;

/** A call that reached nobody who could read it back. */
export const callSchema = z.strictObject({
  outcome: z.enum(['no_answer', 'busy', 'wrong_number', 'not_read_back'], '不是可选的结果'),
  to: text(50),
  phone: text(40).optional(),
  at: instant.optional(),
  note: lines(300).optional(),
});
export type CallInput = z.output<typeof callSchema>;

export const acknowledgeSchema = z
  .strictObject({
    receivedAt: instant.optional(),
    way: z.enum([...WAYS, 'screen'], '不是可选的方式').optional(),
    note: lines(300).optional(),
  })
  .optional();
export type AcknowledgeInput = z.output<typeof acknowledgeSchema>;

export const handleSchema = z.strictObject({ measures: text(500) });
export type HandleInput = z.output<typeof handleSchema>;

export const closeSchema = z.strictObject({ note: lines(300).optional() }).optional();
export type CloseInput = z.output<typeof closeSchema>;

export const reasonSchema = z.strictObject({ reason: text(200) });
export type ReasonInput = z.output<typeof reasonSchema>;

const HOUR = 3_600;
const LONGEST_PERIOD_DAYS = 366;

export const periodSchema = z
  .strictObject({ from: periodFrom, to: periodTo })
  .refine(({ from, to }) => from < to, { path: ['to'], error: '结束时间须晚于开始时间' })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= LONGEST_PERIOD_DAYS * 24 * HOUR * 1_000, {
    path: ['to'],
    error: `时间段不能超过 ${LONGEST_PERIOD_DAYS} 天`,
  });
export type Period = z.output<typeof periodSchema>;

const hours = z.int('须为整数').min(1, '至少 1 小时').max(720, '不能超过 720 小时');

const steps = <const Target extends string>(targets: readonly Target[]) =>
  z
    .array(
      z.strictObject({
        afterSeconds: z.int('须为整数秒').min(1, '至少 1 秒').max(HOUR, '不能超过 1 小时'),
        to: z.array(z.enum(targets, '不是可通知的对象')).min(1, '至少一个对象').max(targets.length),
      }),
    )
    .min(1, '至少一级')
    .max(10, '不能超过 10 级');

export const settingsSchema = z
  .strictObject({
    version: z.int('须为整数').min(0),
    ladder: steps(TARGETS),
    suspectedLadder: steps(SUSPICION_TARGETS),
    breachSeconds: z.int('须为整数秒').min(1, '至少 1 秒').max(HOUR, '不能超过 1 小时'),
    presentSeconds: z.int('须为整数秒').min(30, '至少 30 秒').max(HOUR, '不能超过 1 小时'),
    importantHours: hours,
    patientHeadHours: hours,
    patientCountyHours: hours,
    findings: z
      .array(
        z.strictObject({
          finding: text(100),
          active: z.boolean('须为 true 或 false'),
        }),
      )
      .min(1, '至少一项')
      .max(200, '不能超过 200 项'),
  })
  .refine((input) => new Set(input.findings.map((one) => one.finding)).size === input.findings.length, {
    path: ['findings'],
    error: '有重复的项目',
  })
  .refine((input) => input.patientHeadHours <= input.patientCountyHours, {
    path: ['patientCountyHours'],
    error: '须不早于卫生院负责人',
  });
export type SettingsInput = z.output<typeof settingsSchema>;

export const flagImportantSchema = z.strictObject({
  tier: z.enum(TIERS, '须为 important 或 infectious'),
  finding: text(100),
  hospitalId: uuid.optional(),
});
export type FlagImportant = z.output<typeof flagImportantSchema>;

export const followUpSchema = z.strictObject({ followUp: text(500) });
export type FollowUpInput = z.output<typeof followUpSchema>;

/** 告知记录: who was told, when, how, and whether the old paper came back. */
export const closePatientNoticeSchema = z.strictObject({
  who: text(50),
  when: instant,
  how: text(50),
  oldPaperWithdrawn: z.boolean('须为 true 或 false'),
  note: lines(300).optional(),
});
export type ClosePatientNotice = z.output<typeof closePatientNoticeSchema>;

export const nothingSchema = z.strictObject({}).optional();
