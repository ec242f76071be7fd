import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { ExamStates } from '../../exams';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { isOwn, isTheClinics } from '../claiming/claim.rules';
import { Claims, stateConflict } from '../claiming/claims';
import { Absences } from '../handover/absences';
import { Colleagues } from '../handover/colleagues';
import { mayDo } from '../handover/deed.rules';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';
import { type ItemView, WorklistQueries } from '../list/worklist.queries';
import type { AssignInput } from './assignment.dto';

/** 分派 by hand. */
@Injectable()
export class AssignmentService {
  constructor(
    private readonly commands: Commands,
    private readonly items: Items,
    private readonly claims: Claims,
    private readonly examStates: ExamStates,
    private readonly queries: WorklistQueries,
    private readonly colleagues: Colleagues,
    private readonly absences: Absences,
    private readonly audit: Audit,
  ) {}

  /**
   * 分派 to a reader or a hospital; the reason stays with the item, which is theirs alone until half of the time that is
   * left has gone. Throws `not_found`, `claimed_by_other`, `own_report`,
   * `not_a_reader`, `reader_away`, `written_at_clinic`, `exam_state_conflict`.
   */
  async assign(ctx: Ctx, examId: string, { personId, hospitalId, reason }: AssignInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.assign', examId, async (tx) => {
      const item = await this.items.lock(tx, examId);
      if (!item) throw stateConflict((await this.examStates.lock(tx, examId)).state);
      const { state, fence } = item;
      if (item.holder_id) {
        const holder = await this.claims.holder(tx, item);
        throw new DomainError(worklistErrors.claimed_by_other, { ...holder, state, fence });
      }
      if (!mayDo('assign', state)) throw stateConflict(state);
      if (isTheClinics(item)) throw new DomainError(worklistErrors.written_at_clinic, { state, fence });
      if (item.stage === 'review' && isOwn(item, personId ?? null))
        throw new DomainError(worklistErrors.own_report, { state, fence });
      await this.requireReader(tx, item, personId, hospitalId);
      const details = { personId, hospitalId, fence };
      await this.audit.record(tx, { action: 'exam.assign', subjectType: 'exam', subjectId: examId, reason, details });
      await this.items.change(tx, item, {
        assigned_person_id: personId ?? null,
        hospital_id: hospitalId ?? null,
        assignment_reason: reason,
        assignment_mode: 'manual',
      });
      return this.queries.one(tx, examId);
    });
  }

  /** A person who reads this stage and is there, or a hospital of the county. */
  private async requireReader(
    tx: Tx,
    item: ReadingItem,
    personId: string | undefined,
    hospitalId: string | undefined,
  ): Promise<void> {
    const { state, fence } = item;
    if (personId !== undefined) {
      const { stages } = await this.colleagues.find(tx, personId, 'personId');
      if (!stages.includes(item.stage)) throw new DomainError(worklistErrors.not_a_reader, { field: 'personId' });
      if (await this.absences.isAway(tx, personId)) throw new DomainError(worklistErrors.reader_away, { state, fence });
      return;
    }
    const found = await tx.row('SELECT 1 FROM hospital WHERE county_id = $1 AND id = $2 AND active AND NOT external', [
      tx.ctx.countyId,
      hospitalId,
    ]);
    if (!found) throw new DomainError(worklistErrors.not_a_reader, { field: 'hospitalId' });
  }
}
