import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { Clock, localDate } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Claims, type ReadingItem, Readings, worklistErrors } from '../../worklist';
import type { SignerSeen } from '../reporting.dto';
import type { ReportDraft, ReportSubmission } from '../reporting.entities';
import { Proofreading } from '../writing/proofreading';
import { RepeatedSigning, type Signed } from './repeated-signing';
import { reportingErrors } from '../reporting.errors';
import { Signatories } from './signatories';
import { requireCurrent } from './current-text';
import { requireFinished, requireLicence, type Signatory } from './signing.rules';
import { SingleSigning } from './single-sign.service';
import { Discrepancies } from '../revisions/discrepancies';
import { Subjects } from './subjects';
import { SubmissionsService } from '../writing/submissions.service';
import { Annexes } from '../annexes/annexes';
import { Versions } from './versions';

interface SigningText {
  readonly draft: ReportDraft;
  readonly item: ReadingItem;
  readonly single: boolean;
  readonly signedAt: Date;
  readonly present: ErrorParams;
}

/** 审签: the reviewer puts the report, as it is before him, into force. */
@Injectable()
export class SigningService {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly readings: Readings,
    private readonly submissions: SubmissionsService,
    private readonly singleSigning: SingleSigning,
    private readonly proofreading: Proofreading,
    private readonly subjects: Subjects,
    private readonly signatories: Signatories,
    private readonly annexes: Annexes,
    private readonly versions: Versions,
    private readonly discrepancies: Discrepancies,
    private readonly repeated: RepeatedSigning,
    private readonly clock: Clock,
  ) {}

  /**
   * Signs the present draft (which the reviewer may have edited; the submitted text stays with its submission) as the
   * next version. Version, submission, reading, exam, audit and news are one transaction. From the writing stage it needs
   * the county's single-sign privilege for the modality. Sent once more, it answers what it has answered. Refused with
   * 409: `stale_fence`, `stale_version`, `stale_image_set`, `text_outdated`, `stale_annexes`, `exam_state_conflict`, `not_submitted`, `own_report`,
   * `licence_invalid`, `report_unfinished`, `lint_errors`, `exam_data_missing`, `identity_on_hold`, `images_incomplete`,
   * `kind_not_allowed`.
   */
  async sign(ctx: Ctx, examId: string, { annexes, ...seen }: SignerSeen): Promise<Signed> {
    return this.commands.run(ctx, 'report.sign', examId, async (tx) => {
      const begun = await this.repeated.unlessDone(tx, examId, { ...seen, annexes }, () =>
        this.held(tx, examId, seen.fence),
      );
      if ('done' in begun) return begun.done;
      const { item, single } = begun.held;
      const { draft, present } = await this.submissions.requireSeen(tx, item, seen);
      if (!draft) throw new DomainError(reportingErrors.not_submitted, present);
      await requireCurrent(tx, examId, draft, present);
      const since = single ? item.claimed_at : item.review_claimed_at;
      await this.annexes.requireSeen(tx, examId, { annexes, since }, present);
      requireFinished(draft, present);
      const lint = await this.proofreading.requireClean(tx, examId, draft, present);
      const latest = await this.versions.before(tx, examId, 'final', present);
      const subject = await this.subjects.of(tx, examId, present);
      const after = await this.readings.sign(tx, item, { single });
      const signedAt = after.signed_at ?? this.clock.now();
      const submission = await this.submission(tx, { draft, item, single, signedAt, present });
      const people = await this.people(tx, item, submission, single, present);
      const version = await this.versions.issue(tx, {
        ...people,
        item,
        subject,
        text: draft,
        submission,
        latest,
        signedAt,
        singleSign: single,
        kind: 'final',
        versionId: newId(),
      });
      if (latest) await this.discrepancies.note(tx, examId, version.versionId);
      return { examId, state: after.state, lint, ...version };
    });
  }

  /** The claim under which the caller signs: the reviewer's, or the writer's own where the county lets one doctor sign alone. */
  private async held(tx: Tx, examId: string, fence: number): Promise<{ item: ReadingItem; single: boolean }> {
    const item = await this.claims.require(tx, examId, { fence });
    if (item.stage === 'write' && (await this.singleSigning.allowed(tx, item.modality))) return { item, single: true };
    return { item: await this.claims.require(tx, examId, { fence, stage: 'review' }), single: false };
  }

  /** What is signed was submitted before; who signs alone submits by signing. */
  private async submission(tx: Tx, signing: SigningText): Promise<ReportSubmission> {
    const { draft, item, single, signedAt, present } = signing;
    if (single) {
      await this.submissions.end(tx, item.exam_id, 'lapsed');
      const by = { imageSet: item.image_set, hospitalId: item.holder_hospital_id, submittedAt: signedAt };
      await this.submissions.keep(tx, draft, by);
    }
    const submission = await this.submissions.end(tx, item.exam_id, 'signed');
    if (!submission) throw new DomainError(reportingErrors.not_submitted, present);
    return submission;
  }

  /** Writer and reviewer as they are registered now; two people, the second one entitled to review today. */
  private async people(
    tx: Tx,
    item: ReadingItem,
    submission: ReportSubmission,
    single: boolean,
    present: ErrorParams,
  ): Promise<{ writer: Signatory; reviewer: Signatory }> {
    if (!single && submission.writer_id === tx.ctx.actor.id) throw new DomainError(worklistErrors.own_report, present);
    const [writer, reviewer] = await this.signatories.read(
      tx,
      { personId: submission.writer_id, hospitalId: submission.writer_hospital_id },
      { personId: tx.ctx.actor.id, hospitalId: item.holder_hospital_id },
    );
    requireLicence(reviewer, '审签', localDate(this.clock.now()), present);
    return { writer, reviewer };
  }
}
