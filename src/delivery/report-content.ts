import type { Tx } from '../platform/database';
import type { ReportKind, ReportVersion } from '../reporting';

/** What of a signed version goes to its clinic. */
type ContentRow = Pick<
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

const COLUMNS = `id, exam_id, number, kind, reason, subject, technique, findings, impression, recommendation, positive,
  writer_name, writer_title, writer_hospital, written_at, reviewer_name, reviewer_title, reviewer_hospital, signed_at,
  single_sign, content_sha256, verification_code`;

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

/**
 * The contents of these versions, by version id. One query for a whole page of an inbox; immutable rows, so what is read
 * now is what was signed.
 *
 * @param publicUrl origin under which clinics reach the centre; empty where it is not known: the link is a path then
 */
export async function reportContents(
  tx: Tx,
  versionIds: readonly string[],
  publicUrl: string,
): Promise<ReadonlyMap<string, ReportContent>> {
  if (versionIds.length === 0) return new Map();
  const rows = await tx.rows<ContentRow>(
    `SELECT ${COLUMNS} FROM report_version WHERE county_id = $1 AND id = ANY($2)`,
    [tx.ctx.countyId, versionIds],
  );
  return new Map(rows.map((row) => [row.id, contentOf(row, publicUrl)]));
}

/** Times as ISO 8601 text; nothing in it depends on when it is asked, so that every attempt sends the same bytes. */
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
