import { sha256 } from '../../platform/ids';
import { canonicalJson, type Json } from '../../signature';
import type { ReportVersion } from '../reporting.entities';

/** What a signature stands for: everything of a version that must never change. Where its PDF lies is not part of it. */
export type SignedVersion = Omit<
  ReportVersion,
  | 'content_sha256'
  | 'signature'
  | 'signature_algorithm'
  | 'signature_key_id'
  | 'verification_code'
  | 'pdf_sha256'
  | 'pdf_bytes'
  | 'pdf_at'
>;

/**
 * The content of a version as a JSON value; `form` says how it was put together, so that old ones can be put together
 * again.
 */
export function signedContent(version: SignedVersion): Json {
  const common = {
    versionId: version.id,
    countyId: version.county_id,
    clinicId: version.clinic_id,
    examId: version.exam_id,
    number: version.number,
    kind: version.kind,
    supersedesId: version.supersedes_id,
    reason: version.reason,
    subject: version.subject,
    technique: version.technique,
    findings: version.findings,
    impression: version.impression,
    recommendation: version.recommendation,
    positive: version.positive,
    submissionId: version.submission_id,
    writer: {
      id: version.writer_id,
      name: version.writer_name,
      title: version.writer_title,
      hospital: version.writer_hospital,
      at: version.written_at.toISOString(),
    },
    reviewer: {
      id: version.reviewer_id,
      name: version.reviewer_name,
      title: version.reviewer_title,
      hospital: version.reviewer_hospital,
      at: version.signed_at.toISOString(),
    },
    singleSign: version.single_sign,
    imageSet: version.image_set,
  };
  const images = { count: version.image_count, sha256: version.images_sha256 };
  switch (version.content_form) {
    case 1:
      return { form: 1, ...common, ...unknownBefore3(version), ...unknownBefore4(version) };
    case 2:
      return { form: 2, ...common, images, ...unknownBefore3(version), ...unknownBefore4(version) };
    case 3:
      return { form: 3, ...common, images, ...since3(version), ...unknownBefore4(version) };
    case 4:
      return { form: 4, ...common, images, ...since3(version), keyImages: version.key_images };
  }
}

const since3 = (version: SignedVersion) => ({ handwriting: handwritingOf(version), annexes: version.annexes });

const handwritingOf = (version: SignedVersion) => ({
  writer: version.writer_handwriting_sha256,
  reviewer: version.reviewer_handwriting_sha256,
});

/** Nothing, in a version of forms 1 and 2: what somebody put there since would be printed as if it had been signed. */
function unknownBefore3(version: SignedVersion): { readonly [key: string]: Json } {
  const handwriting = handwritingOf(version);
  return {
    ...(version.annexes === null ? {} : { annexes: version.annexes }),
    ...(handwriting.writer === null && handwriting.reviewer === null ? {} : { handwriting }),
  };
}

/** The same of versions of form 3 and before. */
const unknownBefore4 = ({ key_images: keyImages }: SignedVersion): { readonly [key: string]: Json } =>
  keyImages === null ? {} : { keyImages };

/** The bytes that are hashed and signed: the canonical form of the content in UTF-8. */
export const signedBytes = (version: SignedVersion): Buffer =>
  Buffer.from(canonicalJson(signedContent(version)), 'utf8');

/** SHA-256 (hex) of the canonical form of a version's content; taken again, it tells whether the row is as it was signed. */
export const contentSha256 = (version: SignedVersion): string => sha256(signedBytes(version));

/** SHA-256 (hex) of the canonical form of a list of image hashes. */
export const imageListSha256 = (images: readonly string[]): string => sha256(canonicalJson(images));
