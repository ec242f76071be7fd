import { Injectable } from '@nestjs/common';
import { Commands } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import type { Tx } from '../platform/database';
import { DomainError, type ErrorParams } from '../platform/errors';
import { newId } from '../platform/ids';
import { Claims, type ReadingItem, Readings, worklistErrors } from '../worklist';
import { localDate } from './local-date.rules';
import type { Seen } from './reporting.dto';
import type { ReportSubmission } from './reporting.entities';
import { reportingErrors } from './reporting.errors';
import { Signatories } from './signatories';
import { requireFinished, requireLicence, type Signatory } from './signing.rules';
import { Subjects } from './subjects';
import { SubmissionsService } from './submissions.service';
import { type Issued, Versions } from './versions';

/** What the signer gets to know: the version just made and where its exam is now. */
export type Signed = Issued & { readonly examId: string; readonly state: string };

/** 审签: the reviewer puts the report, as it is before him, into force. */
@Injectable()
export class SigningService {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly readings: Readings,
    private readonly submissions: SubmissionsService,
    private readonly subjects: Subjects,
    private readonly signatories: Signatories,
    private readonly versions: Versions,
    private readonly clock: Clock,
  ) {}

  /**
   * Signs the present draft (which the reviewer may have edited; the submitted text stays with its submission) as the
   * next version. Version, submission, reading, exam, audit and news are one transaction. Refused with 409: `stale_fence`,
   * `stale_version`, `stale_image_set`, `exam_state_conflict`, `not_submitted`, `own_report`, `licence_invalid`,
   * `report_unfinished`, `exam_data_missing`, `identity_on_hold`, `images_incomplete`, `kind_not_allowed`.
   */
  async sign(ctx: Ctx, examId: string, seen: Seen): Promise<Signed> {
    return this.commands.run(ctx, 'report.sign', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence: seen.fence, stage: 'review' });
      const { draft, present } = await this.submissions.requireSeen(tx, item, seen);
      const submission = await this.submissions.end(tx, examId, 'signed');
      if (!draft || !submission) throw new DomainError(reportingErrors.not_submitted, present);
      const people = await this.people(tx, item, submission, present);
      requireFinished(draft, present);
      const latest = await this.versions.before(tx, examId, 'final', present);
      const subject = await this.subjects.of(tx, examId, present);
      const after = await this.readings.sign(tx, item, { single: false });
      const signedAt = after.signed_at ?? this.clock.now();
      const version = await this.versions.issue(tx, {
        ...people,
        item,
        subject,
        text: draft,
        submission,
        latest,
        signedAt,
        kind: 'final',
        versionId: newId(),
      });
      return { examId, state: after.state, ...version };
    });
  }

  /** Writer and reviewer as they are registered now; two people, the second one entitled to review today. */
  private async people(
    tx: Tx,
    item: ReadingItem,
    submission: ReportSubmission,
    present: ErrorParams,
  ): Promise<{ writer: Signatory; reviewer: Signatory }> {
    if (submission.writer_id === tx.ctx.actor.id) throw new DomainError(worklistErrors.own_report, present);
    const [writer, reviewer] = await this.signatories.read(
      tx,
      { personId: submission.writer_id, hospitalId: submission.writer_hospital_id },
      { personId: tx.ctx.actor.id, hospitalId: item.holder_hospital_id },
    );
    requireLicence(reviewer, '审签', localDate(this.clock.now()), present);
    return { writer, reviewer };
  }
}
