import { Injectable } from '@nestjs/common';
import {
  type Exam,
  EXAM_STATE_NAMES,
  type ExamState,
  examStateErrors,
  ExamStates,
  OPEN_FOR_READING,
} from '../../exams';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { CLAIMED_AS, isTheClinics } from './claim.rules';
import { Items } from '../items';
import type { ReadingItem, Stage } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';

export interface Hold {
  readonly fence: number;
  /** Narrows to one stage; without it either is accepted. */
  readonly stage?: Stage;
  /** The holder may go on writing while another is asked (会诊): the claim is kept, the exam is CONSULTING. */
  readonly consulting?: boolean;
  /** What he does is a sign of life and of work, like a heartbeat; noted by the statement that locks the item. */
  readonly working?: boolean;
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
    const beat = hold.working ? await this.items.beat(tx, examId, { fence: hold.fence, active: true }) : undefined;
    const item = await this.asTheExam(tx, examId, beat ?? (await this.items.lock(tx, examId)));
    const { state } = item;
    if (item.holder_id !== tx.ctx.actor.id || item.fence !== hold.fence)
      throw new DomainError(worklistErrors.stale_fence, { fence: item.fence, state, ...(await this.holder(tx, item)) });
    await this.requirePost(tx, item);
    const states: ExamState[] = hold.stage ? [CLAIMED_AS[hold.stage]] : Object.values(CLAIMED_AS);
    if (hold.consulting) states.push('CONSULTING');
    if (!states.includes(state)) throw stateConflict(state);
    return item;
  }

  /** A claim is a hospital's: it is over for whoever has lost his post there since. Throws `stale_fence`. */
  async requirePost(tx: Tx, item: ReadingItem): Promise<void> {
    const { fence, state, holder_hospital_id: hospitalId } = item;
    if (hospitalId === null || (tx.ctx.actor.hospitalIds as readonly string[]).includes(hospitalId)) return;
    throw new DomainError(worklistErrors.stale_fence, { fence, state, hospitalId, ...(await this.holder(tx, item)) });
  }

  /**
   * Locks item and exam whoever holds them, and answers the item as the exam is now. Throws `not_found`, or
   * `exam_state_conflict` where the exam is on no list.
   */
  async present(tx: Tx, examId: string): Promise<ReadingItem> {
    return this.asTheExam(tx, examId, await this.items.lock(tx, examId));
  }

  /** The locked item as its exam, locked now too, is. */
  private async asTheExam(tx: Tx, examId: string, item: ReadingItem | undefined): Promise<ReadingItem> {
    // The projection of the exam's latest change may still be on its way: the exam's own row is what counts.
    const exam = await this.examStates.lock(tx, examId);
    if (!item) throw notListed(exam);
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

/** The exam is on no list: because of its state, because the clinic writes it, or because its news is still on the way. */
export function notListed({ state, mode }: Pick<Exam, 'state' | 'mode'>): DomainError {
  if (isTheClinics({ state, mode })) return new DomainError(worklistErrors.written_at_clinic, { state });
  return OPEN_FOR_READING.includes(state)
    ? new DomainError(worklistErrors.not_listed_yet, { state, retryAfterSeconds: 1 })
    : stateConflict(state);
}

export function stateConflict(state: ExamState): DomainError {
  return new DomainError(examStateErrors.exam_state_conflict, { state, stateName: EXAM_STATE_NAMES[state] });
}
