import { z } from 'zod';
import { instant, lines, page, periodFrom, periodTo, phone, text, uuid } from '../platform/http';
import { EXAM_STATES } from './exam.state';
import { isCalendarDate } from './content/id-number.rules';

const PRIORITIES = ['STAT', 'URGENT', 'ROUTINE', 'SCREENING'] as const;

/** Joined numbers in a header are told apart by these characters, so none of them may be part of one. */
const accessionNumber = text(64).refine((value) => !/[\\,;，；、]/.test(value), '不能含有 \\ , ; 、');
const modality = z.string().regex(/^[A-Za-z]{2,4}$/, '须为 DICOM 设备类型，如 CT、DX');
const studyUid = z
  .string()
  .max(64, '不能超过 64 个字符')
  .regex(/^\d+(\.\d+)+$/, '不是有效的 DICOM UID');
const count = z.int().min(0).max(100_000);

const declaredStudy = z.strictObject({
  studyInstanceUid: studyUid,
  modality: modality.optional(),
  description: text(200).optional(),
  seriesCount: count.optional(),
  instanceCount: count.optional(),
});

/**
 * What is known about an exam. Absent and null mean the same: not known. Class A is checked by rule, so that every gap
 * is named.
 */
const content = {
  accessionNumber: accessionNumber.nullish(),
  patientLocalId: text(64).nullish(),
  /** Chinese characters, pinyin, or DICOM form (`Zhang^San=张^三`). */
  patientName: text(200).nullish(),
  sex: z.enum(['M', 'F', 'O'], '须为 M、F 或 O').nullish(),
  birthDate: z.string().refine(isCalendarDate, '须为日历上的日期，如 1950-03-08').nullish(),
  age: z.int().min(0).max(1500).nullish(),
  /** 岁 月 周 天 小时 */
  ageUnit: z.enum(['Y', 'M', 'W', 'D', 'H'], '须为 Y、M、W、D 或 H').nullish(),
  idNumber: text(30).nullish(),
  phone: phone.nullish(),
  modality: modality.nullish(),
  itemCode: text(40).nullish(),
  itemName: text(200).nullish(),
  /** What is to be examined in words, where there is no item. */
  description: text(200).nullish(),
  bodyPart: text(64).nullish(),
  laterality: z.enum(['L', 'R', 'B'], '须为 L、R 或 B').nullish(),
  source: z.enum(['outpatient', 'emergency', 'inpatient', 'checkup', 'public_health']).nullish(),
  /** Absent: SCREENING for checkup and public_health, else ROUTINE. */
  priority: z.enum(PRIORITIES).nullish(),
  department: text(64).nullish(),
  visitNumber: text(64).nullish(),
  orderingDoctor: text(50).nullish(),
  orderingPhone: phone.nullish(),
  /** 技师. Absent: the operator whom the images name (0008,1070). */
  technician: text(50).nullish(),
  clinicalDiagnosis: lines(250).nullish(),
  symptoms: lines(500).nullish(),
  examStart: instant.nullish(),
  examEnd: instant.nullish(),
};

const ageIsWhole = (exam: { age?: number | null | undefined; ageUnit?: string | null | undefined }): boolean =>
  (exam.age ?? null) === null ? (exam.ageUnit ?? null) === null : (exam.ageUnit ?? null) !== null;
const AGE_RULE = { path: ['ageUnit'], error: '年龄与单位须同时填写' };

export const registerExamSchema = z
  .strictObject({
    ...content,
    /** Needed by callers who may register for several clinics. */
    clinicId: uuid.nullish(),
    /** The images stay at the clinic: the exam is queued without them. */
    metadataOnly: z.boolean('须为 true 或 false').nullish(),
    studies: z.array(declaredStudy).max(20).nullish(),
  })
  .refine(ageIsWhole, AGE_RULE);
export type RegisterExam = z.infer<typeof registerExamSchema>;

