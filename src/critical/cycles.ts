import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import { type Ctx, visibleClinics } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import { Outbox } from '../platform/outbox';
import type { CriticalCycle } from './critical.entities';
import { criticalErrors } from './critical.errors';
import { criticalChanged } from './critical.events';
import { after, CRITICAL_STATE_NAMES, type CriticalAction, OPEN } from './critical.state';
import { LADDER } from './critical.subscriptions';
import { nextDue } from './ladder/ladder.rules';

/** What happened, for the trail and the audit row. */
export interface Step {
  /** A state action, or what left the state alone: `call`, `rung`, `breach`, `patient_notice`. */
  readonly action: string;
  /** Ids, states, counts, names of staff: nothing that names a patient. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly reason?: string | undefined;
  /** Free words: they stay in the trail, where those who may see the patient see them. */
  readonly note?: string | undefined;
  /** The notice by which it was told. */
  readonly noticeId?: string | undefined;
}

export type CyclePatch = Partial<Omit<CriticalCycle, 'id' | 'county_id' | 'clinic_id' | 'exam_id' | 'rev'>>;

export type NewCycle = Pick<
  CriticalCycle,
  'clinic_id' | 'exam_id' | 'kind' | 'source' | 'finding' | 'listed' | 'state'
> &
  CyclePatch;

const JSON_COLUMNS: ReadonlySet<string> = new Set(['ladder']);

/**
 * The rows of critical values: made and changed with guard, trail, audit row, news and next timer, in the caller's
 * transaction.
 */
@Injectable()
export class Cycles {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** The exam of a critical value that the caller may see. Throws `not_found`. */
  async examOf(ctx: Ctx, cycleId: string): Promise<string> {
    return (await this.db.read(ctx, (tx) => this.find(tx, cycleId))).exam_id;
  }

  /** The value, locked until the transaction ends. Throws `not_found` when the caller may not see it. */
  lock(tx: Tx, cycleId: string): Promise<CriticalCycle> {
    return this.find(tx, cycleId, 'FOR UPDATE');
  }

  /** All values of an exam, the oldest first, locked. */
  ofExam(tx: Tx, examId: string): Promise<CriticalCycle[]> {
    return tx.rows<CriticalCycle>(
      'SELECT * FROM critical_cycle WHERE county_id = $1 AND exam_id = $2 ORDER BY raised_at, id FOR UPDATE',
      [tx.ctx.countyId, examId],
    );
  }

  /** Makes a cycle; undefined (and nothing written) when the same is open already or this version has asked it before. */
  async raise(tx: Tx, values: NewCycle, step: Step): Promise<CriticalCycle | undefined> {
    const { actor, countyId } = tx.ctx;
    const now = this.clock.now();
    const row: Partial<CriticalCycle> = {
      id: newId(),
      county_id: countyId,
      raised_at: now,
      raised_by: actor.kind === 'person' ? actor.id : null,
      raised_by_name: actor.name,
      ladder: [],
      rung: 0,
      rev: 1,
      updated_at: now,
      ...values,
    };
    const cycle = await tx.row<CriticalCycle>(
      'INSERT INTO critical_cycle SELECT * FROM jsonb_populate_record(NULL::critical_cycle, $1) ON CONFLICT DO NOTHING RETURNING *',
      [
        JSON.stringify({
          ...row,
          next_due_at: nextDue({ ...(row as CriticalCycle), acknowledged_at: null, breached_at: null }),
        }),
      ],
    );
    if (!cycle) return undefined;
    await this.arm(tx, cycle);
    await this.announce(tx, cycle, step);
    return cycle;
  }

  /** The open cycle of the same finding, locked. */
  open(tx: Tx, { exam_id, kind, finding }: NewCycle): Promise<CriticalCycle | undefined> {
    return tx.row<CriticalCycle>(
      `SELECT * FROM critical_cycle WHERE county_id = $1 AND exam_id = $2 AND kind = $3 AND finding = $4
         AND ${OPEN} FOR UPDATE`,
      [tx.ctx.countyId, exam_id, kind, finding],
    );
  }

  /** Takes the action that the state table allows. Throws `critical_state_conflict`. */
  act(tx: Tx, cycle: CriticalCycle, action: CriticalAction, patch: CyclePatch, step: Omit<Step, 'action'> = {}) {
    const state = after(cycle.state, action);
    if (!state) throw stateConflict(cycle);
    return this.change(tx, cycle, { ...patch, state }, { ...step, action });
  }

  /** Writes the columns named, guarded by the revision the row was read with. */
  async change(tx: Tx, cycle: CriticalCycle, patch: CyclePatch, step: Step): Promise<CriticalCycle> {
    const due = nextDue({ ...cycle, ...patch });
    const entries = Object.entries({ ...patch, next_due_at: due, updated_at: this.clock.now() });
    const assignments = entries.map(([column], i) => `${column} = $${i + 4}`).join(', ');
    const changed = await tx.row<CriticalCycle>(
      `UPDATE critical_cycle SET ${assignments}, rev = rev + 1 WHERE county_id = $1 AND id = $2 AND rev = $3 RETURNING *`,
      [
        tx.ctx.countyId,
        cycle.id,
        cycle.rev,
        ...entries.map(([column, value]) => (JSON_COLUMNS.has(column) ? JSON.stringify(value) : value)),
      ],
    );
    if (!changed) throw stateConflict(cycle);
    if (due?.getTime() !== cycle.next_due_at?.getTime()) await this.arm(tx, changed);
    await this.announce(tx, changed, step);
    return changed;
  }

  /** A step that changes nothing of the value itself. */
  async note(tx: Tx, cycle: CriticalCycle, step: Step): Promise<void> {
    await this.announce(tx, cycle, step);
  }

  private async find(tx: Tx, cycleId: string, lock: 'FOR UPDATE' | '' = ''): Promise<CriticalCycle> {
    const visible = visibleClinics(tx.ctx);
    const cycle = await tx.row<CriticalCycle>(
      `SELECT * FROM critical_cycle WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3)) ${lock}`,
      [tx.ctx.countyId, cycleId, visible],
    );
    if (!cycle) throw new DomainError(commonErrors.not_found);
    return cycle;
  }

  private async arm(tx: Tx, { id, next_due_at: at }: CriticalCycle): Promise<void> {
    if (at) await this.outbox.schedule(tx, { consumer: LADDER, subjectId: id, at });
  }

  private async announce(tx: Tx, cycle: CriticalCycle, step: Step): Promise<void> {
    const { actor, countyId } = tx.ctx;
    await tx.send(
      `INSERT INTO critical_event (id, county_id, cycle_id, at, action, state, actor_kind, actor_id, actor_name, details, notice_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        newId(),
        countyId,
        cycle.id,
        this.clock.now(),
        step.action,
        cycle.state,
        actor.kind,
        actor.id,
        actor.name,
        JSON.stringify({ ...step.details, reason: step.reason, note: step.note || undefined }),
        step.noticeId ?? null,
      ],
    );
    await this.audit.record(tx, {
      action: `critical.${step.action}`,
      subjectType: 'exam',
      subjectId: cycle.exam_id,
      reason: step.reason,
      details: { criticalId: cycle.id, state: cycle.state, ...step.details },
    });
    await this.outbox.emit(tx, criticalChanged(cycle));
  }
}

export function stateConflict({ state }: Pick<CriticalCycle, 'state'>): DomainError {
  return new DomainError(criticalErrors.critical_state_conflict, { state, stateName: CRITICAL_STATE_NAMES[state] });
}
