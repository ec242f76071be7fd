import type { DomainEvent } from '../platform/outbox';
import type { Exam } from './exam.entity';

/** An exam was made, changed its state, its content or its images (subject: the exam). */
export const EXAM_CHANGED = 'ExamChanged';

/**
 * Images came to, or were moved at, an exam whose report is out: signed, or a preliminary one (subject: the exam; payload
 * `imageSet`).
 */
export const IMAGES_AFTER_SIGNING = 'ImagesAfterSigning';

export const imagesAfterSigning = (exam: Pick<Exam, 'id' | 'image_set'>): DomainEvent => ({
  kind: IMAGES_AFTER_SIGNING,
  subjectId: exam.id,
  payload: { imageSet: exam.image_set },
});

/** An exam left for good, or for the clinic's own reasons: VOID or WITHDRAWN (subject: the exam; payload `state`). */
export const EXAM_ENDED = 'ExamEnded';

export const examEnded = (exam: Pick<Exam, 'id' | 'state'>): DomainEvent => ({
  kind: EXAM_ENDED,
  subjectId: exam.id,
  payload: { state: exam.state },
});

/** 身份存疑 began or ended (subject: the exam; payload {@link DoubtFacts}). */
export const IDENTITY_DOUBT = 'IdentityDoubt';

/**
 * How a doubt ended: lifted by a person who has made sure; answered by a move of images, which left the exam others or took
 * all that it had; or voided with its exam.
 */
export type DoubtEnd = 'released' | 'images_moved' | 'images_gone' | 'voided';

export interface DoubtFacts {
  readonly held: boolean;
  /** null while it stands. */
  readonly ended: DoubtEnd | null;
  /** Who did it, if a person. */
  readonly by: string | null;
}

type Doubted = Pick<Exam, 'id' | 'identity_hold_at' | 'last_image_at' | 'metadata_only'>;

/** What a deed that set the hold of an exam, as it is after it, says of the doubt; undefined when it neither began nor ended one. */
export function identityDoubt(exam: Doubted, action: string, by: string | null): DomainEvent | undefined {
  const held = exam.identity_hold_at !== null;
  const ended = held ? null : doubtEnd(exam, action);
  if (ended === undefined) return undefined;
  const facts: DoubtFacts = { held, ended, by };
  return { kind: IDENTITY_DOUBT, subjectId: exam.id, payload: { ...facts } };
}

function doubtEnd(exam: Doubted, action: string): DoubtEnd | undefined {
  if (action === 'exam.hold-release') return 'released';
  if (action === 'exam.void') return 'voided';
  if (!action.startsWith('exam.images-')) return undefined;
  return exam.last_image_at === null && !exam.metadata_only ? 'images_gone' : 'images_moved';
}

/** An exam said its patient's 身份证号 (subject: the exam): he may be known elsewhere. */
export const PATIENT_IDENTIFIED = 'PatientIdentified';

export const patientIdentified = (examId: string): DomainEvent => ({
  kind: PATIENT_IDENTIFIED,
  subjectId: examId,
  payload: {},
});

/** Plain facts for the clocks; never anything that names a patient. Times are ISO 8601. */
export interface ExamFacts {
  readonly rev: number;
  readonly state: string;
  readonly clinicId: string;
  readonly modality: string | null;
  readonly priority: string;
  readonly source: string | null;
  readonly returnedSeconds: number;
  readonly t0: string | null;
  readonly t1: string | null;
  readonly t2: string | null;
  readonly t3: string | null;
}

type Facts = Pick<
  Exam,
  | 'id'
  | 'rev'
  | 'state'
  | 'clinic_id'
  | 'modality'
  | 'priority'
  | 'source'
  | 'returned_seconds'
  | 'exam_started_at'
  | 'exam_ended_at'
  | 'first_byte_at'
  | 'queued_at'
>;

export function examChanged(exam: Facts): DomainEvent {
  const facts: ExamFacts = {
    rev: exam.rev,
    state: exam.state,
    clinicId: exam.clinic_id,
    modality: exam.modality,
    priority: exam.priority,
    source: exam.source,
    returnedSeconds: exam.returned_seconds,
    t0: exam.exam_started_at?.toISOString() ?? null,
    t1: exam.exam_ended_at?.toISOString() ?? null,
    t2: exam.first_byte_at?.toISOString() ?? null,
    t3: exam.queued_at?.toISOString() ?? null,
  };
  return { kind: EXAM_CHANGED, subjectId: exam.id, payload: { ...facts } };
}
