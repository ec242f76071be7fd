import { Injectable } from '@nestjs/common';
import { ExamStates } from '../../exams';
import type { Tx } from '../../platform/database';
import type { Message } from '../../platform/outbox';
import { contentChange } from '../comparing/content-change.rules';
import { Cycles } from '../cycles';
import { ImportantService } from '../important/important.service';
import { type ExamEnd, isExamEnd } from '../sides.rules';
import type { TakenBack } from './withdrawal-causes';
import { Withdrawals } from './withdrawals';

const CAUSES: Readonly<Record<ExamEnd, TakenBack>> = { VOID: 'exam_void', WITHDRAWN: 'exam_withdrawn' };

/** Of an exam that was voided or withdrawn, by whichever way, critical values and important findings are taken back. */
@Injectable()
export class ExamEnds {
  constructor(
    private readonly examStates: ExamStates,
    private readonly cycles: Cycles,
    private readonly withdrawals: Withdrawals,
    private readonly important: ImportantService,
  ) {}

  async heard(tx: Tx, { subjectId: examId }: Message): Promise<void> {
    const { state } = await this.examStates.lock(tx, examId);
    // Withdrawn and registered again meanwhile, it is an exam like any other.
    if (!isExamEnd(state)) return;
    const cycles = await this.cycles.ofExam(tx, examId);
    const of = new Map(cycles.map((cycle) => [cycle.id, cycle]));
    const known = cycles.map((cycle) => ({ ...cycle, about: [] }));
    const change = contentChange({ voided: true, now: [], before: [] }, known);
    for (const { id } of change.withdraw) {
      const cycle = of.get(id)!;
      const by = { versionId: null, personId: cycle.radiologist_id, name: cycle.radiologist_name };
      await this.withdrawals.withdraw(tx, cycle, by, CAUSES[state]);
    }
    for (const { id } of change.drop) await this.withdrawals.end(tx, of.get(id)!, CAUSES[state]);
    for (const flag of await this.important.ofExam(tx, examId)) await this.important.withdraw(tx, flag, CAUSES[state]);
  }
}
