import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import type { Tx } from '../platform/database';
import { DomainError, type ErrorParams } from '../platform/errors';
import { Outbox } from '../platform/outbox';
import { mayFollow, type ReportKind } from './report.state';
import { ReportVersion } from './reporting.entities';
import { reportingErrors } from './reporting.errors';
import { reportSigned } from './reporting.events';
import { contentSha256 } from './signed-content.rules';
import { type LatestVersion, nextVersion, type Signing } from './signed-version.rules';
import { newVerificationCode } from './verification-code.rules';

/** What the signer gets to know of a version just made. */
export interface Issued {
  readonly versionId: string;
  readonly number: number;
  readonly kind: ReportKind;
  readonly signedAt: Date;
  readonly contentSha256: string;
  readonly verificationCode: string;
}

/** The one place where a signed version comes to be, whatever its kind: immutable row, audit row and news. */
@Injectable()
export class Versions {
  constructor(
    private readonly audit: Audit,
    private readonly outbox: Outbox,
  ) {}

  /** The newest version of the exam, if a version of this kind may follow it. Throws `kind_not_allowed`. */
  async before(tx: Tx, examId: string, kind: ReportKind, present: ErrorParams): Promise<LatestVersion | undefined> {
    const latest = await tx.row<LatestVersion>(
      'SELECT id, number, kind FROM report_version WHERE county_id = $1 AND exam_id = $2 ORDER BY number DESC LIMIT 1',
      [tx.ctx.countyId, examId],
    );
    if (!mayFollow(latest?.kind ?? null, kind)) throw new DomainError(reportingErrors.kind_not_allowed, present);
    return latest;
  }

  /** Puts a version into force in the caller's transaction, who holds the exam's lock and has checked who may sign. */
  async issue(tx: Tx, signing: Signing): Promise<Issued> {
    const content = nextVersion(signing);
    const version = { ...content, content_sha256: contentSha256(content), verification_code: newVerificationCode() };
    await tx.insert(ReportVersion, version);
    const { id, exam_id: examId, clinic_id: clinicId, number, kind, signed_at: signedAt } = version;
    await this.audit.record(tx, {
      action: 'report.sign',
      subjectType: 'report_version',
      subjectId: id,
      details: { examId, number, kind, imageSet: version.image_set, contentSha256: version.content_sha256 },
    });
    await this.outbox.emit(tx, reportSigned(id, { examId, clinicId, number, kind, signedAt: signedAt.toISOString() }));
    const { content_sha256: sha256, verification_code: verificationCode } = version;
    return { versionId: id, number, kind, signedAt, contentSha256: sha256, verificationCode };
  }
}
