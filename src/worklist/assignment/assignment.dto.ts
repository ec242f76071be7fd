import { z } from 'zod';
import { text, uuid } from '../../platform/http';
import { minuteOfDay } from '../../rosters';
import { DEALING_MODES } from './assignment.rules';
import { DEFAULT_LIMITS } from '../limits';

const MAX_MINUTES = 60 * 24 * 60;
const MAX_RULES = 500;
const distinct = <T>(values: readonly T[]): boolean => new Set(values).size === values.length;

const modality = z.string().regex(/^[A-Z0-9]{2,16}$/, '须为 DICOM 设备类型，如 CT、DX');
const priority = z.enum(['STAT', 'URGENT', 'ROUTINE', 'SCREENING']);
const minutes = z.int().min(1, '至少 1 分钟').max(MAX_MINUTES, '不能超过 60 天');
const percent = z.int().min(0, '须为 0 至 100').max(100, '须为 0 至 100');
const rev = z.int().min(0).optional();

export const assignSchema = z
  .strictObject({ personId: uuid.optional(), hospitalId: uuid.optional(), reason: text(200) })
  .refine(({ personId, hospitalId }) => (personId === undefined) !== (hospitalId === undefined), {
    path: ['personId'],
    message: '请指定一位医师或一家医院',
  });
export type AssignInput = z.infer<typeof assignSchema>;

const scope = {
  priority,
  clinicId: uuid.optional(),
  modalities: z.array(modality).min(1).max(20).refine(distinct, '有重复').optional(),
  bodyParts: z.array(text(40)).min(1).max(40).refine(distinct, '有重复').optional(),
};
const rule = z.union(
  [
    z.strictObject({ ...scope, minutes, countedFrom: z.enum(['queue', 'duty']).default('queue') }),
    z.strictObject({ ...scope, workingDays: z.int().min(1).max(60) }),
  ],
  '须给出 minutes 或 workingDays 之一',
);
export type RuleInput = z.infer<typeof rule>;

const weekdays = z.array(z.int().min(1).max(7)).min(1).max(7).refine(distinct, '有重复');

/** The county's limits as a whole; `rev` guards against overwriting a neighbour's change. */
export const slaSchema = z.strictObject({
  rev,
  limits: z.array(rule).min(1).max(MAX_RULES),
  statMinutesFromStart: minutes,
  ceilingMinutes: z.strictObject({
    URGENT: minutes.nullable(),
    ROUTINE: minutes.nullable(),
    SCREENING: minutes.nullable(),
  }),
  broadenPercent: z.strictObject({ STAT: percent, URGENT: percent, ROUTINE: percent, SCREENING: percent }),
  calendar: z
    .strictObject({
      /** Comes with what was read; the county's zone is nobody's to change. */
      timeZone: z.literal(DEFAULT_LIMITS.calendar.timeZone).optional(),
      dutyStart: minuteOfDay,
      dutyEnd: minuteOfDay,
      dutyDays: weekdays,
      workingDays: weekdays,
      holidays: z.array(z.iso.date('须为日期，如 2026-10-01')).max(400).refine(distinct, '有重复'),
    })
    .refine(({ dutyStart, dutyEnd }) => dutyEnd > dutyStart, { path: ['dutyEnd'], message: '须晚于开始时间' }),
});
export type SlaInput = z.infer<typeof slaSchema>;

/** How the county deals exams out, as a whole. */
export const assignmentPolicySchema = z.strictObject({
  rev,
  mode: z.enum(DEALING_MODES),
  exceptions: z
    .array(z.strictObject({ clinicId: uuid, modality: modality.nullable().default(null), mode: z.enum(DEALING_MODES) }))
    .max(MAX_RULES)
    .refine((rules) => distinct(rules.map((one) => `${one.clinicId} ${one.modality}`)), '有重复')
    .default([]),
  weights: z
    .array(z.strictObject({ hospitalId: uuid, weight: z.int().min(0).max(1000) }))
    .max(100)
    .refine((weights) => distinct(weights.map((one) => one.hospitalId)), '有重复')
    .default([]),
  pickingOff: z.array(uuid).max(100).refine(distinct, '有重复').default([]),
});
export type AssignmentPolicyInput = z.infer<typeof assignmentPolicySchema>;
