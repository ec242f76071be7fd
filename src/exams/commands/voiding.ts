import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { mayVoid } from './command.rules';
import { mayComeFrom } from '../exam.state';
import { ExamImages } from '../images/exam-images';
import { ExamNotices } from './exam-notices';
import { ExamStates, stateParams } from '../exam-states';
import { examErrors } from '../exams.errors';
import { StandingReports, type VoidDeed } from './standing-reports';

/** 作废 of an exam. Nothing is deleted; the accession number becomes free. */
@Injectable()
export class Voiding {
  constructor(
    private readonly commands: Commands,
    private readonly states: ExamStates,
    private readonly images: ExamImages,
    private readonly reports: StandingReports,
    private readonly notices: ExamNotices,
  ) {}

  /** Throws `void_forbidden`, `exam_state_conflict`; of a report that stands, `wrong_hospital`, `hospital_missing`. */
  async void(ctx: Ctx, examId: string, deed: VoidDeed): Promise<void> {
    await this.commands.run(ctx, 'exam.void', examId, (tx) => this.voidIn(tx, examId, deed));
  }

  /**
   * The same in the caller's transaction. A report that stands at the clinic is voided with the exam, by a void version
   * that goes where it went. Answers whether one stood.
   */
  async voidIn(tx: Tx, examId: string, { reason, otherExamId, hospitalId }: VoidDeed): Promise<{ reported: boolean }> {
    const studyIds = await this.images.lockStudiesOf(tx, examId);
    const exam = await this.states.lock(tx, examId);
    if (exam.state === 'VOID') return this.states.refuse(exam);
    const reported = await this.reports.stands(tx, examId);
    if (!mayVoid(reported, tx.ctx.actor)) throw new DomainError(examErrors.void_forbidden, stateParams(exam.state));
    await this.images.closeForCorrections(tx, exam, studyIds);
    if (reported) await this.reports.void(tx, exam, { reason, otherExamId, hospitalId });
    if (reported && exam.state === 'AMENDING') {
      // What was being corrected is voided: the correction ends first.
      const ended = { examId, from: ['AMENDING'] as const, to: 'SIGNED' as const };
      await this.states.move(tx, { ...ended, action: 'exam.amend-cancelled', reason });
    }
    await this.states.move(tx, {
      examId,
      from: mayComeFrom('VOID'),
      to: 'VOID',
      action: 'exam.void',
      reason,
      details: { from: exam.state, reported, ...(otherExamId && { otherExamId }) },
      set: {
        state_reason: reason,
        // Only a doubt that stood ends, and is told as ended.
        ...(exam.identity_hold_at && { identity_hold_at: null, identity_hold_reason: null }),
      },
    });
    if (!reported) await this.notices.voided(tx, exam);
    return { reported };
  }
}
