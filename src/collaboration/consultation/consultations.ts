import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Exams } from '../../exams';
import { Notices, type Receiver } from '../../notices';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { Consulting } from '../../worklist';
import type { Consultation } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { readersOf } from '../people';
import { CONSULTATION_STATE_NAMES, type ConsultationState, statesBefore } from './consultation.state';

/** From whose chair a consultation is looked at. */
export type Chair = 'asker' | 'asked';

/** Columns that a step writes beside the state. */
export type ConsultationPatch = Partial<
  Pick<
    Consultation,
    | 'accepted_by'
    | 'accepted_by_name'
    | 'accepted_at'
    | 'opinion'
    | 'opinion_sha256'
    | 'former_opinions'
    | 'answered_by_title'
    | 'answered_at'
    | 'co_signed_at'
    | 'co_signed_sha256'
    | 'ended_by_name'
    | 'ended_at'
    | 'end_reason'
    | 'taken_over'
  >
>;

export interface Step {
  readonly to: ConsultationState;
  /** The audit action, `consultation.<verb>`. */
  readonly action: string;
  readonly reason?: string;
  readonly set?: ConsultationPatch;
  /** For the audit, beside the exam and the states; never words of a person. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * $4 = the caller's hospitals, $3 = himself. The asker's chair is his hospital's, and of whoever holds the exam now: a claim
 * that was taken over takes its consultation along.
 */
const CHAIRS: Readonly<Record<Chair, string>> = {
  asked: 'c.to_hospital_id = ANY($4::uuid[]) AND c.asked_by <> $3',
  asker: `(c.from_hospital_id = ANY($4::uuid[]) OR c.asked_by = $3 OR EXISTS (
    SELECT 1 FROM reading_item i WHERE i.county_id = $1 AND i.exam_id = c.exam_id AND i.holder_id = $3))`,
};

/**
 * The rows of consultations and their steps, in the caller's transaction. Locked in this order by everybody:
 * consultation, reading item, exam.
 */
@Injectable()
export class Consultations {
  constructor(
    private readonly db: Db,
    private readonly consulting: Consulting,
    private readonly exams: Exams,
    private readonly notices: Notices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The exam it is about, under which what is refused is written down. Throws `not_found`. */
  async examOf(ctx: Ctx, id: string, chair: Chair): Promise<string> {
    return (await this.db.read(ctx, (tx) => this.find(tx, id, chair))).exam_id;
  }

  /** A consultation that the caller has to do with, locked where it is to be changed. Throws `not_found`. */
  async find(tx: Tx, id: string, chair: Chair, lock: 'FOR UPDATE' | '' = ''): Promise<Consultation> {
    const row = await this.maybe(tx, id, chair, lock);
    if (!row) throw new DomainError(commonErrors.not_found);
    return row;
  }

  private maybe(tx: Tx, id: string, chair: Chair, lock: 'FOR UPDATE' | '' = ''): Promise<Consultation | undefined> {
    const { countyId, actor } = tx.ctx;
    return tx.row<Consultation>(
      `SELECT c.* FROM consultation c WHERE c.county_id = $1 AND c.id = $2 AND ${CHAIRS[chair]} ${lock}`,
      [countyId, id, actor.id, actor.hospitalIds],
    );
  }

  /** A consultation with the chair in which the caller sits. Throws `not_found`. */
  async seated(tx: Tx, id: string): Promise<{ readonly row: Consultation; readonly chair: Chair }> {
    for (const chair of ['asker', 'asked'] as const) {
      const row = await this.maybe(tx, id, chair);
      if (row) return { row, chair };
    }
    throw new DomainError(commonErrors.not_found);
  }

  /** One step of the state table, audited. Throws `consultation_state_conflict` with the present state. */
  step(tx: Tx, row: Consultation, step: Step): Promise<Consultation> {
    return this.write(tx, row, step, statesBefore(step.to));
  }

  /** A change that leaves the state as it is, audited. Throws `consultation_state_conflict` in any other than `in`. */
  amend(
    tx: Tx,
    row: Consultation,
    change: Omit<Step, 'to'> & { readonly in: ConsultationState },
  ): Promise<Consultation> {
    return this.write(tx, row, { ...change, to: change.in }, [change.in]);
  }

  private async write(
    tx: Tx,
    row: Consultation,
    { to, action, reason, set, details: more }: Step,
    from: readonly ConsultationState[],
  ): Promise<Consultation> {
    const entries = Object.entries({ ...set, updated_at: this.clock.now() });
    const after = await tx.row<Consultation>(
      `UPDATE consultation SET state = $3, ${entries.map(([column], i) => `${column} = $${i + 5}`).join()}
       WHERE county_id = $1 AND id = $2 AND state = ANY($4) RETURNING *`,
      [
        tx.ctx.countyId,
        row.id,
        to,
        from,
        ...entries.map(([, value]) => (Array.isArray(value) ? JSON.stringify(value) : value)),
      ],
    );
    if (!after) throw stateConflict(row);
    const details = { examId: row.exam_id, from: row.state, to, ...more };
    await this.audit.record(tx, { action, subjectType: 'consultation', subjectId: row.id, reason, details });
    return after;
  }

  /** A step that ends the waiting: the exam goes back to whoever holds it. */
  async finish(tx: Tx, row: Consultation, step: Step): Promise<Consultation> {
    const after = await this.step(tx, row, step);
    await this.consulting.end(tx, row.exam_id, {
      action: 'exam.consult-ended',
      reason: step.reason,
      details: { consultationId: row.id, outcome: step.to },
    });
    return after;
  }

  /** Who, when and why, for the steps that end a consultation without an opinion. */
  ended(tx: Tx, reason: string): ConsultationPatch {
    const { actor } = tx.ctx;
    return {
      ended_by_name: actor.kind === 'system' ? null : actor.name,
      ended_at: this.clock.now(),
      end_reason: reason,
    };
  }

  /** News for the asker, and for who holds the exam by now. */
  async tellAsker(tx: Tx, row: Consultation, what: string): Promise<void> {
    const [{ exam }, { people }] = [await this.exams.brief(tx, row.exam_id), await readersOf(tx, row.exam_id)];
    const to = [...new Set([row.asked_by, ...people])].filter((id) => id !== tx.ctx.actor.id);
    if (to.length === 0) return;
    await this.tell(tx, row, {
      text: `检查 ${exam.accession_number ?? ''} 的会诊${what}`,
      to: to.map((personId) => ({ personId })),
      examId: row.exam_id,
      urgent: exam.priority === 'STAT',
    });
  }

  /** News for the asked hospital; of a de-identified one not even the accession number. */
  async tellAsked(tx: Tx, row: Consultation, what: string): Promise<void> {
    const { exam } = await this.exams.brief(tx, row.exam_id);
    const named = row.deidentified ? '一项检查' : `检查 ${exam.accession_number ?? ''} `;
    await this.tell(tx, row, {
      text: `${named}${what}`,
      to: [
        row.accepted_by
          ? { personId: row.accepted_by }
          : { hospitalId: row.to_hospital_id, permission: 'consult.answer' },
      ],
      ...(row.deidentified ? {} : { examId: row.exam_id }),
      urgent: exam.priority === 'STAT',
    });
  }

  /** News for who has accepted and not answered yet; not for those who hear of it otherwise. */
  async tellExpert(tx: Tx, examId: string, what: string, others: readonly (string | null)[]): Promise<void> {
    const row = await tx.row<Consultation>(
      "SELECT * FROM consultation WHERE county_id = $1 AND exam_id = $2 AND state = 'ACCEPTED'",
      [tx.ctx.countyId, examId],
    );
    if (row && !others.includes(row.accepted_by)) await this.tellAsked(tx, row, what);
  }

  private async tell(
    tx: Tx,
    { id }: Consultation,
    news: { text: string; to: readonly Receiver[]; examId?: string; urgent: boolean },
  ): Promise<void> {
    await this.notices.tell(tx, { kind: 'collaboration.consultation', ...news, params: { consultationId: id } });
  }
}

export function stateConflict({ state, accepted_by_name: acceptedBy }: Consultation): DomainError {
  const params = { state, stateName: CONSULTATION_STATE_NAMES[state], ...(acceptedBy ? { acceptedBy } : {}) };
  return new DomainError(collaborationErrors.consultation_state_conflict, params);
}
