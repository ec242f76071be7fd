import type { Tx } from '../platform/database';
import type { ReportKind, ReportVersion } from '../reporting';

/** What of a signed version goes to its clinic. */
export type ContentRow = Pick<
  ReportVersion,
  | 'id'
  | 'exam_id'
  | 'number'
  | 'kind'
  | 'reason'
  | 'subject'
  | 'technique'
  | 'findings'
  | 'impression'
  | 'recommendation'
  | 'positive'
  | 'writer_name'
  | 'writer_title'
  | 'writer_hospital'
  | 'written_at'
  | 'reviewer_name'
  | 'reviewer_title'
  | 'reviewer_hospital'
  | 'signed_at'
  | 'single_sign'
  | 'content_sha256'
  | 'verification_code'
>;

/** The columns behind a {@link ContentRow}, of `report_version v`. */
export const CONTENT_COLUMNS = `v.id, v.exam_id, v.number, v.kind, v.reason, v.subject, v.technique, v.findings, v.impression, v.recommendation,
  v.positive, v.writer_name, v.writer_title, v.writer_hospital, v.written_at, v.reviewer_name, v.reviewer_title,
  v.reviewer_hospital, v.signed_at, v.single_sign, v.content_sha256, v.verification_code`;

/** A signed report as a clinic's system gets it, on whatever channel: enough to file it without asking again. */
export interface ReportContent {
  readonly examId: string;
  readonly accessionNumber: string;
  readonly patientName: string;
  readonly studies: readonly { readonly studyInstanceUid: string }[];
  readonly reportVersion: ReportVersionRef;
  readonly kind: ReportKind;
  readonly report: object;
  /** Of the printed sheet; needs the caller's own key or session. */
  readonly pdfUrl: string;
}

export interface ReportVersionRef {
  readonly versionId: string;
  readonly number: number;
  readonly kind: ReportKind;
  readonly signedAt: string;
}

/** The content of one version. A foreign key of the delivery makes sure that it is there. */
export async function reportContent(tx: Tx, versionId: string, publicUrl: string): Promise<ReportContent> {
  const row = await tx.row<ContentRow>(
    `SELECT ${CONTENT_COLUMNS} FROM report_version v WHERE v.county_id = $1 AND v.id = $2`,
    [tx.ctx.countyId, versionId],
  );
  return contentOf(row!, publicUrl);
}

/**
 * Times as ISO 8601 text. Versions are immutable and nothing here depends on when it is asked, so every attempt of a
 * delivery sends the same bytes.
 *
 * @param publicUrl origin under which clinics reach the centre; empty where it is not known: the link is a path then
 */
export function contentOf(row: ContentRow, publicUrl: string): ReportContent {
  const { subject } = row;
  return {
    examId: row.exam_id,
    accessionNumber: subject.accessionNumber,
    patientName: subject.patientName,
    studies: subject.studyUids.map((studyInstanceUid) => ({ studyInstanceUid })),
    reportVersion: { versionId: row.id, number: row.number, kind: row.kind, signedAt: row.signed_at.toISOString() },
    kind: row.kind,
    report: reportOf(row),
    pdfUrl: `${publicUrl.replace(/\/$/, '')}/api/reports/${row.id}/pdf`,
  };
}

function reportOf(row: ContentRow): object {
  const { subject } = row;
  return {
    reason: row.reason,
    patient: { name: subject.patientName, localId: subject.patientLocalId, sex: subject.sex, age: subject.age },
    exam: {
      performedAt: subject.performedAt,
      modality: subject.modality,
      itemName: subject.itemName,
      bodyPart: subject.bodyPart,
      laterality: subject.laterality,
      department: subject.department,
      visitNumber: subject.visitNumber,
      orderingDoctor: subject.orderingDoctor,
      limitation: subject.limitation,
    },
    technique: row.technique,
    findings: row.findings,
    impression: row.impression,
    recommendation: row.recommendation,
    positive: row.positive,
    writer: {
      name: row.writer_name,
      title: row.writer_title,
      hospital: row.writer_hospital,
      at: row.written_at.toISOString(),
    },
    reviewer: {
      name: row.reviewer_name,
      title: row.reviewer_title,
      hospital: row.reviewer_hospital,
      at: row.signed_at.toISOString(),
    },
    singleSign: row.single_sign,
    contentSha256: row.content_sha256,
    verificationCode: row.verification_code,
  };
}
