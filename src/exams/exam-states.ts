import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import { visibleClinics } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, defineErrors, DomainError } from '../platform/errors';
import { Outbox } from '../platform/outbox';
import type { Exam } from './exam.entity';
import { EXAM_STATE_NAMES, type ExamState, mayMove } from './exam.state';
import { examChanged } from './exams.events';

export const examStateErrors = defineErrors({
  exam_state_conflict: ['conflict', '检查当前为“{stateName}”，不能进行此操作'],
});

/** Columns a move may set along with the state. */
export type ExamPatch = Partial<Omit<Exam, 'id' | 'county_id' | 'clinic_id' | 'state' | 'rev' | 'created_at' | 'created_by'>>;

export interface Move {
  readonly examId: string;
  /** States the caller expects; the move happens only from one of them. */
  readonly from: readonly ExamState[];
  readonly to: ExamState;
  /** The audit action, `exam.<verb>`. */
  readonly action: string;
  readonly reason?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly set?: ExamPatch;
}

/** The one way an exam's row changes: guarded UPDATE, audit row and outbox row in the caller's transaction. */
@Injectable()
export class ExamStates {
  constructor(
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Moves an exam. Throws `not_found` when the caller may not see it, `exam_state_conflict` (with the present state in
   * `params.state`) when it is in another state than expected. Answers the row after the move.
   */
  async move(tx: Tx, move: Move): Promise<Exam> {
    const from = move.from.filter((state) => mayMove(state, move.to));
    if (from.length === 0) throw new Error(`no move from ${move.from.join()} to ${move.to} is in the state table`);
    const exam = await this.update(tx, move.examId, from, { ...move.set, state: move.to } as ExamPatch);
    await this.announce(tx, exam, move.action, move.reason, { from: move.from, to: move.to, ...move.details });
    return exam;
  }

  /** Changes columns without changing the state; the same guards, audit and news. */
  async amend(tx: Tx, change: Omit<Move, 'to' | 'set'> & { readonly set: ExamPatch }): Promise<Exam> {
    const exam = await this.update(tx, change.examId, change.from, change.set);
    await this.announce(tx, exam, change.action, change.reason, { fields: Object.keys(change.set), ...change.details });
    return exam;
  }

  /** The exam's row locked for this transaction, if the caller may see it. */
  async lock(tx: Tx, examId: string): Promise<Exam> {
    const visible = visibleClinics(tx.ctx);
    const exam = await tx.row<Exam>(
      'SELECT * FROM exam WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3)) FOR UPDATE',
      [tx.ctx.countyId, examId, visible === 'all' ? null : visible],
    );
    if (!exam) throw new DomainError(commonErrors.not_found);
    return exam;
  }

  private async update(tx: Tx, examId: string, from: readonly ExamState[], patch: ExamPatch): Promise<Exam> {
    const visible = visibleClinics(tx.ctx);
    const entries = Object.entries({ ...patch, updated_at: this.clock.now() });
    const assignments = entries.map(([column], i) => `${columnName(column)} = $${i + 5}`).join(', ');
    const exam = await tx.row<Exam>(
      `UPDATE exam SET ${assignments}, rev = rev + 1
       WHERE county_id = $1 AND id = $2 AND state = ANY($3) AND ($4::uuid[] IS NULL OR clinic_id = ANY($4)) RETURNING *`,
      [tx.ctx.countyId, examId, from, visible === 'all' ? null : visible, ...entries.map(([, value]) => value)],
    );
    if (exam) return exam;
    const present = await this.lock(tx, examId);
    throw new DomainError(examStateErrors.exam_state_conflict, { state: present.state, stateName: EXAM_STATE_NAMES[present.state] });
  }

  private async announce(tx: Tx, exam: Exam, action: string, reason: string | undefined, details: Readonly<Record<string, unknown>>): Promise<void> {
    await this.audit.record(tx, { action, subjectType: 'exam', subjectId: exam.id, reason, details: { ...details, state: exam.state } });
    await this.outbox.emit(tx, examChanged(exam));
  }
}

/** Column names come from our own types; this keeps it so even for a caller that got one past the compiler. */
function columnName(column: string): string {
  if (!/^[a-z_]+$/.test(column)) throw new Error(`not a column: ${column}`);
  return column;
}
