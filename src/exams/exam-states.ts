import { Injectable } from '@nestjs/common';
import { Audit, NotTheirs } from '../audit';
import { Clock } from '../platform/clock';
import { visibleClinics } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, defineErrors, DomainError } from '../platform/errors';
import { Outbox } from '../platform/outbox';
import { belongsIn } from './images/completeness.rules';
import type { Exam } from './exam.entity';
import { EXAM_STATE_NAMES, type ExamState, mayMove } from './exam.state';
import { ON_ACCESSION_TAKEN } from './exam-row';
import { examChanged, examEnded, identityDoubt, patientIdentified } from './exams.events';

export const examStateErrors = defineErrors({
  exam_state_conflict: ['conflict', '检查当前为“{stateName}”，不能进行此操作'],
});

/** Columns a move may set along with the state. */
export type ExamPatch = Partial<
  Omit<Exam, 'id' | 'county_id' | 'clinic_id' | 'state' | 'rev' | 'created_at' | 'created_by'>
>;

/** Who did what and why, for the audit row. */
export interface Deed {
  /** The audit action, `exam.<verb>`. */
  readonly action: string;
  readonly reason?: string | undefined;
  /** Ids, states, counts: nothing that names a patient. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Move extends Deed {
  readonly examId: string;
  /** States the caller expects; the move happens only from one of them. */
  readonly from: readonly ExamState[];
  readonly to: ExamState;
  readonly set?: ExamPatch;
}

