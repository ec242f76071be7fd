import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { EXAM_STATES } from '../exam.state';
import { ExamImages } from '../images/exam-images';
import { ExamNotices } from './exam-notices';
import { ExamStates, stateParams } from '../exam-states';
import type { Reason } from '../exams.dto';
import { examErrors } from '../exams.errors';
import { StudyLinks } from '../images/study-links';

const ANY_BUT_VOID = EXAM_STATES.filter((state) => state !== 'VOID');

/**
 * 身份存疑: somebody at the clinic or a reader doubts whose images these are. A flag beside the state: while it stands,
 * signing and printing stop, and a re-send with a corrected header may replace instances.
 */
@Injectable()
export class IdentityHold {
  constructor(
    private readonly commands: Commands,
    private readonly states: ExamStates,
    private readonly images: ExamImages,
    private readonly studies: StudyLinks,
    private readonly notices: ExamNotices,
    private readonly clock: Clock,
  ) {}

  /** Throws `already_on_hold`, `exam_state_conflict`. */
  async hold(ctx: Ctx, examId: string, { reason }: Reason): Promise<void> {
    await this.commands.run(ctx, 'exam.hold', examId, async (tx) => {
      const studyIds = await this.images.lockStudiesOf(tx, examId);
      const exam = await this.states.lock(tx, examId);
      if (exam.identity_hold_at) throw new DomainError(examErrors.already_on_hold, stateParams(exam.state));
      await this.states.amend(tx, {
        examId,
        from: ANY_BUT_VOID,
        action: 'exam.hold',
        reason,
        set: { identity_hold_at: this.clock.now(), identity_hold_reason: reason },
      });
      await this.studies.allowCorrections(tx, studyIds, true);
      await this.notices.held(tx, exam);
    });
  }

  /** A person has made sure that patient and images belong together. Throws `not_on_hold`. */
  async release(ctx: Ctx, examId: string, { reason }: Reason): Promise<void> {
    await this.commands.run(ctx, 'exam.hold-release', examId, async (tx) => {
      const studyIds = await this.images.lockStudiesOf(tx, examId);
      const exam = await this.states.lock(tx, examId);
      if (!exam.identity_hold_at) throw new DomainError(examErrors.not_on_hold, stateParams(exam.state));
      await this.images.closeForCorrections(tx, exam, studyIds);
      await this.states.amend(tx, {
        examId,
        from: ANY_BUT_VOID,
        action: 'exam.hold-release',
        reason,
        set: { identity_hold_at: null, identity_hold_reason: null },
      });
      await this.notices.holdReleased(tx, exam);
      await this.notices.doubtAnswered(tx, exam, await this.raisedBy(tx, examId), reason);
    });
  }

  /** Whose doubt stands: the trace of the hold is the one place that knows. Null for what no person did. */
  private async raisedBy(tx: Tx, examId: string): Promise<string | null> {
    const deed = await tx.row<{ actor_id: string | null; actor_kind: string }>(
      `SELECT actor_id, actor_kind FROM audit_event WHERE county_id = $1 AND subject_id = $2 AND action = 'exam.hold'
       ORDER BY at DESC, id DESC LIMIT 1`,
      [tx.ctx.countyId, examId],
    );
    return deed?.actor_kind === 'person' ? deed.actor_id : null;
  }
}
