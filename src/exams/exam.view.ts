import { absentClassB } from './content/class-b.rules';
import type { DeclaredStudy, Exam } from './exam.entity';
import { EXAM_STATE_NAMES, type ExamState } from './exam.state';
import type { FlagView } from './commands/exam-flags';
import { ASSEMBLE, FINISH_UPLOAD } from './exams.subscriptions';
import type { UploadProgress } from './images/study-links';

/** An exam as lists show it. */
export interface ExamView {
  readonly examId: string;
  readonly accessionNumber: string | null;
  readonly patientLocalId: string | null;
  readonly patientName: string;
  readonly sex: string | null;
  readonly birthDate: string | null;
  readonly age: number | null;
  readonly ageUnit: string | null;
  readonly modality: string | null;
  readonly itemName: string | null;
  readonly bodyPart: string | null;
  readonly laterality: string | null;
  readonly clinicId: string;
  readonly clinicName: string;
  readonly state: ExamState;
  readonly stateName: string;
  readonly priority: string;
  readonly source: string | null;
  readonly mode: string;
  /**
   * When its report is due, as the reading list says: its pages fill it in (src/overview). Null in a command's answer: the
   * list hears of the command only afterwards.
   */
  readonly dueAt: Date | null;
  readonly attempt: number;
  readonly imageSet: number;
  readonly metadataOnly: boolean;
  readonly imagesComplete: string | null;
  /** Class A fields without which it is not queued. */
  readonly missing: readonly string[];
  readonly identityHold: boolean;
  /** 撤回 or 退回, while the exam stands there: who, why and when. Readers' own backs are the reading list's to show. */
  readonly badge: {
    readonly kind: 'withdraw' | 'return';
    readonly reason: string;
    readonly by: string;
    readonly at: Date;
  } | null;
  readonly urgedAt: Date | null;
  readonly examStart: Date | null;
  readonly queuedAt: Date | null;
  readonly createdAt: Date;
  readonly studies: readonly { readonly studyInstanceUid: string }[];
}

/** The same with how far its images have come. */
export interface ExamItem extends ExamView {
  /** 上传中 n/m while a manifest is open. */
  readonly upload: UploadProgress | null;
}

/** Who did what no person did. */
export const THE_SYSTEM = '系统';

/** What makes exams of images says so by its own name in the table. */
const PROGRAMS: readonly string[] = [ASSEMBLE, FINISH_UPLOAD];

/** The row that {@link examView} is made of: the exam, its clinic's name, the UIDs of its studies. */
export type ExamWithNames = Exam & {
  readonly clinic_name: string;
  readonly study_uids: readonly string[];
  /** Of the UIDs that its request announced, those that are other clinics' studies. */
  readonly taken_uids: readonly string[];
};

export function examView(exam: ExamWithNames): ExamView {
  return {
    examId: exam.id,
    accessionNumber: exam.accession_number,
    patientLocalId: exam.patient_local_id,
    patientName: exam.patient_name,
    sex: exam.sex,
    birthDate: exam.birth_date,
    age: exam.age_value,
    ageUnit: exam.age_unit,
    modality: exam.modality,
    itemName: exam.item_name,
    bodyPart: exam.body_part,
    laterality: exam.laterality,
    clinicId: exam.clinic_id,
    clinicName: exam.clinic_name,
    state: exam.state,
    stateName: EXAM_STATE_NAMES[exam.state],
    priority: exam.priority,
    source: exam.source,
    mode: exam.mode,
    dueAt: null,
    attempt: exam.attempt,
    imageSet: exam.image_set,
    metadataOnly: exam.metadata_only,
    imagesComplete: exam.images_complete,
    missing: exam.missing,
    identityHold: exam.identity_hold_at !== null,
    badge: badgeOf(exam),
    urgedAt: exam.urged_at,
    examStart: exam.exam_started_at,
    queuedAt: exam.queued_at,
    createdAt: exam.created_at,
    studies: studyUidsOf(exam).map((studyInstanceUid) => ({ studyInstanceUid })),
  };
}

type Studied = Pick<ExamWithNames, 'declared_studies' | 'study_uids' | 'taken_uids'>;

/** The studies of an exam: those received, then those that a request announced and that stay at the clinic. */
export function studyUidsOf(exam: Studied): string[] {
  return [...new Set([...exam.study_uids, ...announcedBy(exam).map((study) => study.studyInstanceUid)])];
}

/** What a request announced, without other clinics' studies: whoever opens one of those sees another's patient. */
function announcedBy({ declared_studies, taken_uids }: Omit<Studied, 'study_uids'>): DeclaredStudy[] {
  return declared_studies.filter((study) => !taken_uids.includes(study.studyInstanceUid));
}