/** The one way an exam's row is made and changes: guarded statement, audit row and news in the caller's transaction. */
@Injectable()
export class ExamStates {
  constructor(
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Inserts a new exam; undefined (and nothing written) when the clinic has an exam of that accession number. */
  async create(tx: Tx, row: Exam, deed: Deed): Promise<Exam | undefined> {
    const exam = await tx.row<Exam>(
      `INSERT INTO exam SELECT * FROM jsonb_populate_record(NULL::exam, $1) ${ON_ACCESSION_TAKEN} DO NOTHING RETURNING *`,
      [JSON.stringify(row)],
    );
    if (exam) await this.announce(tx, exam, deed, row);
    return exam;
  }

  /**
   * Moves an exam. Throws `not_found` when the caller may not see it, `exam_state_conflict` (with the present state in
   * `params.state`) when it is in another state than expected. Answers the row after the move.
   */
  async move(tx: Tx, move: Move): Promise<Exam> {
    const from = move.from.filter((state) => mayMove(state, move.to));
    if (from.length === 0) throw new Error(`no move from ${move.from.join()} to ${move.to} is in the state table`);
    const exam = await this.update(tx, move.examId, from, move.set ?? {}, move.to);
    await this.announce(tx, exam, { ...move, details: { from: move.from, to: move.to, ...move.details } }, move.set);
    return exam;
  }

  /** Changes columns without changing the state; the same guards, audit and news. */
  async amend(tx: Tx, change: Omit<Move, 'to' | 'set'> & { readonly set: ExamPatch }): Promise<Exam> {
    const exam = await this.update(tx, change.examId, change.from, change.set);
    await this.announce(
      tx,
      exam,
      { ...change, details: { fields: Object.keys(change.set), ...change.details } },
      change.set,
    );
    return exam;
  }

  /**
   * Changes columns of an exam that this transaction has locked and, in the same UPDATE, puts it into the state where it
   * then belongs (completeness.rules.ts). `as` is the state to judge it by where that is not the present one.
   */
  async settle(tx: Tx, exam: Exam, change: Deed & { readonly set: ExamPatch; readonly as?: ExamState }): Promise<Exam> {
    const after = { ...exam, ...change.set };
    const to = belongsIn({
      state: change.as ?? exam.state,
      priority: after.priority,
      metadataOnly: after.metadata_only,
      hasImages: after.last_image_at !== null,
      imagesComplete: after.images_complete,
      missing: after.missing,
    });
    const which = { ...change, examId: exam.id, from: [exam.state] };
    if (to === exam.state) return this.amend(tx, which);
    const queued = to === 'QUEUED' && exam.queued_at === null ? { queued_at: this.clock.now() } : {};
    return this.move(tx, { ...which, to, set: { ...change.set, ...queued } });
  }

  /** The exam's row locked for this transaction, if the caller may see it. */
  async lock(tx: Tx, examId: string): Promise<Exam> {
    const visible = visibleClinics(tx.ctx);
    const exam = await tx.row<Exam>(
      'SELECT * FROM exam WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3)) FOR UPDATE',
      [tx.ctx.countyId, examId, visible],
    );
    return exam ?? this.unseen(tx, examId);
  }

  /** Whose it is and where it stands, without a lock, if the caller may see it: for commands that lock something else first. */
  async peek(tx: Tx, examId: string): Promise<Pick<Exam, 'clinic_id' | 'state'>> {
    const visible = visibleClinics(tx.ctx);
    const exam = await tx.row<Pick<Exam, 'clinic_id' | 'state'>>(
      'SELECT clinic_id, state FROM exam WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))',
      [tx.ctx.countyId, examId, visible],
    );
    return exam ?? this.unseen(tx, examId);
  }

  /** Throws the conflict that every command throws when the exam is not where it was expected. */
  refuse(exam: Exam): never {
    throw new DomainError(examStateErrors.exam_state_conflict, stateParams(exam.state));
  }

  /** Another clinic's exam is answered like none at all; the difference is for the trace alone. */
  private async unseen(tx: Tx, examId: string): Promise<never> {
    const known = await tx.row('SELECT 1 AS known FROM exam WHERE county_id = $1 AND id = $2', [
      tx.ctx.countyId,
      examId,
    ]);
    throw known ? new NotTheirs() : new DomainError(commonErrors.not_found);
  }

  private async update(
    tx: Tx,
    examId: string,
    from: readonly ExamState[],
    patch: ExamPatch,
    to?: ExamState,
  ): Promise<Exam> {
    const visible = visibleClinics(tx.ctx);
    const entries = Object.entries({ ...patch, updated_at: this.clock.now() });
    const assignments = entries.map(([column], i) => `${columnName(column)} = $${i + 6}`);
    if (to === 'CONSULTING') assignments.push('state_before_consulting = state');
    const exam = await tx.row<Exam>(
      `UPDATE exam SET ${assignments.join(', ')}, state = coalesce($5, state), rev = rev + 1
       WHERE county_id = $1 AND id = $2 AND state = ANY($3) AND ($4::uuid[] IS NULL OR clinic_id = ANY($4))
         AND ($5::text IS NULL OR state <> 'CONSULTING' OR state_before_consulting = $5)
       RETURNING *`,
      [
        tx.ctx.countyId,
        examId,
        from,
        visible,
        to ?? null,
        ...entries.map(([column, value]) => (JSON_COLUMNS.has(column) ? JSON.stringify(value) : value)),
      ],
    );
    return exam ?? this.refuse(await this.lock(tx, examId));
  }

  private async announce(tx: Tx, exam: Exam, { action, reason, details }: Deed, set: ExamPatch = {}): Promise<void> {
    await this.audit.record(tx, {
      action,
      subjectType: 'exam',
      subjectId: exam.id,
      reason,
      details: { ...details, state: exam.state },
    });
    await this.outbox.emit(tx, examChanged(exam));
    if (exam.state === 'VOID' || exam.state === 'WITHDRAWN') await this.outbox.emit(tx, examEnded(exam));
    const doubt = 'identity_hold_at' in set ? identityDoubt(exam, action, tx.ctx.actor.id) : undefined;
    if (doubt) await this.outbox.emit(tx, doubt);
    const saysWho = exam.patient_id !== null && exam.id_number !== null && ('id_number' in set || 'patient_id' in set);
    if (saysWho) await this.outbox.emit(tx, patientIdentified(exam.id));
  }
}

/** What errors about a state carry. */
export function stateParams(state: ExamState): { state: ExamState; stateName: string } {
  return { state, stateName: EXAM_STATE_NAMES[state] };
}

const JSON_COLUMNS: ReadonlySet<string> = new Set(['declared_studies']);

/** Column names come from our own types; this keeps it so even for a caller that got one past the compiler. */
function columnName(column: string): string {
  if (!/^[a-z_]+$/.test(column)) throw new Error(`not a column: ${column}`);
  return column;
}
