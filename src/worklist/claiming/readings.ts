import { Injectable } from '@nestjs/common';
import { type Exam, examErrors, type ExamState, ExamStates, type Move } from '../../exams';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { isOwn, type ItemPatch, recalled, rejected, signed, submitted, takenBack } from './claim.rules';
import { stateConflict } from './claims';
import { DraftVersions } from '../draft-versions';
import { Absences } from '../handover/absences';
import { badge } from '../handover/badge.rules';
import { mayDo } from '../handover/deed.rules';
import { nameOf } from '../handover/giving-back';
import { ReaderNotices } from '../handover/reader-notices';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';
import { OPEN_RESERVATION } from '../worklist.subscriptions';

type Step = Pick<Move, 'action' | 'reason' | 'details'> & { readonly to: ExamState };

/**
 * How reporting moves a reading on. Every method works in the caller's transaction on an item got from
 * {@link Claims.require}: exam state, item, audit row, news; it answers the item as it is afterwards.
 */
@Injectable()
export class Readings {
  constructor(
    private readonly items: Items,
    private readonly examStates: ExamStates,
    private readonly absences: Absences,
    private readonly notices: ReaderNotices,
    private readonly drafts: DraftVersions,
    private readonly clock: Clock,
  ) {}

  /** CLAIMED → PENDING_REVIEW (T5); the claim ends, the holder is the writer. */
  async submit(tx: Tx, item: ReadingItem): Promise<ReadingItem> {
    const patch = submitted(item, await this.drafts.handsOf(tx, item.exam_id), this.clock.now());
    return this.step(tx, item, { to: 'PENDING_REVIEW', action: 'exam.submit' }, patch);
  }

  /**
   * PENDING_REVIEW → CLAIMED for its writer, as long as no reviewer has claimed: new fence, new lease. Throws `not_found`,
   * `exam_state_conflict`, `not_the_writer`.
   */
  async takeBack(tx: Tx, examId: string): Promise<ReadingItem> {
    const item = await this.items.lock(tx, examId);
    const exam = await this.examStates.lock(tx, examId);
    if (!item || !mayDo('takeBack', exam.state)) throw stateConflict(exam.state);
    if (item.writer_id !== tx.ctx.actor.id) throw new DomainError(worklistErrors.not_the_writer, { state: exam.state });
    const leaseUntil = this.items.leaseEnd();
    const patch = takenBack(item, leaseUntil, this.clock.now());
    const after = await this.step(tx, item, { to: 'CLAIMED', action: 'exam.take-back' }, patch);
    await this.items.armExpiry(tx, after, leaseUntil);
    return after;
  }

  /** REVIEWING → REVISING (驳回): reserved for the writer for 15 minutes unless he has left, then anybody's; he is told. */
  async reject(tx: Tx, item: ReadingItem, reason: string): Promise<ReadingItem> {
    const now = this.clock.now();
    const writerAway = await this.absences.isAway(tx, item.writer_id);
    const told = badge({ kind: 'reject', reason, by: nameOf(tx.ctx), at: now });
    const patch = { ...rejected(now, { writerAway }), ...told };
    const after = await this.reserved(
      tx,
      await this.step(tx, item, { to: 'REVISING', action: 'exam.reject', reason }, patch),
    );
    await this.notices.rejected(tx, after);
    return after;
  }

  /**
   * REVIEWING → SIGNED (T7), or CLAIMED → SIGNED with `single` (the caller has checked the privilege). Throws
   * `identity_on_hold`, `images_incomplete`, `own_report`.
   */
  async sign(tx: Tx, item: ReadingItem, { single }: { readonly single: boolean }): Promise<ReadingItem> {
    const exam = await this.examStates.lock(tx, item.exam_id);
    requireSignable(item, exam, single);
    const step = { to: 'SIGNED', action: 'exam.sign', details: { single } } as const;
    return this.step(tx, item, step, signed(item, single, this.clock.now()));
  }

  /**
   * CLAIMED → PRELIM_ISSUED: the report of one doctor goes out, the formal one is due at the next begin of duty + 4 h; the
   * holder is its writer. `ground` is why one doctor was enough. Throws `identity_on_hold`, `images_incomplete`.
   */
  async preliminary(tx: Tx, item: ReadingItem, ground: string): Promise<ReadingItem> {
    const exam = await this.examStates.lock(tx, item.exam_id);
    requireSignable(item, exam, true);
    const now = this.clock.now();
    const step = { to: 'PRELIM_ISSUED', action: 'exam.preliminary', details: { ground } } as const;
    const patch = submitted(item, await this.drafts.handsOf(tx, item.exam_id), now);
    const after = await this.step(tx, item, step, { ...patch, state: 'PRELIM_ISSUED' });
    // A revision of its own: the due time that follows from it is newer news than the step that was just told.
    const due = { examId: item.exam_id, from: ['PRELIM_ISSUED'], action: 'exam.formal-due' } as const;
    await this.examStates.amend(tx, { ...due, set: { preliminary_at: now } });
    return after;
  }

  /** The item and its exam, locked, of a signed report that is to be revised. Throws `not_found`, `exam_state_conflict`. */
  async lockSigned(tx: Tx, examId: string): Promise<ReadingItem> {
    const item = await this.items.lock(tx, examId);
    const exam = await this.examStates.lock(tx, examId);
    if (!item || exam.state !== 'SIGNED') throw stateConflict(exam.state);
    return { ...item, state: exam.state, image_set: exam.image_set, identity_hold: exam.identity_hold_at !== null };
  }

  /** SIGNED → RECALLED → REVISING (召回): back with its writer, reserved for him as after 驳回; the badge says why. */
  async recall(tx: Tx, item: ReadingItem, reason: string): Promise<ReadingItem> {
    const move = { examId: item.exam_id, action: 'exam.recall', reason };
    await this.examStates.move(tx, { ...move, from: ['SIGNED'], to: 'RECALLED' });
    const again = { ...item, state: 'RECALLED' } as const;
    const writerAway = await this.absences.isAway(tx, item.writer_id);
    const now = this.clock.now();
    const told = badge({ kind: 'recall', reason, by: nameOf(tx.ctx), at: now });
    const patch = { ...recalled(now, { writerAway }), ...told };
    return this.reserved(tx, await this.step(tx, again, { to: 'REVISING', action: 'exam.revise', reason }, patch));
  }

  /** Sets the timer that opens to anybody what its writer does not take up. */
  private async reserved(tx: Tx, item: ReadingItem): Promise<ReadingItem> {
    if (item.reserved_until) await this.items.arm(tx, OPEN_RESERVATION, item, item.reserved_until);
    return item;
  }

  private async step(tx: Tx, item: ReadingItem, step: Step, patch: ItemPatch): Promise<ReadingItem> {
    const details = { fence: item.fence, stage: item.stage, hospitalId: item.holder_hospital_id, ...step.details };
    const exam = await this.examStates.move(tx, { ...step, details, examId: item.exam_id, from: [item.state] });
    return this.items.change(tx, item, { ...patch, state_rev: exam.rev, image_set: exam.image_set });
  }
}

function requireSignable(item: ReadingItem, exam: Exam, single: boolean): void {
  const present = { state: exam.state, fence: item.fence, imageSet: exam.image_set };
  if (exam.identity_hold_at) throw new DomainError(examErrors.identity_on_hold, present);
  // 边传边看: a STAT exam is read while its images still come, but nobody signs on half of them.
  if (!exam.images_complete && !exam.metadata_only) throw new DomainError(worklistErrors.images_incomplete, present);
  if (!single && isOwn(item, item.holder_id)) throw new DomainError(worklistErrors.own_report, present);
}
