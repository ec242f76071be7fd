import { Injectable } from '@nestjs/common';
import { EXAM_STATE_NAMES, type ExamState, examStateErrors, ExamStates, OPEN_FOR_READING } from '../exams';
import type { Tx } from '../platform/database';
import { DomainError } from '../platform/errors';
import { CLAIMED_AS } from './claim.rules';
import { Items } from './items';
import type { ReadingItem, Stage } from './reading-item.entity';
import { worklistErrors } from './worklist.errors';

export interface Hold {
  readonly fence: number;
  /** Narrows to one stage; without it either is accepted. */
  readonly stage?: Stage;
  /** The holder may go on writing while another is asked (会诊): the claim is kept, the exam is CONSULTING. */
  readonly consulting?: boolean;
}

/** The claim as other slices need it, inside their own transaction. */
@Injectable()
export class Claims {
  constructor(
    private readonly items: Items,
    private readonly examStates: ExamStates,
  ) {}

  /**
   * Locks the exam's reading item and its exam row until the transaction ends, and answers the item (state, image set and
   * identity hold fresh from the exam) if the caller holds it under this fence. Throws `not_found`, `stale_fence`
   * (params: present fence, state, holder) or `exam_state_conflict`. A lease that ran out still counts as long as nobody
   * cleared it away: the fence, not the time, is what protects the text.
   */
  async require(tx: Tx, examId: string, hold: Hold): Promise<ReadingItem> {
    const item = await this.present(tx, examId);
    const { state } = item;
    if (item.holder_id !== tx.ctx.actor.id || item.fence !== hold.fence)
      throw new DomainError(worklistErrors.stale_fence, { fence: item.fence, state, ...(await this.holder(tx, item)) });
    const states: ExamState[] = hold.stage ? [CLAIMED_AS[hold.stage]] : Object.values(CLAIMED_AS);
    if (hold.consulting) states.push('CONSULTING');
    if (!states.includes(state)) throw stateConflict(state);
    return item;
  }

  /**
   * Locks item and exam whoever holds them, and answers the item as the exam is now. Throws `not_found`, or
   * `exam_state_conflict` where the exam is on no list.
   */
  async present(tx: Tx, examId: string): Promise<ReadingItem> {
    const item = await this.items.lock(tx, examId);
    // The projection of the exam's latest change may still be on its way: the exam's own row is what counts.
    const exam = await this.examStates.lock(tx, examId);
    if (!item) throw notListed(exam.state);
    return { ...item, state: exam.state, image_set: exam.image_set, identity_hold: exam.identity_hold_at !== null };
  }

  /** Throws `stale_image_set` unless the caller has seen the images as they are now. */
  requireImageSet(item: ReadingItem, imageSet: number): void {
    if (item.image_set === imageSet) return;
    throw new DomainError(worklistErrors.stale_image_set, {
      imageSet: item.image_set,
      state: item.state,
      fence: item.fence,
    });
  }

  /** Name of whoever holds the item, and until when; nothing when nobody does. */
  async holder(tx: Tx, item: ReadingItem): Promise<{ holder?: string; leaseUntil?: Date | null }> {
    if (!item.holder_id) return {};
    const person = await tx.row<{ name: string }>('SELECT name FROM person WHERE county_id = $1 AND id = $2', [
      tx.ctx.countyId,
      item.holder_id,
    ]);
    return { holder: person?.name ?? '', leaseUntil: item.lease_until };
  }
}

/** The exam is on no list: because of its state, or because its news is still on the way. */
export function notListed(state: ExamState): DomainError {
  return OPEN_FOR_READING.includes(state)
    ? new DomainError(worklistErrors.not_listed_yet, { state, retryAfterSeconds: 1 })
    : stateConflict(state);
}

export function stateConflict(state: ExamState): DomainError {
  return new DomainError(examStateErrors.exam_state_conflict, { state, stateName: EXAM_STATE_NAMES[state] });
}
