import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import { Turns } from '../assignment/turns';
import { returned } from './claim.rules';
import { Claims } from './claims';
import { badge } from '../handover/badge.rules';
import { GivingBack, nameOf } from '../handover/giving-back';
import { ReaderNotices } from '../handover/reader-notices';
import { Items } from '../items';
import { RETURN_CODES } from './return-codes';
import type { ReleaseInput, ReturnInput } from '../worklist.dto';
import { type ItemView, WorklistQueries } from '../list/worklist.queries';

/** Where an exam goes instead of on: 放弃, 退回. Each has its mandatory reason. */
@Injectable()
export class HandbackService {
  constructor(
    private readonly commands: Commands,
    private readonly items: Items,
    private readonly claims: Claims,
    private readonly examStates: ExamStates,
    private readonly givingBack: GivingBack,
    private readonly notices: ReaderNotices,
    private readonly turns: Turns,
    private readonly queries: WorklistQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * 放弃: back to the list at its old place; `next` does not hand it to the same reader at once. Throws `not_found`,
   * `stale_fence`, `exam_state_conflict`.
   */
  async release(ctx: Ctx, examId: string, { fence, reason }: ReleaseInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.release', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence });
      await this.givingBack.toList(tx, item, { action: 'exam.release', reason });
      await this.turns.gaveUp(tx, personOf(ctx).id, examId);
      return this.queries.one(tx, examId);
    });
  }

  /** 退回 to the clinic with a reason code and what is wanted. Throws `not_found`, `stale_fence`, `exam_state_conflict`. */
  async return(ctx: Ctx, examId: string, input: ReturnInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.return', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence: input.fence });
      const reason = `${input.code} ${RETURN_CODES[input.code]}`;
      const note = input.note?.trim() || null;
      const [by, at] = [nameOf(ctx), this.clock.now()];
      const exam = await this.examStates.move(tx, {
        examId,
        from: [item.state],
        to: 'RETURNED',
        action: 'exam.return',
        reason,
        details: { code: input.code, wanted: input.wanted, fence: item.fence, stage: item.stage },
        set: {
          return_code: input.code,
          return_wanted: input.wanted,
          return_note: note,
          returned_at: at,
          state_reason: reason,
          back_by: by,
          back_at: at,
        },
      });
      const told = note === null ? reason : `${reason}（${note}）`;
      await this.notices.returned(tx, item, { code: input.code, wanted: input.wanted, noted: note !== null });
      const badged = badge({ kind: 'return', reason: told, by, at });
      await this.items.change(tx, item, { ...returned(item), ...badged, state_rev: exam.rev });
      return this.queries.one(tx, examId);
    });
  }
}
