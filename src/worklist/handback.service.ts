import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../audit';
import { ExamStates } from '../exams';
import { Clock } from '../platform/clock';
import { can, type Ctx } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { type ItemPatch, released, RELEASED_TO, returned, takenOver } from './claim.rules';
import { Claims, stateConflict } from './claims';
import { Items } from './items';
import { readerOf } from './reader';
import type { ReadingItem } from './reading-item.entity';
import { RETURN_CODES } from './return-codes';
import type { AssignInput, ReleaseInput, ReturnInput, TakeoverInput } from './worklist.dto';
import { worklistErrors } from './worklist.errors';
import { type ItemView, WorklistQueries } from './worklist.queries';

/** Where an exam goes instead of on: 放弃, 退回, taken over, 分派. Each has its mandatory reason. */
@Injectable()
export class HandbackService {
  constructor(
    private readonly commands: Commands,
    private readonly items: Items,
    private readonly claims: Claims,
    private readonly examStates: ExamStates,
    private readonly queries: WorklistQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** 放弃: back to the list at its old place. Throws `not_found`, `stale_fence`, `exam_state_conflict`. */
  async release(ctx: Ctx, examId: string, { fence, reason }: ReleaseInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.release', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence });
      return this.giveBack(tx, item, 'exam.release', reason);
    });
  }

  /** 退回 to the clinic with a reason code and what is wanted. Throws `not_found`, `stale_fence`, `exam_state_conflict`. */
  async return(ctx: Ctx, examId: string, input: ReturnInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.return', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence: input.fence });
      const exam = await this.examStates.move(tx, {
        examId,
        from: [item.state],
        to: 'RETURNED',
        action: 'exam.return',
        reason: `${input.code} ${RETURN_CODES[input.code]}`,
        details: { code: input.code, wanted: input.wanted, fence: item.fence, stage: item.stage },
        set: {
          return_code: input.code,
          return_wanted: input.wanted,
          return_note: input.note?.trim() || null,
          returned_at: this.clock.now(),
        },
      });
      return this.write(tx, item, { ...returned(item), state_rev: exam.rev });
    });
  }

  /**
   * Ends another's claim: a reader takes it over under a new fence, an administrator who does not read only unlocks it.
   * Throws `not_found`, `not_held`, `own_report`.
   */
  async takeover(ctx: Ctx, examId: string, { reason, hospitalId }: TakeoverInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.takeover', examId, async (tx) => {
      const item = await this.locked(tx, examId);
      if (!item.holder_id) throw new DomainError(worklistErrors.not_held, { state: item.state, fence: item.fence });
      if (!can(ctx, 'worklist.write')) return this.giveBack(tx, item, 'exam.unlock', reason);
      const reader = readerOf(ctx, hospitalId);
      if (!reader.stages.includes(item.stage))
        throw new DomainError(commonErrors.forbidden, { permission: 'worklist.review' });
      if (item.stage === 'review' && item.writer_id === reader.id) {
        throw new DomainError(worklistErrors.own_report, { state: item.state, fence: item.fence });
      }
      const leaseUntil = this.items.leaseEnd();
      const after = await this.items.change(tx, item, takenOver(item, reader, leaseUntil, this.clock.now()));
      await this.items.armExpiry(tx, after, leaseUntil);
      const details = { from: item.holder_id, fence: after.fence, stage: item.stage, hospitalId: reader.hospitalId };
      await this.record(tx, 'exam.takeover', examId, reason, details);
      return this.queries.one(tx, examId);
    });
  }

  /** 分派 to a reader or a hospital; the reason stays with the item. Throws `not_found`, `claimed_by_other`, `own_report`, `not_a_reader`. */
  async assign(ctx: Ctx, examId: string, { personId, hospitalId, reason }: AssignInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.assign', examId, async (tx) => {
      const item = await this.locked(tx, examId);
      const { state, fence } = item;
      if (item.holder_id) {
        throw new DomainError(worklistErrors.claimed_by_other, {
          ...(await this.claims.holder(tx, item)),
          state,
          fence,
        });
      }
      if (!Object.values(RELEASED_TO).includes(state) && state !== 'REVISING') throw stateConflict(state);
      if (item.stage === 'review' && personId === item.writer_id)
        throw new DomainError(worklistErrors.own_report, { state, fence });
      await this.requireReader(tx, personId, hospitalId);
      await this.record(tx, 'exam.assign', examId, reason, { personId, hospitalId, fence });
      return this.write(tx, item, {
        assigned_person_id: personId ?? null,
        hospital_id: hospitalId ?? null,
        assignment_reason: reason,
      });
    });
  }

  private async giveBack(tx: Tx, item: ReadingItem, action: string, reason: string): Promise<ItemView> {
    const exam = await this.examStates.move(tx, {
      examId: item.exam_id,
      from: [item.state],
      to: RELEASED_TO[item.stage],
      action,
      reason,
      details: { fence: item.fence, stage: item.stage, holderId: item.holder_id },
    });
    return this.write(tx, item, { ...released(item), state_rev: exam.rev });
  }

  private async locked(tx: Tx, examId: string): Promise<ReadingItem> {
    const item = await this.items.lock(tx, examId);
    if (!item) throw stateConflict((await this.examStates.lock(tx, examId)).state);
    return item;
  }

  /** A person must read at some hospital of this county; a hospital must be one of this county's. */
  private async requireReader(tx: Tx, personId: string | undefined, hospitalId: string | undefined): Promise<void> {
    const found = personId
      ? await tx.row(
          `SELECT 1 FROM person p JOIN person_grant g ON g.person_id = p.id AND g.revoked_at IS NULL AND g.hospital_id IS NOT NULL
           WHERE p.county_id = $1 AND p.id = $2 AND p.active LIMIT 1`,
          [tx.ctx.countyId, personId],
        )
      : await tx.row('SELECT 1 FROM hospital WHERE county_id = $1 AND id = $2 AND active', [
          tx.ctx.countyId,
          hospitalId,
        ]);
    if (!found) throw new DomainError(worklistErrors.not_a_reader, { field: personId ? 'personId' : 'hospitalId' });
  }

  private async write(tx: Tx, item: ReadingItem, patch: ItemPatch): Promise<ItemView> {
    await this.items.change(tx, item, patch);
    return this.queries.one(tx, item.exam_id);
  }

  private record(
    tx: Tx,
    action: string,
    examId: string,
    reason: string,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    return this.audit.record(tx, { action, subjectType: 'exam', subjectId: examId, reason, details });
  }
}
