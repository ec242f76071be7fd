import type { KeyImage } from './key-images/key-image';
import type { SignedAnnex } from './annexes/signed-annex';
import { type Positive, type ReportKind, type SubmissionOutcome, takesPlaceSql } from './report.state';
import type { ReportDraft, ReportSubmission, ReportVersion } from './reporting.entities';
import type { ReportSubject } from './signing/report-subject';

/** A version with its place in the chain: what it supersedes, what has superseded it, and what became of it. */
export type VersionRow = ReportVersion & {
  /** Whether the law calls its signature reliable; null for versions without one. */
  readonly signature_reliable: boolean | null;
  /** 撤销审核 */
  readonly recalled_at: Date | null;
  readonly recall_reason: string | null;
  /** 更正中: it stands while another doctor's correction of it is on its way. */
  readonly amending_since: Date | null;
  readonly amending_reason: string | null;
  readonly supersedes_number: number | null;
  readonly superseded_by: number | null;
  readonly superseded_by_kind: ReportKind | null;
  /** The signed version whose text the writer took over. */
  readonly copied_from_id: string | null;
};

/** What has taken a version's place was not recalled itself. */
export const VERSION_ROWS = `
  SELECT v.*, earlier.number AS supersedes_number, signing_key.reliable AS signature_reliable, report_recall.recalled_at,
    report_recall.reason AS recall_reason, amending.opened_at AS amending_since, amending.reason AS amending_reason,
    taken.number AS superseded_by, taken.kind AS superseded_by_kind, submission.copied_from_id
  FROM report_version v
  LEFT JOIN report_version earlier ON earlier.id = v.supersedes_id
  LEFT JOIN report_submission submission ON submission.id = v.submission_id
  LEFT JOIN signing_key ON signing_key.key_id = v.signature_key_id
  LEFT JOIN report_recall ON report_recall.version_id = v.id
  LEFT JOIN report_amendment amending
    ON amending.exam_id = v.exam_id AND amending.version_id = v.id AND amending.kind = 'corrected' AND amending.state IN ('WRITING', 'SUBMITTED')
  LEFT JOIN LATERAL (SELECT later.number, later.kind FROM report_version later
    WHERE later.exam_id = v.exam_id AND later.number > v.number AND ${takesPlaceSql('later.kind', 'v.kind')}
      AND NOT EXISTS (SELECT 1 FROM report_recall recalled WHERE recalled.version_id = later.id)
    ORDER BY later.number DESC LIMIT 1) taken ON true`;

export interface SignerView {
  readonly personId: string;
  readonly name: string;
  readonly title: string;
  readonly hospital: string;
  /** 书写时间 or 审签时间. */
  readonly at: Date;
}

export interface SignatureView {
  readonly keyId: string;
  readonly algorithm: string;
  /** False for keys that the server holds: their signatures are not reliable in law (电子签名法 第十三条). */
  readonly reliable: boolean;
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
  /** 召回: it was called back before the clinic had seen it. */
  readonly recalled: { readonly at: Date; readonly reason: string } | null;
  /** 更正中: it stands, and a correction of it is on its way. */
  readonly amending: { readonly since: Date; readonly reason: string } | null;
  readonly subject: ReportSubject;
  readonly technique: string;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation: string;
  readonly positive: Positive;
  /** 会诊意见 that joined it. */
  readonly annexes: readonly SignedAnnex[];
  /** 关键图像 that it prints. */
  readonly keyImages: readonly KeyImage[];
  readonly writer: SignerView;
  readonly reviewer: SignerView;
  readonly singleSign: boolean;
  /** The signed version whose text its writer took over; null where none was, and for clinics. */
  readonly copiedFrom: string | null;
  readonly imageSet: number;
  readonly signedAt: Date;
  readonly contentSha256: string;
  /** null for versions that were signed before there were signatures. */
  readonly signature: SignatureView | null;
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
    recalled: row.recalled_at && { at: row.recalled_at, reason: row.recall_reason ?? '' },
    amending: row.amending_since && { since: row.amending_since, reason: row.amending_reason ?? '' },
    subject: row.subject,
    ...textView(row),
    positive: row.positive,
    annexes: row.annexes ?? [],
    keyImages: row.key_images ?? [],
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
    copiedFrom: row.copied_from_id,
    imageSet: row.image_set,
    signedAt: row.signed_at,
    contentSha256: row.content_sha256,
    signature: signatureView(row),
    verificationCode: row.verification_code,
    pdf: pdfSha256 === null || pdfBytes === null ? null : { bytes: pdfBytes, sha256: pdfSha256 },
  };
}

export function signatureView(row: VersionRow): SignatureView | null {
  const { signature_key_id: keyId, signature_algorithm: algorithm, signature_reliable: reliable } = row;
  return keyId === null || algorithm === null ? null : { keyId, algorithm, reliable: reliable ?? false };
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
  /** False when another than the caller wrote it last: he is told before he goes on with it. */
  readonly own: boolean;
  readonly templateId: string | null;
  /** The signed version whose text was taken over; null where none was. */
  readonly copiedFrom: string | null;
  readonly savedAt: Date;
}

export const draftView = (row: DraftRow, readerId: string | null): DraftView => ({
  version: row.version,
  ...textView(row),
  positive: row.positive,
  author: { personId: row.author_id, name: row.author_name },
  own: row.author_id === readerId,
  templateId: row.template_id,
  copiedFrom: row.copied_from_id,
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
  readonly copiedFrom: string | null;
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
  copiedFrom: row.copied_from_id,
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
