import type { ReadingMode } from '../tenancy';
import type { ExamContent } from './content/class-a.rules';
import type { Exam } from './exam.entity';
import { EMPTY_CONTENT } from './content/request.rules';

export interface NewExam {
  readonly id: string;
  readonly countyId: string;
  readonly clinicId: string;
  readonly content: ExamContent;
  readonly patientId: string | null;
  readonly mode: ReadingMode;
  readonly state: Exam['state'];
  readonly missing: readonly string[];
  readonly requestDigest: string | null;
  /** The name of who, or what, registered it. */
  readonly createdBy: string;
  readonly now: Date;
}

/** A whole row of a new exam, before its first image. */
export function newExamRow(exam: NewExam): Exam {
  return {
    ...NOTHING_YET,
    ...exam.content,
    id: exam.id,
    county_id: exam.countyId,
    clinic_id: exam.clinicId,
    patient_id: exam.patientId,
    mode: exam.mode,
    state: exam.state,
    missing: [...exam.missing],
    request_digest: exam.requestDigest,
    images_complete: exam.content.metadata_only ? 'metadata_only' : null,
    queued_at: exam.state === 'QUEUED' ? exam.now : null,
    created_by: exam.createdBy,
    created_at: exam.now,
    updated_at: exam.now,
  };
}

const NOTHING_YET = {
  state_before_consulting: null,
  state_reason: null,
  back_by: null,
  back_at: null,
  attempt: 1,
  image_set: 0,
  identity_hold_at: null,
  identity_hold_reason: null,
  limitation: null,
  return_code: null,
  return_wanted: null,
  return_note: null,
  return_answer: null,
  returned_at: null,
  returned_seconds: 0,
  urged_at: null,
  first_byte_at: null,
  last_image_at: null,
  preliminary_at: null,
  rev: 1,
} as const;

/** Every column of an exam. */
export const EXAM_COLUMNS = Object.keys(
  newExamRow({
    id: '',
    countyId: '',
    clinicId: '',
    content: EMPTY_CONTENT,
    patientId: null,
    mode: 'diagnose',
    state: 'REGISTERED',
    missing: [],
    requestDigest: null,
    createdBy: '',
    now: new Date(0),
  }),
) as readonly (keyof Exam)[];

/** Where the row of an INSERT would meet the accession number of another exam. */
export const ON_ACCESSION_TAKEN =
  "ON CONFLICT (county_id, clinic_id, accession_number) WHERE accession_number IS NOT NULL AND state <> 'VOID'";
