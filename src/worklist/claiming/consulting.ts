import { Injectable } from '@nestjs/common';
import { type Deed, examErrors, type ExamState, ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { released, releasedTo } from './claim.rules';
import { Claims, type Hold } from './claims';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';

/**
 * 会诊 as the list sees it: the exam steps aside (CONSULTING) and back, the claim and its fence stay. Everything else of a
 * consultation is the business of the slice that calls this, in its own transaction.
 */
@Injectable()
export class Consulting {
  constructor(
    private readonly items: Items,
    private readonly claims: Claims,
    private readonly examStates: ExamStates,
    private readonly clock: Clock,
  ) {}

  /**
   * CLAIMED or REVIEWING → CONSULTING by whoever holds the claim; its lease does not run out meanwhile. Throws
   * `not_found`, `stale_fence`, `exam_state_conflict`, `identity_on_hold`.
   */
  async begin(tx: Tx, examId: string, hold: Hold, deed: Deed): Promise<ReadingItem> {
    const item = await this.claims.require(tx, examId, hold);
    // Images of nobody knows whom are shown to nobody else.
    if (item.identity_hold) throw new DomainError(examErrors.identity_on_hold, { state: item.state });
    const details = { fence: item.fence, stage: item.stage, ...deed.details };
    const exam = await this.examStates.move(tx, { ...deed, details, examId, from: [item.state], to: 'CONSULTING' });
    return this.items.change(tx, item, { state: 'CONSULTING', state_rev: exam.rev, image_set: exam.image_set });
  }

  /**
   * CONSULTING → the state before, under the same fence with a lease that begins anew: the holder need not have been at
   * his desk all day. Does nothing when the exam is in no consultation any more.
   */
  async end(tx: Tx, examId: string, deed: Deed): Promise<void> {
    const item = await this.items.lock(tx, examId);
    const exam = await this.examStates.lock(tx, examId);
    const before = exam.state_before_consulting;
    if (!item || exam.state !== 'CONSULTING' || before === null) return;
    const details = { fence: item.fence, stage: item.stage, ...deed.details };
    const back = await this.examStates.move(tx, { ...deed, details, examId, from: ['CONSULTING'], to: before });
    if (item.holder_id === null) return this.giveBack(tx, item, before, deed);
    const leaseUntil = this.items.leaseEnd();
    const after = await this.items.change(tx, item, {
      state: before,
      state_rev: back.rev,
      lease_until: leaseUntil,
      heartbeat_at: this.clock.now(),
    });
    await this.items.armExpiry(tx, after, leaseUntil);
  }

  /** The claim was ended during the consultation: nobody would ever come back to the exam, so the list gets it. */
  private async giveBack(tx: Tx, item: ReadingItem, from: ExamState, deed: Deed): Promise<void> {
    const to = releasedTo(item.stage, await this.examStates.lock(tx, item.exam_id));
    const exam = await this.examStates.move(tx, { ...deed, examId: item.exam_id, from: [from], to });
    await this.items.change(tx, item, { ...released(item), state: to, state_rev: exam.rev });
  }
}
