import type { ReadingItem } from '../../worklist';
import type { KeyImage } from '../key-images/key-image';
import type { SignedAnnex } from '../annexes/signed-annex';
import { mayFollow, type Positive, type ReportKind, standingOf } from '../report.state';
import type { ReportVersion } from '../reporting.entities';
import type { ReportSubject } from './report-subject';
import { imageListSha256, type SignedVersion } from './signed-content.rules';
import type { ReportText, Signatory } from './signing.rules';

export type LatestVersion = Pick<ReportVersion, 'id' | 'number' | 'kind'> & {
  /** 召回: another final version takes its place. */
  readonly recalled?: boolean;
};

export interface Signing {
  readonly versionId: string;
  readonly kind: ReportKind;
  readonly item: Pick<ReadingItem, 'county_id' | 'clinic_id' | 'exam_id' | 'image_set'>;
  readonly subject: ReportSubject;
  readonly text: ReportText & { readonly positive: Positive };
  /** The text's way to the review; its id is null where nothing was handed in (a void, a corrected name). */
  readonly submission: { readonly id: string | null; readonly submitted_at: Date };
  /** Why there is another version; for every kind but the first ones. */
  readonly reason?: string | null;
  readonly writer: Signatory;
  readonly reviewer: Signatory;
  /** The newest version of the exam so far. */
  readonly latest: LatestVersion | undefined;
  readonly signedAt: Date;
  /** 单签: writer and signer are one. */
  readonly singleSign?: boolean;
}

/** What belongs to a version at the moment of signing and is not of the signer's choosing. */
export interface Present {
  /** SHA-256 of the exam's images, sorted. */
  readonly images: readonly string[];
  /** 会诊意见 that this version carries. */
  readonly annexes: readonly SignedAnnex[];
  /** 关键图像 that it prints. */
  readonly keyImages: readonly KeyImage[];
  /** SHA-256 of the handwritten signature in force, by person; who has none is not in it. */
  readonly handwriting: ReadonlyMap<string, string>;
}

/** Kinds whose signer looks at no images: the findings stay as they are, or end. */
const WITHOUT_A_LOOK: readonly ReportKind[] = ['demographics', 'void'];

/**
 * The images that the signature of a version speaks of: the exam's now; where nobody looks at them, those of them that the
 * version before it speaks of. What came since is another question (补充、更正、确认无变化).
 */
export function imagesUnder(kind: ReportKind, now: readonly string[], before: readonly string[]): readonly string[] {
  return WITHOUT_A_LOOK.includes(kind) ? now.filter((file) => before.includes(file)) : now;
}

/** Puts the next version of an exam's report together. A clock that stepped back does not sign before it was written. */
export function nextVersion(signing: Signing, { images, annexes, keyImages, handwriting }: Present): SignedVersion {
  const { item, text, submission, writer, reviewer, latest } = signing;
  if (!mayFollow(standingOf(latest), signing.kind)) throw new Error(`no ${signing.kind} after ${latest?.kind}`);
  return {
    id: signing.versionId,
    county_id: item.county_id,
    clinic_id: item.clinic_id,
    exam_id: item.exam_id,
    number: (latest?.number ?? 0) + 1,
    kind: signing.kind,
    supersedes_id: latest?.id ?? null,
    reason: signing.reason ?? null,
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
    // In review mode the clinic's own doctor writes: he writes there and for no hospital.
    writer_hospital: writer.hospital ?? signing.subject.clinicName,
    written_at: submission.submitted_at,
    reviewer_id: reviewer.id,
    reviewer_name: reviewer.name,
    reviewer_title: reviewer.title ?? '',
    reviewer_hospital: reviewer.hospital ?? '',
    signed_at: signing.signedAt < submission.submitted_at ? submission.submitted_at : signing.signedAt,
    single_sign: signing.singleSign ?? false,
    image_set: item.image_set,
    content_form: 4,
    image_count: images.length,
    images_sha256: imageListSha256(images),
    annexes,
    key_images: keyImages,
    writer_handwriting_sha256: handwriting.get(writer.id) ?? null,
    reviewer_handwriting_sha256: handwriting.get(reviewer.id) ?? null,
  };
}
