import { Injectable } from '@nestjs/common';
import { ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import { personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { backAtClinic, handedIn, presented } from './claim.rules';
import { stateConflict } from './claims';
import { DraftVersions } from '../draft-versions';
import { mayDo } from '../handover/deed.rules';
import { Items } from '../items';
import { Projection } from '../list/projection';
import type { ReadingItem } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';

/** How a text reaches the list by other hands than a claiming writer's: the clinic's own doctor, a trainee. */
@Injectable()
export class HandIns {
  constructor(
    private readonly items: Items,
    private readonly projection: Projection,
    private readonly examStates: ExamStates,
    private readonly drafts: DraftVersions,
    private readonly clock: Clock,
  ) {}

  /**
   * QUEUED or REVISING → PENDING_REVIEW in *review* mode: the clinic's doctor (the caller) is the writer (T5); nobody
   * claimed. The exam comes onto the readers' list by this. Throws `not_found`, `not_clinic_written`,
   * `exam_state_conflict` and, while a rejected report is reserved for another of the clinic, `reserved_for_writer`.
   */
  async fromClinic(tx: Tx, examId: string): Promise<ReadingItem> {
    const before = await this.items.lock(tx, examId);
    const exam = await this.examStates.lock(tx, examId);
    if (exam.mode !== 'review') throw new DomainError(worklistErrors.not_clinic_written, { state: exam.state });
    if (exam.state !== 'QUEUED' && exam.state !== 'REVISING') throw stateConflict(exam.state);
    const now = this.clock.now();
    if (before?.reserved_until && before.reserved_until > now && before.writer_id !== tx.ctx.actor.id) {
      const { reserved_until: reservedUntil, fence } = before;
      throw new DomainError(worklistErrors.reserved_for_writer, { state: exam.state, fence, reservedUntil });
    }
    const moved = await this.examStates.move(tx, {
      examId,
      from: [exam.state],
      to: 'PENDING_REVIEW',
      action: 'exam.submit',
      details: { mode: 'review' },
    });
    if (!before) await this.projection.project(tx, examId);
    const item = before ?? (await this.items.lock(tx, examId));
    if (!item) throw stateConflict(moved.state);
    const hands = await this.drafts.handsOf(tx, examId);
    const patch = handedIn(item, { writerId: personOf(tx.ctx).id, hands }, now);
    const { rev, mode, image_set } = moved;
    return this.items.change(tx, item, { ...patch, mode, state_rev: rev, image_set });
  }

  /**
   * PENDING_REVIEW → QUEUED in *review* mode (收回), as long as no reviewer has claimed: the exam leaves the list and is the
   * clinic's again. Throws `not_found`, `not_clinic_written`, `exam_state_conflict`, `not_the_writer`.
   */
  async backToClinic(tx: Tx, examId: string): Promise<ReadingItem> {
    const item = await this.items.lock(tx, examId);
    const { state, mode } = await this.examStates.lock(tx, examId);
    if (mode !== 'review') throw new DomainError(worklistErrors.not_clinic_written, { state });
    if (!item || !mayDo('takeBack', state)) throw stateConflict(state);
    if (item.writer_id !== tx.ctx.actor.id) throw new DomainError(worklistErrors.not_the_writer, { state });
    const moved = await this.examStates.move(tx, {
      examId,
      from: [state],
      to: 'QUEUED',
      action: 'exam.take-back',
      details: { mode, fence: item.fence },
    });
    const patch = { ...backAtClinic(), mode, state_rev: moved.rev, image_set: moved.image_set };
    return this.items.change(tx, item, patch);
  }

  /**
   * CLAIMED → QUEUED, assigned to the doctor under whose name the trainee (the holder) drafts. The draft stays; the reason
   * is shown with the item.
   */
  async toSupervisor(tx: Tx, item: ReadingItem, supervisorId: string, reason: string): Promise<ReadingItem> {
    const exam = await this.examStates.move(tx, {
      examId: item.exam_id,
      from: [item.state],
      to: 'QUEUED',
      action: 'exam.present',
      reason,
      details: { fence: item.fence, supervisorId, hospitalId: item.holder_hospital_id },
    });
    const patch = presented(item, supervisorId, reason);
    return this.items.change(tx, item, { ...patch, state_rev: exam.rev, image_set: exam.image_set });
  }
}
