import { z } from 'zod';
import { imageSet, positive } from '../reporting.dto';
import { lines, page, text } from '../../platform/http';

const reason = text(500);

export const reasonSchema = z.strictObject({ reason });
export type Reason = z.infer<typeof reasonSchema>;

/** At which of his hospitals a doctor with several posts does it. */
export const hospitalId = z.uuid('不是编号').optional();

export const amendSchema = reasonSchema.extend({ hospitalId });
export type AmendInput = z.infer<typeof amendSchema>;

export const confirmDemographicsSchema = z.strictObject({ hospitalId }).optional();
export type ConfirmDemographics = z.infer<typeof confirmDemographicsSchema>;

/** The exam whose patient it really was: its clinic is told too. */
export const voidSchema = z.strictObject({ reason, otherExamId: z.uuid('不是编号').optional(), hospitalId });
export type VoidInput = z.infer<typeof voidSchema>;

/** Only what is added: the signed text stays as it is. */
export const addendumSchema = z
  .strictObject({
    reason,
    findings: lines(20_000).default(''),
    impression: lines(20_000).default(''),
    /** Of the whole report with what is added; left out: as it stands. */
    positive: positive.optional(),
    hospitalId,
  })
  .refine(({ findings, impression }) => (findings + impression).trim() !== '', '补充内容不能为空');
export type AddendumInput = z.infer<typeof addendumSchema>;

/** What may be wrong about a patient without his being another one. */
export const demographicsSchema = z.strictObject({
  changes: z
    .strictObject({
      patientName: text(200),
      sex: z.enum(['M', 'F', 'O'], '须为 M、F 或 O'),
      birthDate: z.iso.date('须为日历上的日期，如 1950-03-08'),
      age: z.int().min(0).max(1500),
      /** 岁 月 周 天 小时 */
      ageUnit: z.enum(['Y', 'M', 'W', 'D', 'H'], '须为 Y、M、W、D 或 H'),
      idNumber: text(30),
      phone: text(30),
    })
    .partial()
    .refine((changes) => Object.keys(changes).length > 0, '没有要更正的内容')
    .refine(({ age, ageUnit }) => (age === undefined) === (ageUnit === undefined), {
      path: ['ageUnit'],
      error: '年龄与单位须同时填写',
    }),
  /** By what it shows: 身份证, 户口本, the words of the family, … */
  evidence: text(1000),
});
export type DemographicsInput = z.infer<typeof demographicsSchema>;
export type DemographicsChanges = DemographicsInput['changes'];

/** Every list here shows what is open; `open=false` shows what was closed too. */
export const openListSchema = z.strictObject({
  open: z
    .enum(['', 'true', 'false'])
    .default('true')
    .transform((value) => value !== 'false'),
  ...page,
});
export type OpenList = z.infer<typeof openListSchema>;

/** Of the images that the signer has looked at, as `GET /api/late-images` names them. */
export const confirmSchema = z.strictObject({ imageSet, note: text(500).optional() });
export type Confirm = z.infer<typeof confirmSchema>;
