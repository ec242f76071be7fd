import type { Exam } from '../../exams';
import type { Positive } from '../report.state';
import { type AmendmentKind, type AmendmentState, amendmentStateName, type TakenHow } from './amendment.state';
import type { ReportAmendment } from './revisions.entities';

/**
 * What whoever works on an amendment sends along; the shape of a claim. No lease: it is its writer's until it ends, or
 * until he leaves.
 */
export interface AmendmentClaim {
  readonly amendmentId: string;
  readonly examId: string;
  readonly kind: AmendmentKind;
  /** Of the exam: AMENDING, or SIGNED with an addendum. */
  readonly state: string;
  readonly amendmentState: AmendmentState;
  readonly fence: number;
  readonly leaseUntil: null;
  readonly version: number;
  readonly imageSet: number;
}

export const claimOf = (amendment: ReportAmendment, exam: Pick<Exam, 'state' | 'image_set'>): AmendmentClaim => ({
  amendmentId: amendment.id,
  examId: amendment.exam_id,
  kind: amendment.kind,
  state: exam.state,
  amendmentState: amendment.state,
  fence: amendment.fence,
  leaseUntil: null,
  version: amendment.draft_version,
  imageSet: exam.image_set,
});

/** An amendment with the names that lists and screens show. */
export type AmendmentRow = ReportAmendment & {
  readonly accession_number: string | null;
  readonly patient_name: string;
  readonly clinic_name: string;
  readonly writer_name: string;
  readonly writer_hospital_name: string | null;
  readonly author_name: string | null;
  readonly taken_from_name: string | null;
  readonly image_set: number;
  readonly exam_state: Exam['state'];
};

interface PersonName {
  readonly personId: string;
  readonly name: string;
}

export interface AmendmentView extends AmendmentClaim {
  readonly amendmentStateName: string;
  readonly accessionNumber: string | null;
  readonly patientName: string;
  readonly clinicName: string;
  readonly versionId: string;
  readonly reason: string;
  readonly technique: string;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation: string;
  readonly positive: Positive | null;
  readonly writer: PersonName & { readonly hospitalId: string | null; readonly hospitalName: string | null };
  /** Who saved the text last; null while it is what stood before. */
  readonly author: PersonName | null;
  /** False when another than the caller wrote it last: he is told before he goes on with it. */
  readonly own: boolean;
  /** Nobody writes it: its writer left, or his hospital is silent. */
  readonly released: { readonly at: Date; readonly reason: string } | null;
  /** From whom, how and why it came to its writer; null when it was nobody's before. */
  readonly takenOver: {
    readonly from: PersonName;
    readonly how: TakenHow;
    readonly reason: string;
    readonly at: Date;
  } | null;
  readonly openedAt: Date;
  readonly submittedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
  readonly issuedVersionId: string | null;
}

export const amendmentView = (row: AmendmentRow, readerId: string | null): AmendmentView => ({
  ...claimOf(row, { state: row.exam_state, image_set: row.image_set }),
  amendmentStateName: amendmentStateName(row),
  accessionNumber: row.accession_number,
  patientName: row.patient_name,
  clinicName: row.clinic_name,
  versionId: row.version_id,
  reason: row.reason,
  technique: row.technique,
  findings: row.findings,
  impression: row.impression,
  recommendation: row.recommendation,
  positive: row.positive,
  writer: {
    personId: row.writer_id,
    name: row.writer_name,
    hospitalId: row.writer_hospital_id,
    hospitalName: row.writer_hospital_name,
  },
  author: row.author_id === null ? null : { personId: row.author_id, name: row.author_name ?? '' },
  own: row.author_id === null || row.author_id === readerId,
  released: row.released_at && { at: row.released_at, reason: row.release_reason ?? '' },
  takenOver: takenOver(row),
  openedAt: row.opened_at,
  submittedAt: row.submitted_at,
  endedAt: row.ended_at,
  endReason: row.end_reason,
  issuedVersionId: row.issued_id,
});

function takenOver(row: AmendmentRow): AmendmentView['takenOver'] {
  const { taken_from_id: personId, taken_how: how, taken_at: at } = row;
  if (personId === null || how === null || at === null) return null;
  return { from: { personId, name: row.taken_from_name ?? '' }, how, reason: row.taken_reason ?? '', at };
}
