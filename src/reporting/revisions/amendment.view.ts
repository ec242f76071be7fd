import type { Exam } from '../../exams';
import type { Positive } from '../report.state';
import { AMENDMENT_STATE_NAMES, type AmendmentKind, type AmendmentState } from './amendment.state';
import type { ReportAmendment } from './revisions.entities';

/** What whoever works on an amendment sends along; the shape of a claim. No lease: it is its writer's until it ends. */
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
  readonly image_set: number;
  readonly exam_state: Exam['state'];
};

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
  readonly writer: { readonly personId: string; readonly name: string };
  readonly openedAt: Date;
  readonly submittedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
  readonly issuedVersionId: string | null;
}

export const amendmentView = (row: AmendmentRow): AmendmentView => ({
  ...claimOf(row, { state: row.exam_state, image_set: row.image_set }),
  amendmentStateName: AMENDMENT_STATE_NAMES[row.state],
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
  writer: { personId: row.writer_id, name: row.writer_name },
  openedAt: row.opened_at,
  submittedAt: row.submitted_at,
  endedAt: row.ended_at,
  endReason: row.end_reason,
  issuedVersionId: row.issued_id,
});
