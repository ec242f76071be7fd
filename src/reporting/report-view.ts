import type { Positive, ReportKind, SubmissionOutcome } from './report.state';
import type { ReportDraft, ReportSubmission, ReportVersion } from './reporting.entities';
import type { ReportSubject } from './report-subject';

/** A version with its place in the chain: what it supersedes and what has superseded it. */
export type VersionRow = ReportVersion & {
  readonly supersedes_number: number | null;
  readonly superseded_by: number | null;
};

/** An addendum adds to a version, every other later version takes its place. */
export const VERSION_ROWS = `
  SELECT v.*, earlier.number AS supersedes_number,
    (SELECT max(later.number) FROM report_version later
     WHERE later.exam_id = v.exam_id AND later.number > v.number AND later.kind <> 'addendum') AS superseded_by
  FROM report_version v LEFT JOIN report_version earlier ON earlier.id = v.supersedes_id`;

export interface SignerView {
  readonly personId: string;
  readonly name: string;
  readonly title: string;
  readonly hospital: string;
  /** 书写时间 or 审签时间. */
  readonly at: Date;
}

/** A signed version as other slices and clients see it. */
export interface ReportVersionView {
  readonly versionId: string;
  readonly examId: string;
  readonly clinicId: string;
  readonly number: number;
  readonly kind: ReportKind;
  /** Number of the version it takes the place of or adds to. */
  readonly supersedes: number | null;
  /** Number of the newest version that has taken its place. */
  readonly supersededBy: number | null;
  readonly reason: string | null;
  readonly subject: ReportSubject;
  readonly technique: string;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation: string;
  readonly positive: Positive;
  readonly writer: SignerView;
  readonly reviewer: SignerView;
  readonly singleSign: boolean;
  readonly imageSet: number;
  readonly signedAt: Date;
  readonly contentSha256: string;
  readonly verificationCode: string;
  /** null while the sheet is being set in type. */
  readonly pdf: { readonly bytes: number; readonly sha256: string } | null;
}

export function versionView(row: VersionRow): ReportVersionView {
  const { pdf_sha256: pdfSha256, pdf_bytes: pdfBytes } = row;
  return {
    versionId: row.id,
    examId: row.exam_id,
    clinicId: row.clinic_id,
    number: row.number,
    kind: row.kind,
    supersedes: row.supersedes_number,
    supersededBy: row.superseded_by,
    reason: row.reason,
    subject: row.subject,
    ...textView(row),
    positive: row.positive,
    writer: {
      personId: row.writer_id,
      name: row.writer_name,
      title: row.writer_title,
      hospital: row.writer_hospital,
      at: row.written_at,
    },
    reviewer: {
      personId: row.reviewer_id,
      name: row.reviewer_name,
      title: row.reviewer_title,
      hospital: row.reviewer_hospital,
      at: row.signed_at,
    },
    singleSign: row.single_sign,
    imageSet: row.image_set,
    signedAt: row.signed_at,
    contentSha256: row.content_sha256,
    verificationCode: row.verification_code,
    pdf: pdfSha256 === null || pdfBytes === null ? null : { bytes: pdfBytes, sha256: pdfSha256 },
  };
}

export type DraftRow = ReportDraft & { readonly author_name: string };

export interface DraftView {
  readonly version: number;
  readonly technique: string;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation: string;
  readonly positive: Positive | null;
  readonly author: { readonly personId: string; readonly name: string };
  readonly savedAt: Date;
}

export const draftView = (row: DraftRow): DraftView => ({
  version: row.version,
  ...textView(row),
  positive: row.positive,
  author: { personId: row.author_id, name: row.author_name },
  savedAt: row.saved_at,
});

export type SubmissionRow = ReportSubmission & { readonly writer_name: string };

export interface SubmissionView {
  readonly submissionId: string;
  readonly version: number;
  readonly imageSet: number;
  readonly technique: string;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation: string;
  readonly positive: Positive | null;
  readonly writer: { readonly personId: string; readonly name: string };
  readonly submittedAt: Date;
  readonly outcome: SubmissionOutcome | null;
  readonly outcomeAt: Date | null;
  readonly reason: string | null;
}

export const submissionView = (row: SubmissionRow): SubmissionView => ({
  submissionId: row.id,
  version: row.draft_version,
  imageSet: row.image_set,
  ...textView(row),
  positive: row.positive,
  writer: { personId: row.writer_id, name: row.writer_name },
  submittedAt: row.submitted_at,
  outcome: row.outcome,
  outcomeAt: row.outcome_at,
  reason: row.outcome_reason,
});

const textView = ({
  technique,
  findings,
  impression,
  recommendation,
}: ReportDraft | ReportSubmission | ReportVersion) => ({
  technique,
  findings,
  impression,
  recommendation,
});
