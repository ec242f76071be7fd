import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { stateConflict } from '../claiming/claims';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';
import { Absences } from './absences';
import { type Colleague, Colleagues } from './colleagues';
import { nameOf } from './giving-back';
import type { HandoverInput } from './handover.dto';
import { ReadingHandover } from './handover.entities';
import { type HandoverPlan, passedOn, passVerdict } from './handover.rules';
import { ReaderNotices } from './reader-notices';

interface Passing {
  readonly item: ReadingItem;
  readonly how: 'claim' | 'assign';
}

export interface HandoverAnswer {
  readonly handoverId: string;
  readonly from: string;
  readonly to: string;
  readonly examIds: readonly string[];
  readonly note: string;
  readonly doneAt: Date;
}

/** 交接班: one reader's open work passes to another, all of it or nothing. */
@Injectable()
export class HandoverService {
  constructor(
    private readonly commands: Commands,
    private readonly items: Items,
    private readonly examStates: ExamStates,
    private readonly absences: Absences,
    private readonly colleagues: Colleagues,
    private readonly notices: ReaderNotices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Claims pass on under new fences, what waits is assigned to the receiver; he is told once. The same hand-over asked
   * for again answers the record of the first. Throws `not_found`, `not_a_reader`, `hospital_missing`, `forbidden`,
   * `wrong_hospital`, `receiver_away`, `not_theirs`, `own_report`, `exam_state_conflict`.
   */
  async handOver(ctx: Ctx, input: HandoverInput): Promise<HandoverAnswer> {
    return this.commands.run(ctx, 'exam.handover', input.examIds[0]!, async (tx) => {
      const giver = await this.colleagues.findEvenGone(tx, input.from, 'from');
      this.colleagues.requireMaySpeakFor(ctx, giver);
      const receiver = await this.colleagues.find(tx, input.to, 'to');
      const to = this.colleagues.readerFor(receiver, input.hospitalId);
      if (await this.absences.isAway(tx, to.id)) throw new DomainError(worklistErrors.receiver_away, { to: to.id });
      const plan: HandoverPlan = { from: giver.id, to, note: input.note };
      const passing = await this.judge(tx, input.examIds, plan);
      if (passing.length === 0) return answer(await this.recorded(tx, input));
      for (const one of passing) await this.pass(tx, one, plan);
      return answer(await this.record(tx, { plan, giver, passing }));
    });
  }

  /** Locks the exams, in one order for everybody, and answers those that have still to pass. */
  private async judge(tx: Tx, examIds: readonly string[], plan: HandoverPlan): Promise<Passing[]> {
    const passing: Passing[] = [];
    for (const examId of examIds) {
      const item = await this.items.lock(tx, examId);
      const { state } = await this.examStates.lock(tx, examId);
      if (!item) throw stateConflict(state);
      const present = { ...item, state };
      const how = passVerdict(present, state, plan);
      if (how === 'claim' || how === 'assign') passing.push({ item: present, how });
      else if (how !== 'done') throw refusal(present, how);
    }
    return passing;
  }

  private async pass(tx: Tx, { item, how }: Passing, plan: HandoverPlan): Promise<void> {
    const leaseUntil = this.items.leaseEnd();
    const patch = passedOn(item, how, plan, { leaseUntil, now: this.clock.now() });
    const after = await this.items.change(tx, item, patch);
    if (how === 'claim') await this.items.armExpiry(tx, after, leaseUntil);
    await this.audit.record(tx, {
      action: 'exam.handover',
      subjectType: 'exam',
      subjectId: item.exam_id,
      reason: plan.note,
      details: { how, from: plan.from, to: plan.to.id, fence: after.fence, stage: item.stage, state: item.state },
    });
  }

  private async record(
    tx: Tx,
    { plan, giver, passing }: { plan: HandoverPlan; giver: Colleague; passing: readonly Passing[] },
  ): Promise<ReadingHandover> {
    const row: ReadingHandover = {
      id: newId(),
      county_id: tx.ctx.countyId,
      from_id: plan.from,
      to_id: plan.to.id,
      from_hospital_ids: [...giver.hospitalIds],
      to_hospital_id: plan.to.hospitalId,
      exam_ids: passing.map(({ item }) => item.exam_id),
      note: plan.note,
      done_by: nameOf(tx.ctx),
      done_at: this.clock.now(),
    };
    await tx.insert(ReadingHandover, row);
    const told = { id: row.id, from: giver.name, to: plan.to.id, count: passing.length, note: plan.note };
    await this.notices.handedOver(tx, told);
    return row;
  }

  /** The record of the hand-over that has done all this already. */
  private async recorded(tx: Tx, { from, to, examIds }: HandoverInput): Promise<ReadingHandover> {
    const row = await tx.row<ReadingHandover>(
      `SELECT * FROM reading_handover WHERE county_id = $1 AND from_id = $2 AND to_id = $3 AND exam_ids && $4::uuid[]
       ORDER BY done_at DESC, id DESC LIMIT 1`,
      [tx.ctx.countyId, from, to, examIds],
    );
    if (!row) throw new Error('what was handed over has a record');
    return row;
  }
}

function refusal(item: ReadingItem, fault: 'not_theirs' | 'own_report' | 'not_permitted'): DomainError {
  const { exam_id: examId, accession_number: accessionNumber, state, fence } = item;
  if (fault === 'not_permitted')
    return new DomainError(commonErrors.forbidden, { permission: 'worklist.review', examId, state });
  return new DomainError(worklistErrors[fault], { examId, accessionNumber, state, fence });
}

const answer = (row: ReadingHandover): HandoverAnswer => ({
  handoverId: row.id,
  from: row.from_id,
  to: row.to_id,
  examIds: row.exam_ids,
  note: row.note,
  doneAt: row.done_at,
});
