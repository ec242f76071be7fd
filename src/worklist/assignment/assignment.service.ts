import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { ExamStates } from '../../exams';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { RELEASED_TO } from '../claim.rules';
import { Claims, stateConflict } from '../claims';
import { Items } from '../items';
import { worklistErrors } from '../worklist.errors';
import { type ItemView, WorklistQueries } from '../worklist.queries';
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
    private readonly audit: Audit,
  ) {}

  /**
   * 分派 to a reader or a hospital; the reason stays with the item, which is theirs alone until half of the time that is
   * left has gone. Throws `not_found`, `claimed_by_other`, `own_report`, `not_a_reader`, `exam_state_conflict`.
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
      if (!Object.values(RELEASED_TO).includes(state) && state !== 'REVISING') throw stateConflict(state);
      if (item.stage === 'review' && personId === item.writer_id)
        throw new DomainError(worklistErrors.own_report, { state, fence });
      await requireReader(tx, personId, hospitalId);
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
}

/** A person must read at some hospital of this county; a hospital must be one of this county's. */
async function requireReader(tx: Tx, personId: string | undefined, hospitalId: string | undefined): Promise<void> {
  const found = personId
    ? await tx.row(
        `SELECT 1 FROM person p JOIN person_grant g ON g.person_id = p.id AND g.revoked_at IS NULL AND g.hospital_id IS NOT NULL
         WHERE p.county_id = $1 AND p.id = $2 AND p.active LIMIT 1`,
        [tx.ctx.countyId, personId],
      )
    : await tx.row('SELECT 1 FROM hospital WHERE county_id = $1 AND id = $2 AND active AND NOT external', [
        tx.ctx.countyId,
        hospitalId,
      ]);
  if (!found) throw new DomainError(worklistErrors.not_a_reader, { field: personId ? 'personId' : 'hospitalId' });
}
