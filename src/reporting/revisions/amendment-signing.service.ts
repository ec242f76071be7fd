import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { examErrors, ExamStates } from '../../exams';
import type { LintResult } from '../../lint';
import { Clock, localDate } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { worklistErrors } from '../../worklist';
import { Proofreading } from '../writing/proofreading';
import type { SignInput } from '../reporting.dto';
import type { ReportSubmission } from '../reporting.entities';
import { RepeatedSigning, type Signed } from '../signing/repeated-signing';
import { reportingErrors } from '../reporting.errors';
import { Signatories } from '../signing/signatories';
import { requireCurrent } from '../signing/current-text';
import { requireFinished, requireLicence, type ReportText, type Signatory } from '../signing/signing.rules';
import type { Positive } from '../report.state';
import { Subjects } from '../signing/subjects';
import { SubmissionsService } from '../writing/submissions.service';
import { Annexes } from '../annexes/annexes';
import { type Issued, Versions } from '../signing/versions';
import { isOwn } from './amendment.rules';
import { Amendments, type OpenAmendment } from './amendments';
import { LateImagesTasks } from './late-images';
import { postOf } from './post.rules';
import { StandingVersions } from './standing-versions';

/** 审签 of a correction or an addendum by a doctor who has written nothing of it. */
@Injectable()
export class AmendmentSigning {
  constructor(
    private readonly commands: Commands,
    private readonly examStates: ExamStates,
    private readonly amendments: Amendments,
    private readonly standing: StandingVersions,
    private readonly submissions: SubmissionsService,
    private readonly proofreading: Proofreading,
    private readonly subjects: Subjects,
    private readonly signatories: Signatories,
    private readonly annexes: Annexes,
    private readonly versions: Versions,
    private readonly lateImages: LateImagesTasks,
    private readonly repeated: RepeatedSigning,
    private readonly clock: Clock,
  ) {}

  /**
   * Puts the next version into force: of a correction in the place of the one that stands, of an addendum beside it.
   * Version, amendment, exam, audit and news are one transaction. Sent once more, it answers what it has answered. Throws
   * `exam_state_conflict`, `stale_fence`, `stale_version`, `stale_image_set`, `text_outdated`, `stale_annexes`, `amendment_state`, `own_report`,
   * `licence_invalid`, `identity_on_hold`, `report_unfinished`, `lint_errors`, `addendum_empty`, `amendment_unchanged`,
   * `exam_data_missing`, `hospital_missing`, `wrong_hospital`.
   */
  async sign(ctx: Ctx, examId: string, { hospitalId, annexes, ...seen }: SignInput): Promise<Signed> {
    return this.commands.run(ctx, 'report.sign', examId, async (tx) => {
      const begun = await this.repeated.unlessDone(tx, examId, { ...seen, annexes }, () =>
        this.amendments.lock(tx, examId),
      );
      if ('done' in begun) return begun.done;
      const open = begun.held;
      this.amendments.requireSeen(open, seen);
      this.amendments.requireState(open, 'SUBMITTED');
      const { amendment, exam, present } = open;
      await requireCurrent(tx, examId, amendment, present);
      const since = amendment.submitted_at;
      await this.annexes.requireSeen(tx, examId, { annexes, since }, present);
      if (exam.identity_hold_at) throw new DomainError(examErrors.identity_on_hold, present);
      const people = await this.people(tx, open, hospitalId);
      const { text: standing } = await this.standing.whole(tx, examId);
      const text = this.wholeText(open, standing?.positive ?? -1);
      await this.standing.requireSomethingNew(tx, amendment, present);
      const lint = await this.proofread(tx, open, text);
      const submission = await this.submissions.end(tx, examId, 'signed');
      if (!submission) throw new DomainError(reportingErrors.not_submitted, present);
      const version = await this.issue(tx, open, text, people, submission);
      await this.close(tx, open, version);
      const state = amendment.kind === 'corrected' ? await this.settle(tx, open, version) : exam.state;
      return { examId, state, lint, ...version };
    });
  }

  private proofread(tx: Tx, { amendment, exam, present }: OpenAmendment, text: ReportText): Promise<LintResult[]> {
    return amendment.kind === 'addendum'
      ? this.proofreading.requireCleanAddendum(tx, exam.id, text, present)
      : this.proofreading.requireClean(tx, exam.id, text, present);
  }

  /** An addendum says what it adds, and no more: left empty, its 阳性标志 is that of the report it adds to. */
  private wholeText({ amendment, present }: OpenAmendment, stands: Positive): ReportText & { positive: Positive } {
    if (amendment.kind === 'addendum') return { ...amendment, positive: amendment.positive ?? stands };
    requireFinished(amendment, present);
    return amendment;
  }

  private async people(
    tx: Tx,
    { amendment, present }: OpenAmendment,
    hospitalId: string | undefined,
  ): Promise<{ writer: Signatory; reviewer: Signatory }> {
    const signer = personOf(tx.ctx);
    if (isOwn(amendment, signer.id)) throw new DomainError(worklistErrors.own_report, present);
    const [writer, reviewer] = await this.signatories.read(
      tx,
      { personId: amendment.writer_id, hospitalId: amendment.writer_hospital_id },
      { personId: signer.id, hospitalId: postOf(tx.ctx, hospitalId, present) },
    );
    requireLicence(reviewer, '审签', localDate(this.clock.now()), present);
    return { writer, reviewer };
  }

  private async issue(
    tx: Tx,
    { amendment, exam, present }: OpenAmendment,
    text: ReportText & { positive: Positive },
    people: { writer: Signatory; reviewer: Signatory },
    submission: ReportSubmission,
  ): Promise<Issued> {
    const { county_id, clinic_id, id: exam_id, image_set } = exam;
    return this.versions.issue(tx, {
      ...people,
      item: { county_id, clinic_id, exam_id, image_set },
      subject: await this.subjects.of(tx, exam_id, present),
      text,
      submission,
      latest: await this.versions.before(tx, exam_id, amendment.kind, present),
      signedAt: this.clock.now(),
      kind: amendment.kind,
      reason: amendment.reason,
      versionId: newId(),
    });
  }

  private async close(tx: Tx, open: OpenAmendment, version: Issued): Promise<void> {
    const by = personOf(tx.ctx).id;
    const { amendment, exam } = open;
    const set = { reviewer_id: by, ended_by: by, ended_at: this.clock.now(), issued_id: version.versionId };
    await this.amendments.step(tx, open, 'SIGNED', { verb: 'sign', set });
    // The signer of the amendment has seen the images as they are now.
    await this.lateImages.settle(tx, exam, amendment.kind);
  }

  private async settle(tx: Tx, { exam }: OpenAmendment, version: Issued): Promise<string> {
    const { state } = await this.examStates.move(tx, {
      examId: exam.id,
      from: ['AMENDING'],
      to: 'SIGNED',
      action: 'exam.amended',
      details: { versionId: version.versionId, number: version.number },
    });
    return state;
  }
}
