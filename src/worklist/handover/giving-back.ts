import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { claimEnded, type ItemPatch, released, releasedTo } from '../claiming/claim.rules';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';
import { badge } from './badge.rules';

export interface Giving {
  /** The audit action: who gave it back, and how. */
  readonly action: string;
  readonly reason: string;
  /** What else changes along with it. */
  readonly also?: ItemPatch;
}

/** Ends a claim that did not get to its end: back to the list at the old place, the draft stays, the badge says why. */
@Injectable()
export class GivingBack {
  constructor(
    private readonly items: Items,
    private readonly examStates: ExamStates,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * `item` is locked and its state is the exam's own. An exam in consultation stays there, held by nobody; when the
   * opinion has come the list gets it.
   */
  async toList(tx: Tx, item: ReadingItem, { action, reason, also = {} }: Giving): Promise<ReadingItem> {
    const details = { fence: item.fence, stage: item.stage, holderId: item.holder_id };
    const told = badge({ kind: 'release', reason, by: nameOf(tx.ctx), at: this.clock.now() });
    if (item.state === 'CONSULTING') {
      await this.audit.record(tx, { action, subjectType: 'exam', subjectId: item.exam_id, reason, details });
      return this.items.change(tx, item, { ...claimEnded(), ...told, ...also });
    }
    const to = releasedTo(item.stage, await this.examStates.lock(tx, item.exam_id));
    const exam = await this.examStates.move(tx, {
      examId: item.exam_id,
      from: [item.state],
      to,
      action,
      reason,
      details,
    });
    return this.items.change(tx, item, { ...released(item), ...told, ...also, state: to, state_rev: exam.rev });
  }
}

/** Who did it, as people read it. */
export const nameOf = ({ actor }: Ctx): string => (actor.kind === 'system' ? '系统' : actor.name);
