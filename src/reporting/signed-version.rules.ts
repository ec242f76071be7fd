import type { ReadingItem } from '../worklist';
import { mayFollow, type Positive, type ReportKind } from './report.state';
import type { ReportSubmission, ReportVersion } from './reporting.entities';
import type { ReportSubject } from './report-subject';
import type { SignedVersion } from './signed-content.rules';
import type { ReportText, Signatory } from './signing.rules';

export type LatestVersion = Pick<ReportVersion, 'id' | 'number' | 'kind'>;

export interface Signing {
  readonly versionId: string;
  readonly kind: ReportKind;
  readonly item: Pick<ReadingItem, 'county_id' | 'clinic_id' | 'exam_id' | 'image_set'>;
  readonly subject: ReportSubject;
  readonly text: ReportText & { readonly positive: Positive };
  readonly submission: Pick<ReportSubmission, 'id' | 'submitted_at'>;
  readonly writer: Signatory;
  readonly reviewer: Signatory;
  /** The newest version of the exam so far. */
  readonly latest: LatestVersion | undefined;
  readonly signedAt: Date;
}

/** Puts the next version of an exam's report together. A clock that stepped back does not sign before it was written. */
export function nextVersion(signing: Signing): SignedVersion {
  const { item, text, submission, writer, reviewer, latest } = signing;
  if (!mayFollow(latest?.kind ?? null, signing.kind)) throw new Error(`no ${signing.kind} after ${latest?.kind}`);
  return {
    id: signing.versionId,
    county_id: item.county_id,
    clinic_id: item.clinic_id,
    exam_id: item.exam_id,
    number: (latest?.number ?? 0) + 1,
    kind: signing.kind,
    supersedes_id: latest?.id ?? null,
    reason: null,
    subject: signing.subject,
    technique: text.technique,
    findings: text.findings,
    impression: text.impression,
    recommendation: text.recommendation,
    positive: text.positive,
    submission_id: submission.id,
    writer_id: writer.id,
    writer_name: writer.name,
    writer_title: writer.title ?? '',
    writer_hospital: writer.hospital ?? '',
    written_at: submission.submitted_at,
    reviewer_id: reviewer.id,
    reviewer_name: reviewer.name,
    reviewer_title: reviewer.title ?? '',
    reviewer_hospital: reviewer.hospital ?? '',
    signed_at: signing.signedAt < submission.submitted_at ? submission.submitted_at : signing.signedAt,
    single_sign: false,
    image_set: item.image_set,
  };
}
