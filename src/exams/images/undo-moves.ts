import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { Exam } from '../exam.entity';
import { BEFORE_CLAIM, reportIsOut } from '../exam.state';
import { ExamImages } from './exam-images';
import { type Deed, ExamStates } from '../exam-states';
import type { Undo } from '../exams.dto';
import type { ExamImageMove } from '../exams.entities';
import { examErrors } from '../exams.errors';
import { ImageMoves, present } from './image-moves';
import { type StudyFacts, StudyLinks } from './study-links';

/** Takes back what {@link ImageMoves} did, as long as nothing else has happened to those images since. */
@Injectable()
export class UndoMoves {
  constructor(
    private readonly commands: Commands,
    private readonly moves: ImageMoves,
    private readonly images: ExamImages,
    private readonly states: ExamStates,
    private readonly studies: StudyLinks,
    private readonly clock: Clock,
  ) {}

  /** Throws `not_found`, `already_undone`, `undo_too_late`, `images_fixed`. */
  async undo(ctx: Ctx, examId: string, { moveId, reason }: Undo): Promise<void> {
    await this.commands.run(ctx, 'exam.images-undo', examId, async (tx) => {
      const move = await this.find(tx, examId, moveId);
      const [forth, back] = [
        await this.studies.lockAll(tx, move.study_ids),
        await this.studies.lockAll(tx, move.back_study_ids),
      ];
      if (move.kind === 'merge') await this.revive(tx, move, reason);
      const deed = this.moves.deed('undo', moveId, reason, [...forth, ...back]);
      if (move.from_exam_id === null || move.kind === 'share') await this.takeBack(tx, move.to_exam_id, forth, deed);
      else {
        const [from, to] = await this.moves.lockTwo(tx, move.from_exam_id, move.to_exam_id, '移回');
        await this.sendBack(tx, from, to, forth, back, deed);
        if (move.kind === 'split') await this.retire(tx, from, to, deed);
        else await this.moves.arriveOrLose(tx, to, from.images_complete, deed);
      }
      await this.close(tx, moveId, reason);
    });
  }

  private async find(tx: Tx, examId: string, moveId: string): Promise<ExamImageMove> {
    const { state } = await this.states.peek(tx, examId);
    const move = await tx.row<ExamImageMove>(
      `SELECT * FROM exam_image_move WHERE county_id = $1 AND id = $2 AND $3 IN (from_exam_id, to_exam_id) FOR UPDATE`,
      [tx.ctx.countyId, moveId, examId],
    );
    if (!move) throw new DomainError(commonErrors.not_found);
    if (move.undone_at) throw new DomainError(examErrors.already_undone, present({ id: examId, state }));
    return move;
  }

  /** The exam that was merged away comes back before its images do. */
  private async revive(tx: Tx, move: ExamImageMove, reason: string): Promise<void> {
    const exam = await this.states.lock(tx, move.from_exam_id ?? '');
    if (exam.state !== 'WITHDRAWN') throw new DomainError(examErrors.undo_too_late, present(exam));
    await this.states.move(tx, {
      examId: exam.id,
      from: ['WITHDRAWN'],
      to: 'REGISTERED',
      action: 'exam.merge-undone',
      reason,
      details: { moveId: move.id },
      set: { state_reason: null },
    });
  }

  private async takeBack(tx: Tx, examId: string, forth: readonly StudyFacts[], deed: Deed): Promise<void> {
    const exam = await this.moves.lockMovable(tx, examId);
    await this.unlinkAll(tx, exam, forth, deed);
    await this.moves.lost(tx, exam, deed);
  }

  private async sendBack(
    tx: Tx,
    from: Exam,
    to: Exam,
    forth: readonly StudyFacts[],
    back: readonly StudyFacts[],
    deed: Deed,
  ): Promise<void> {
    await this.unlinkAll(tx, to, forth, deed);
    await this.unlinkAll(tx, from, back, deed);
    for (const study of forth) await this.images.link(tx, from.id, study, 'undo');
    for (const study of back) await this.images.link(tx, to.id, study, 'undo');
    await this.moves.arriveOrLose(tx, from, to.images_complete, deed);
  }

  private async unlinkAll(tx: Tx, exam: Exam, studies: readonly StudyFacts[], deed: Deed): Promise<void> {
    const ids = studies.map((study) => study.id);
    const ended = await this.images.unlink(tx, exam.id, ids, deed.reason ?? '');
    if (ended !== ids.length) throw new DomainError(examErrors.undo_too_late, present(exam));
  }

  /** The exam that a split had made goes with its images; one that somebody reads, or has reported on, by now does not. */
  private async retire(tx: Tx, from: Exam, to: Exam, deed: Deed): Promise<void> {
    if (!BEFORE_CLAIM.includes(to.state) || reportIsOut(to))
      throw new DomainError(examErrors.undo_too_late, present(to));
    const emptied = await this.images.relinked(tx, to, null, deed);
    await this.states.move(tx, {
      ...deed,
      examId: emptied.id,
      from: BEFORE_CLAIM,
      to: 'WITHDRAWN',
      action: 'exam.split-undone',
      set: { state_reason: `已并回检查 ${from.accession_number ?? from.id}` },
    });
  }

  private async close(tx: Tx, moveId: string, reason: string): Promise<void> {
    await tx.change(
      'UPDATE exam_image_move SET undone_at = $3, undone_by = $4, undo_reason = $5 WHERE county_id = $1 AND id = $2',
      [tx.ctx.countyId, moveId, this.clock.now(), tx.ctx.actor.name, reason],
    );
  }
}
