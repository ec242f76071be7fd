import { z } from 'zod';
import { instant, page, text, uuid } from '../platform/http';
import { minuteOfDay } from './clock-time';
import { SPECIALTY_LIST } from './specialty.rules';

const MAX_LEAVE_DAYS = 400;
const distinct = <T>(values: readonly T[]): boolean => new Set(values).size === values.length;

/** A date that exists, between 2000 and 2099. */
const date = z
  .string()
  .regex(/^20\d{2}-\d{2}-\d{2}$/, '须为日期，如 2026-03-02')
  .refine((value) => !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value), '没有这一天');

const modalities = z
  .array(z.string().regex(/^[A-Z0-9]{2,16}$/, '须为 DICOM 设备类型，如 CT、DX'))
  .max(20)
  .refine(distinct, '有重复')
  .default([]);
const weekdays = z.array(z.int().min(1).max(7)).min(1, '至少选择一天').max(7).refine(distinct, '有重复');
const times = { start: minuteOfDay, end: minuteOfDay, modalities, note: text(200).optional() };

const weekly = z
  .strictObject({
    kind: z.literal('weekly'),
    hospitalId: uuid,
    personId: uuid,
    weekdays,
    validFrom: date,
    validUntil: date.nullable().default(null),
    ...times,
  })
  .refine(({ validFrom, validUntil }) => validUntil === null || validUntil >= validFrom, {
    path: ['validUntil'],
    message: '不能早于开始日期',
  });
const extra = z.strictObject({ kind: z.literal('extra'), hospitalId: uuid, personId: uuid, date, ...times });
/** Without a person the whole hospital is off; without times, the whole day. */
const off = z.strictObject({
  kind: z.literal('off'),
  hospitalId: uuid,
  personId: uuid.nullable().default(null),
  date,
  ...times,
  start: minuteOfDay.default(0),
  end: minuteOfDay.default(0),
});

export const shiftSchema = z.discriminatedUnion('kind', [weekly, extra, off]);
export type ShiftInput = z.infer<typeof shiftSchema>;

export const shiftListSchema = z.strictObject({ hospital: uuid.optional(), person: uuid.optional(), ...page });
export type ShiftList = z.infer<typeof shiftListSchema>;

export const onDutySchema = z.strictObject({
  at: instant.optional(),
  hospital: uuid.optional(),
  modality: z
    .string()
    .regex(/^[A-Z0-9]{2,16}$/, '须为 DICOM 设备类型，如 CT、DX')
    .optional(),
});
export type OnDutyInput = z.infer<typeof onDutySchema>;

/** What is mistyped is no time yet, but the text it came as: two of them are compared once both are right. */
const whole = ({ issues }: { readonly issues: readonly unknown[] }): boolean => issues.length === 0;

export const leaveSchema = z
  .strictObject({ personId: uuid, from: instant, until: instant, reason: text(200) })
  .refine(({ from, until }) => until > from, { path: ['until'], message: '须晚于开始时间', when: whole })
  .refine(({ from, until }) => until.getTime() - from.getTime() <= MAX_LEAVE_DAYS * 86_400_000, {
    path: ['until'],
    message: `不能超过 ${MAX_LEAVE_DAYS} 天`,
    when: whole,
  });
export type LeaveInput = z.infer<typeof leaveSchema>;

export const leaveListSchema = z.strictObject({ person: uuid.optional(), ...page });
export type LeaveList = z.infer<typeof leaveListSchema>;

export const peopleListSchema = z.strictObject(page);
export type PeopleList = z.infer<typeof peopleListSchema>;

export const specialtiesSchema = z.strictObject({
  specialties: z.array(z.enum(SPECIALTY_LIST)).max(SPECIALTY_LIST.length).refine(distinct, '有重复'),
});
export type SpecialtiesInput = z.infer<typeof specialtiesSchema>;