export const supplementSchema = z
  .strictObject(content)
  .refine(ageIsWhole, AGE_RULE)
  .refine((given) => Object.values(given).some((value) => value !== undefined && value !== null), '没有要补充的内容');
export type Supplement = z.infer<typeof supplementSchema>;

/** Exams registered in [from, to): registered, not performed, because that is the order of the list and of its indexes. */
export const listExamsSchema = z
  .strictObject({
    /** Accession number, patient's local id, Chinese name (prefix, or without its first character), pinyin or initials. */
    q: text(64).optional(),
    state: z.enum(EXAM_STATES).optional(),
    clinic: uuid.optional(),
    from: periodFrom.optional(),
    to: periodTo.optional(),
    ...page,
  })
  .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], error: '结束时间须晚于开始时间' });
export type ListExams = z.infer<typeof listExamsSchema>;

const reason = text(500);

export const reasonSchema = z.strictObject({ reason });
export type Reason = z.infer<typeof reasonSchema>;

/** `otherExamId`: of a report on a wrong patient, the exam whose patient it really was; its clinic is told too. */
/** `hospitalId`: at which of his hospitals somebody with several posts voids the report that stands. */
export const voidSchema = z.strictObject({ reason, otherExamId: uuid.optional(), hospitalId: uuid.optional() });
export type VoidExam = z.infer<typeof voidSchema>;

/**
 * The clinic's answer. Of a withdrawn exam: nothing more. Of a returned one: images will be taken again (`retake`), or it
 * shall be read as it is, because what was missing has been written (`note`, or supplemented before) or because the
 * patient has gone (`patientGone` with `reason`, printed as a limitation).
 */
export const resubmitSchema = z
  .strictObject({
    retake: z.boolean().optional(),
    patientGone: z.boolean().optional(),
    reason: reason.optional(),
    note: text(500).optional(),
  })
  .refine((answer) => !(answer.retake && answer.patientGone), { path: ['retake'], error: '重拍与患者已离开只能选一项' })
  .refine((answer) => !answer.patientGone || answer.reason !== undefined, {
    path: ['reason'],
    error: '患者已离开时须写明原因',
  });
export type Resubmit = z.infer<typeof resubmitSchema>;

export const urgeSchema = z.strictObject({ reason: reason.optional() });
export type Urge = z.infer<typeof urgeSchema>;

export const prioritySchema = z.strictObject({ priority: z.enum(PRIORITIES), reason });
export type ChangePriority = z.infer<typeof prioritySchema>;

export const modeSchema = z.strictObject({ mode: z.enum(['diagnose', 'review'], '须为 diagnose 或 review'), reason });
export type ChangeMode = z.infer<typeof modeSchema>;

export const linkSchema = z.strictObject({ studyInstanceUid: studyUid, reason });
export type LinkStudy = z.infer<typeof linkSchema>;

export const rebindSchema = z.strictObject({
  studyInstanceUid: studyUid,
  toExamId: uuid,
  /** The study stays with this exam too: one study for several exams. */
  keep: z.boolean().optional(),
  reason,
});
export type Rebind = z.infer<typeof rebindSchema>;

export const mergeSchema = z.strictObject({ fromExamId: uuid, reason });
export type Merge = z.infer<typeof mergeSchema>;

export const splitSchema = z.strictObject({
  studyInstanceUids: z.array(studyUid).min(1).max(50),
  /** Of the new exam; without it the new exam waits for one. */
  accessionNumber: accessionNumber.optional(),
  reason,
});
export type Split = z.infer<typeof splitSchema>;

export const exchangeSchema = z.strictObject({ withExamId: uuid, reason });
export type Exchange = z.infer<typeof exchangeSchema>;

export const undoSchema = z.strictObject({ moveId: uuid, reason });
export type Undo = z.infer<typeof undoSchema>;

export const resolveSchema = z.strictObject({ resolution: text(500) });
export type Resolve = z.infer<typeof resolveSchema>;
