import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { type Exam, EXAM_STATE_NAMES, ExamStates, examStateErrors } from '../../exams';
import { Clock, localDate } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { HandIns, worklistErrors } from '../../worklist';
import { DraftCopies } from './draft-copies';
import { Drafts } from './drafts';
import { Proofreading } from './proofreading';
import type { ClinicDraftInput, ClinicSubmitInput } from '../reporting.dto';
import { reportingErrors } from '../reporting.errors';
import { Signatories } from '../signing/signatories';
import { requireCurrent } from '../signing/current-text';
import { requireLicence } from '../signing/signing.rules';
import { SubmissionsService } from './submissions.service';

/** No claim stands behind a clinic's text: the clinic alone has the exam until it is handed in. */
const NO_FENCE = 0;

/** 远程诊断(审核): the clinic's own doctor writes, the centre reviews and signs. */
@Injectable()
export class ClinicWriting {
  constructor(
    private readonly commands: Commands,
    private readonly examStates: ExamStates,
    private readonly handIns: HandIns,
    private readonly drafts: Drafts,
    private readonly copies: DraftCopies,
    private readonly submissions: SubmissionsService,
    private readonly proofreading: Proofreading,
    private readonly signatories: Signatories,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Saves the clinic's text. Throws `not_found`, `not_clinic_written`, `exam_state_conflict`, `stale_version`. */
  async put(ctx: Ctx, examId: string, input: ClinicDraftInput): Promise<{ version: number }> {
    const draft = { ...input, fence: NO_FENCE };
    return this.copies.keepingRefused(ctx, examId, draft, () =>
      this.commands.run(ctx, 'report.clinic-draft', examId, async (tx) => {
        const { state, image_set: imageSet } = await this.requireTurn(tx, examId);
        return this.drafts.store(tx, examId, draft, { state, imageSet });
      }),
    );
  }

  /**
   * Hands the clinic's text to the centre for review and answers what the lint says of it. Throws as `put` does, and
   * `stale_image_set`, `report_empty`, `text_outdated`, `licence_invalid`.
   */
  async submit(ctx: Ctx, examId: string, seen: ClinicSubmitInput): Promise<object> {
    return this.commands.run(ctx, 'report.clinic-submit', examId, async (tx) => {
      const begun = await this.submissions.unlessStanding(tx, examId, seen, () => this.handIns.fromClinic(tx, examId));
      if ('done' in begun) return begun.done;
      const item = begun.held;
      const draft = await this.drafts.of(tx, examId);
      const present = { state: item.state, version: draft?.version ?? 0, imageSet: item.image_set };
      if (seen.version !== present.version) throw new DomainError(reportingErrors.stale_version, present);
      if (seen.imageSet !== item.image_set) throw new DomainError(worklistErrors.stale_image_set, present);
      if (!draft || (draft.findings + draft.impression).trim() === '') {
        throw new DomainError(reportingErrors.report_empty, present);
      }
      await requireCurrent(tx, examId, draft, present);
      const [writer] = await this.signatories.read(tx, { personId: ctx.actor.id, hospitalId: null });
      requireLicence(writer, '提交', localDate(this.clock.now()), present);
      await this.submissions.end(tx, examId, 'lapsed');
      const submittedAt = item.submitted_at ?? this.clock.now();
      const submissionId = await this.submissions.keep(tx, draft, {
        imageSet: item.image_set,
        hospitalId: null,
        submittedAt,
      });
      const details = { submissionId, version: draft.version, imageSet: item.image_set, mode: 'review' };
      await this.audit.record(tx, { action: 'report.submit', subjectType: 'exam', subjectId: examId, details });
      const lint = await this.proofreading.advice(tx, examId, draft, false);
      return { examId, state: item.state, submissionId, submittedAt, lint };
    });
  }

  /**
   * 收回: the text is the clinic's again, before a reviewer has claimed it. Throws `not_found`, `not_clinic_written`,
   * `exam_state_conflict`, `not_the_writer`.
   */
  async takeBack(ctx: Ctx, examId: string): Promise<object> {
    return this.commands.run(ctx, 'report.takeback', examId, async (tx) => {
      const { state, image_set: imageSet } = await this.handIns.backToClinic(tx, examId);
      const submission = await this.submissions.end(tx, examId, 'taken_back');
      const details = { submissionId: submission?.id, mode: 'review' };
      await this.audit.record(tx, { action: 'report.takeback', subjectType: 'exam', subjectId: examId, details });
      const draft = await this.drafts.of(tx, examId);
      return { examId, state, version: draft?.version ?? 0, imageSet };
    });
  }

  /** The exam, locked, if its text is the clinic's to write now. Throws `not_found`, `not_clinic_written`, `exam_state_conflict`. */
  async requireTurn(tx: Tx, examId: string): Promise<Exam> {
    const exam = await this.examStates.lock(tx, examId);
    const { state } = exam;
    if (exam.mode !== 'review') throw new DomainError(worklistErrors.not_clinic_written, { state });
    if (!WRITTEN_IN.includes(state)) {
      throw new DomainError(examStateErrors.exam_state_conflict, { state, stateName: EXAM_STATE_NAMES[state] });
    }
    return exam;
  }
}

/** The clinic may begin while its images are still going up; it hands in when they are all there. */
const WRITTEN_IN: readonly Exam['state'][] = ['REGISTERED', 'UPLOADING', 'INCOMPLETE', 'QUEUED', 'REVISING'];
