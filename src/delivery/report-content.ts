import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '../platform/database';
import {
  type ReportKind,
  type ReportVersion,
  type TextChanges,
  textChanges,
  differsFromPreliminary,
  takesPlaceSql,
} from '../reporting';
import type { Delivery } from './delivery.entities';

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
  | 'annexes'
  | 'key_images'
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
> & {
  /** Number of the version it takes the place of or adds to. */
  readonly supersedes_number: number | null;
  readonly replaces: number[];
  /** The last version before it that says something itself; null where it is the first. */
  readonly base: ComparedVersion | null;
  readonly recalled_at: Date | null;
  readonly recall_reason: string | null;
};

type ComparedVersion = Pick<
  ReportVersion,
  'kind' | 'technique' | 'findings' | 'impression' | 'recommendation' | 'positive'
> & { readonly keyImages: ReportVersion['key_images'] };

/** The columns behind a {@link ContentRow}, of {@link CONTENT_TABLES}. */
export const CONTENT_COLUMNS = `v.id, v.exam_id, v.number, v.kind, v.reason, v.subject, v.technique, v.findings, v.impression, v.recommendation,
  v.positive, v.annexes, v.key_images, v.writer_name, v.writer_title, v.writer_hospital, v.written_at, v.reviewer_name, v.reviewer_title,
  v.reviewer_hospital, v.signed_at, v.single_sign, v.content_sha256, v.verification_code,
  replaced.number AS supersedes_number, coalesce(gone.numbers, '{}') AS replaces, base.text AS base, recall.recalled_at, recall.reason AS recall_reason`;

/** `report_version v` with what it is compared with. All of it is settled when the version is signed, but its recall. */
export const CONTENT_TABLES = `report_version v
  LEFT JOIN report_version replaced ON replaced.id = v.supersedes_id
  LEFT JOIN report_recall recall ON recall.version_id = v.id
  LEFT JOIN LATERAL (
    SELECT jsonb_build_object('kind', b.kind, 'technique', b.technique, 'findings', b.findings, 'impression', b.impression,
      'recommendation', b.recommendation, 'positive', b.positive, 'keyImages', b.key_images) AS text
    FROM report_version b WHERE b.exam_id = v.exam_id AND b.number < v.number AND b.kind <> 'addendum'
      AND NOT EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = b.id)
    ORDER BY b.number DESC LIMIT 1) base ON v.number > 1 AND v.kind IN ('final', 'corrected')
  LEFT JOIN LATERAL (
    SELECT array_agg(b.number ORDER BY b.number) AS numbers FROM report_version b
    WHERE b.exam_id = v.exam_id AND b.number < v.number AND EXISTS (
      SELECT 1 FROM report_version c WHERE c.exam_id = v.exam_id AND c.number > b.number AND c.number <= v.number
        AND ${takesPlaceSql('c.kind', 'b.kind')})) gone ON v.number > 1`;

/**
 * What an entry is to the clinic: the kind of its version, but `corrected` for a formal report that says something else
 * than the preliminary one did, and `recalled` for a version that was called back.
 */
export type EntryKind = ReportKind | 'recalled';

/** A signed report as a clinic's system gets it, on whatever channel: enough to file it without asking again. */
export interface ReportContent {
  readonly examId: string;
  readonly accessionNumber: string;
  readonly patientName: string;
  readonly studies: readonly { readonly studyInstanceUid: string }[];
  readonly reportVersion: ReportVersionRef;
  readonly kind: EntryKind;
  /** Number of the version it takes the place of or, an addendum, adds to. */
  readonly supersedes: number | null;
  /** Numbers of all versions that are no longer to be shown beside it, those among them that were never sent too. */
  readonly replaces: readonly number[];
  /** Why there is another version, or why it was called back. */
  readonly reason: string | null;
  /** What a correction changed, word by word. */
  readonly changes: TextChanges | null;
  /** Of a correction: whether it shows other 关键图像 than what it takes the place of. */
  readonly keyImagesChanged?: boolean;
  readonly recalledAt: string | null;
  /** null for a version that was called back. */
  readonly report: object | null;
  /** Of the printed sheet; needs the caller's own key or session. */
  readonly pdfUrl: string | null;
}

export interface ReportVersionRef {
  readonly versionId: string;
  readonly number: number;
  readonly kind: ReportKind;
  readonly signedAt: string;
}

/** What a delivery carries. A foreign key of it makes sure that its version is there. */
export async function reportContent(
  tx: Tx,
  delivery: Pick<Delivery, 'report_version_id' | 'event'>,
  publicUrl: string,
): Promise<ReportContent> {
  const row = await tx.row<ContentRow>(
    `SELECT ${CONTENT_COLUMNS} FROM ${CONTENT_TABLES} WHERE v.county_id = $1 AND v.id = $2`,
    [tx.ctx.countyId, delivery.report_version_id],
  );
  return delivery.event === 'recalled' ? withheld(contentOf(row!, publicUrl), row!) : contentOf(row!, publicUrl);
}

/**
 * Times as ISO 8601 text. Versions are immutable and nothing here depends on when it is asked, so every attempt of a
 * delivery sends the same bytes.
 *
 * @param publicUrl origin under which clinics reach the centre; empty where it is not known: the link is a path then
 */
export function contentOf(row: ContentRow, publicUrl: string): ReportContent {
  const { subject } = row;
  const changes = correction(row);
  return {
    examId: row.exam_id,
    accessionNumber: subject.accessionNumber,
    patientName: subject.patientName,
    studies: subject.studyUids.map((studyInstanceUid) => ({ studyInstanceUid })),
    reportVersion: { versionId: row.id, number: row.number, kind: row.kind, signedAt: row.signed_at.toISOString() },
    kind: row.kind === 'final' && changes ? 'corrected' : row.kind,
    supersedes: row.supersedes_number,
    replaces: row.replaces,
    reason: row.reason,
    changes,
    ...(row.kind === 'corrected' && row.key_images && { keyImagesChanged: showsOthers(row) }),
    recalledAt: null,
    report: reportOf(row),
    pdfUrl: `${publicUrl.replace(/\/$/, '')}/api/reports/${row.id}/pdf`,
  };
}

/** A version that was called back, without what it said. */
export function withheld(
  content: ReportContent,
  { recalled_at: recalledAt, recall_reason: reason }: Pick<ContentRow, 'recalled_at' | 'recall_reason'>,
): ReportContent {
  return {
    ...content,
    kind: 'recalled',
    reason,
    changes: null,
    recalledAt: recalledAt?.toISOString() ?? null,
    report: null,
    pdfUrl: null,
  };
}

const showsOthers = ({ base, key_images: shown }: ContentRow): boolean =>
  !isDeepStrictEqual(base?.keyImages ?? [], shown);

/** What the clinic has to be told of as changed: a correction, or a formal report against the preliminary one it has. */
function correction(row: ContentRow): TextChanges | null {
  const { base } = row;
  if (!base || (row.kind !== 'corrected' && row.kind !== 'final')) return null;
  if (row.kind === 'final' && !differsFromPreliminary(base, row)) return null;
  return textChanges(base, row);
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
      technician: subject.technician ?? null,
      limitation: subject.limitation,
    },
    technique: row.technique,
    findings: row.findings,
    impression: row.impression,
    recommendation: row.recommendation,
    positive: row.positive,
    /** 会诊意见 */
    annexes: row.annexes ?? [],
    // Versions from before there were any are sent as they were the first time.
    ...(row.key_images && { keyImages: row.key_images.map(({ sha256: _, ...image }) => image) }),
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
