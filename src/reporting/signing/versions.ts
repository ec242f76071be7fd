import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import type { Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { sha256 } from '../../platform/ids';
import { Outbox } from '../../platform/outbox';
import { Handwriting, Signatures } from '../../signature';
import { Annexes } from '../annexes/annexes';
import { earlierVersions } from '../annexes/earlier-versions';
import { KeyImages } from '../key-images/key-images';
import { mayFollow, type ReportKind, standingOf } from '../report.state';
import { ReportImageList, ReportVersion } from '../reporting.entities';
import { reportingErrors } from '../reporting.errors';
import { reportSigned } from '../reporting.events';
import { signedBytes, type SignedVersion } from './signed-content.rules';
import { SignedImages } from './signed-images';
import { imagesUnder, type LatestVersion, nextVersion, type Present, type Signing } from './signed-version.rules';
import { newVerificationCode } from '../verification/verification-code.rules';

/** What the signer gets to know of a version just made. */
export interface Issued {
  readonly versionId: string;
  readonly number: number;
  readonly kind: ReportKind;
  readonly signedAt: Date;
  readonly contentSha256: string;
  readonly verificationCode: string;
}

/** The one place where a signed version comes to be, whatever its kind: signature, immutable row, audit row and news. */
@Injectable()
export class Versions {
  constructor(
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly images: SignedImages,
    private readonly annexes: Annexes,
    private readonly keyImages: KeyImages,
    private readonly handwriting: Handwriting,
    private readonly signatures: Signatures,
  ) {}

  /** The newest version of the exam, if a version of this kind may follow it. Throws `kind_not_allowed`. */
  async before(tx: Tx, examId: string, kind: ReportKind, present: ErrorParams): Promise<LatestVersion | undefined> {
    const latest = await tx.row<LatestVersion>(
      `SELECT id, number, kind, EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = v.id) AS recalled
       FROM report_version v WHERE county_id = $1 AND exam_id = $2 ORDER BY number DESC LIMIT 1`,
      [tx.ctx.countyId, examId],
    );
    if (!mayFollow(standingOf(latest), kind)) throw new DomainError(reportingErrors.kind_not_allowed, present);
    return latest;
  }

  /**
   * Puts a version into force in the caller's transaction, who holds the exam's lock and has checked who may sign. It is
   * signed before anything is written: a signer that fails throws `signer_unavailable`, and the transaction leaves nothing.
   */
  async issue(tx: Tx, signing: Signing): Promise<Issued> {
    const present = await this.present(tx, signing);
    const version = await this.sealed(nextVersion(signing, present));
    const { id, exam_id: examId, clinic_id: clinicId, number, kind, signed_at: signedAt } = version;
    const { content_sha256: contentSha256, verification_code: verificationCode } = version;
    await tx.insert(ReportVersion, version);
    await tx.insert(ReportImageList, { county_id: version.county_id, version_id: id, sha256s: [...present.images] });
    await this.audit.record(tx, {
      action: 'report.sign',
      subjectType: 'report_version',
      subjectId: id,
      details: { examId, number, kind, imageSet: version.image_set, contentSha256, keyId: version.signature_key_id },
    });
    await this.outbox.emit(tx, reportSigned(id, { examId, clinicId, number, kind, signedAt: signedAt.toISOString() }));
    return { versionId: id, number, kind, signedAt, contentSha256, verificationCode };
  }

  private async present(tx: Tx, { kind, item, latest, writer, reviewer }: Signing): Promise<Present> {
    const { exam_id: examId } = item;
    const earlier = latest === undefined ? [] : await earlierVersions(tx, examId);
    const [now, before, handwriting, annexes, marked] = await Promise.all([
      this.images.ofExam(tx, examId),
      latest ? this.images.ofVersion(tx, latest.id) : [],
      this.handwriting.inForce(tx, [writer.id, reviewer.id]),
      this.annexes.ofNext(tx, examId, kind, earlier),
      this.keyImages.ofNext(tx, examId, kind, earlier),
    ]);
    const images = imagesUnder(kind, now, before);
    // Whatever an earlier version carried: nothing is signed that is not one of the images of this exam now.
    const keyImages = marked.filter(({ sha256: file }) => images.includes(file));
    return { images, handwriting, annexes, keyImages };
  }

  private async sealed(content: SignedVersion): Promise<Omit<ReportVersion, 'pdf_sha256' | 'pdf_bytes' | 'pdf_at'>> {
    const bytes = signedBytes(content);
    const { keyId, algorithm, signature } = await this.signatures.sign(bytes);
    return {
      ...content,
      content_sha256: sha256(bytes),
      signature,
      signature_algorithm: algorithm,
      signature_key_id: keyId,
      verification_code: newVerificationCode(),
    };
  }
}