/** A DICOM study of an exam. */
export interface LinkedStudy {
  readonly studyId: string;
  readonly studyInstanceUid: string;
  readonly modalities: readonly string[];
  readonly description: string;
  readonly instances: number;
  readonly linkedHow: string;
  readonly linkedAt: Date;
  readonly linkedBy: string;
  readonly quarantined: boolean;
}

/** What people did to the images of the exam, for the page that offers to undo it. */
export interface ImageMoveView {
  readonly moveId: string;
  readonly kind: string;
  readonly fromExamId: string | null;
  readonly toExamId: string;
  readonly studyIds: readonly string[];
  readonly reason: string;
  readonly doneBy: string;
  readonly doneAt: Date;
  readonly undoneAt: Date | null;
}

/** Everything this slice knows of one exam. */
export interface ExamDetail extends ExamItem {
  readonly idNumber: string | null;
  readonly phone: string | null;
  readonly itemCode: string | null;
  readonly department: string | null;
  readonly visitNumber: string | null;
  readonly orderingDoctor: string | null;
  readonly orderingPhone: string | null;
  /** 技师: as the clinic said, else whom the images name. */
  readonly technician: string | null;
  readonly clinicalDiagnosis: string | null;
  readonly symptoms: string | null;
  readonly examEnd: Date | null;
  readonly firstByteAt: Date | null;
  readonly lastImageAt: Date | null;
  /** Class B fields that nobody has filled in. */
  readonly absent: readonly string[];
  readonly stateReason: string | null;
  readonly hold: { readonly since: Date; readonly reason: string | null } | null;
  readonly limitation: string | null;
  readonly returned: {
    readonly code: string | null;
    readonly wanted: string | null;
    readonly note: string | null;
    /** Null once the clinic has answered. */
    readonly since: Date | null;
    readonly answer: string | null;
  } | null;
  readonly returnedSeconds: number;
  readonly createdBy: string;
  readonly rev: number;
  readonly studies: readonly (LinkedStudy | { readonly studyInstanceUid: string })[];
  readonly flags: readonly FlagView[];
  readonly imageMoves: readonly ImageMoveView[];
}

export interface DetailParts {
  readonly exam: ExamWithNames;
  readonly linked: readonly LinkedStudy[];
  /** Whom the images name as their operator. */
  readonly operators: string | null;
  readonly flags: readonly FlagView[];
  readonly imageMoves: readonly ImageMoveView[];
  readonly upload: UploadProgress | null;
}

export function examDetail({ exam, linked, operators, flags, imageMoves, upload }: DetailParts): ExamDetail {
  const received = new Set(linked.map((study) => study.studyInstanceUid));
  return {
    ...examView(exam),
    idNumber: exam.id_number,
    phone: exam.phone,
    itemCode: exam.item_code,
    department: exam.department,
    visitNumber: exam.visit_number,
    orderingDoctor: exam.ordering_doctor,
    orderingPhone: exam.ordering_phone,
    technician: exam.technician ?? operators,
    clinicalDiagnosis: exam.clinical_diagnosis,
    symptoms: exam.symptoms,
    examEnd: exam.exam_ended_at,
    firstByteAt: exam.first_byte_at,
    lastImageAt: exam.last_image_at,
    absent: absentClassB(exam),
    upload,
    stateReason: exam.state_reason,
    hold: exam.identity_hold_at && { since: exam.identity_hold_at, reason: exam.identity_hold_reason },
    limitation: exam.limitation,
    returned: exam.return_code === null ? null : returnOf(exam),
    returnedSeconds: exam.returned_seconds,
    createdBy: PROGRAMS.includes(exam.created_by) ? THE_SYSTEM : exam.created_by,
    rev: exam.rev,
    studies: [...linked, ...announcedBy(exam).filter((study) => !received.has(study.studyInstanceUid))],
    flags,
    imageMoves,
  };
}

function badgeOf(exam: Exam): ExamView['badge'] {
  const kind = exam.state === 'WITHDRAWN' ? 'withdraw' : exam.state === 'RETURNED' ? 'return' : null;
  if (kind === null || exam.back_at === null) return null;
  return { kind, reason: exam.state_reason ?? '', by: exam.back_by ?? '', at: exam.back_at };
}

function returnOf(exam: Exam): NonNullable<ExamDetail['returned']> {
  return {
    code: exam.return_code,
    wanted: exam.return_wanted,
    note: exam.return_note,
    since: exam.returned_at,
    answer: exam.return_answer,
  };
}
