import { Injectable } from '@nestjs/common';
import { Commands } from '../../../audit';
import { can, type Ctx, personOf } from '../../../platform/context';
import type { Tx } from '../../../platform/database';
import { DomainError } from '../../../platform/errors';
import { Absences, Colleagues, worklistErrors } from '../../../worklist';
import { AMENDMENT_KIND_NAMES } from '../amendment.state';
import { Amendments, type OpenAmendment, stateRefusal } from '../amendments';
import { type AmendmentClaim, claimOf } from '../amendment.view';
import { postOf } from '../post.rules';
import { revisionErrors } from '../revisions.errors';
import { StandingVersions } from '../standing-versions';
import type { GiveAmendment, TakeAmendment } from './passing.dto';
import { giveFault, type PassFault, takeFault, type Taker } from './passing.rules';
import { AmendmentTurns } from './turns';

/**
 * A 更正 or 补充 whose writer cannot go on with it passes to another, with the text as far as it has come and the mark
 * of whose it is. Whoever has written of it does not review it.
 */
@Injectable()
export class PassingService {
  constructor(
    private readonly commands: Commands,
    private readonly amendments: Amendments,
    private readonly standing: StandingVersions,
    private readonly turns: AmendmentTurns,
    private readonly colleagues: Colleagues,
    private readonly absences: Absences,
  ) {}

  /**
   * The caller writes it on, under a new fence; who had it is told. Throws `not_found`, `exam_state_conflict`,
   * `amendment_state`, `amendment_yours`, `not_the_signer`, `hospital_missing`, `wrong_hospital`.
   */
  async take(ctx: Ctx, examId: string, { reason, hospitalId }: TakeAmendment): Promise<AmendmentClaim> {
    return this.commands.run(ctx, 'report.amend-takeover', examId, async (tx) => {
      const open = await this.amendments.lock(tx, examId);
      const fault = takeFault(open.amendment, await this.taker(tx, examId));
      if (fault) throw refusal(open, fault);
      const to = { id: personOf(ctx).id, name: ctx.actor.name, hospitalId: postOf(ctx, hospitalId, open.present) };
      await this.absences.back(tx, to.id);
      const how = open.amendment.released_at === null ? 'takeover' : 'released';
      return claimOf(await this.turns.pass(tx, open, { to, how, reason }), open.exam);
    });
  }

  /**
   * Its writer, or who could take it over, names who goes on with it; both are told. Throws `not_found`,
   * `exam_state_conflict`, `amendment_state`, `not_the_signer`, `not_a_writer`, `already_theirs`, `receiver_away`,
   * `not_a_reader`, `hospital_missing`.
   */
  async give(ctx: Ctx, examId: string, { to, reason, hospitalId }: GiveAmendment): Promise<AmendmentClaim> {
    return this.commands.run(ctx, 'report.amend-handover', examId, async (tx) => {
      const open = await this.amendments.lock(tx, examId);
      const colleague = await this.colleagues.find(tx, to, 'to');
      const receiver = { id: to, submits: colleague.permissions.has('report.submit') };
      const fault = giveFault(open.amendment, await this.taker(tx, examId), receiver);
      if (fault) throw refusal(open, fault);
      if (await this.absences.isAway(tx, to))
        throw new DomainError(worklistErrors.receiver_away, { ...open.present, to });
      const { name } = colleague;
      const site = this.colleagues.readerFor(colleague, hospitalId).hospitalId;
      const passing = { to: { id: to, name, hospitalId: site }, how: 'handover', reason } as const;
      return claimOf(await this.turns.pass(tx, open, passing), open.exam);
    });
  }

  private async taker(tx: Tx, examId: string): Promise<Taker> {
    const { id } = personOf(tx.ctx);
    return {
      id,
      signed: await this.standing.isSigner(tx, examId, id),
      revises: can(tx.ctx, 'report.revise'),
      signs: can(tx.ctx, 'report.sign'),
      adds: can(tx.ctx, 'report.addendum'),
    };
  }
}

/** A refusal says how the amendment is now. */
function refusal(open: OpenAmendment, fault: PassFault): DomainError {
  if (fault === 'wrong_state') return stateRefusal(open);
  const params = { ...open.present, kindName: AMENDMENT_KIND_NAMES[open.amendment.kind] };
  return new DomainError(revisionErrors[fault === 'already_yours' ? 'amendment_yours' : fault], params);
}
