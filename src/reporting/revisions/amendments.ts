import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { type Exam, ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { worklistErrors } from '../../worklist';
import type { Seen } from '../reporting.dto';
import { reportingErrors } from '../reporting.errors';
import { AMENDMENT_KIND_NAMES, amendmentMayMove, type AmendmentState, amendmentStateName } from './amendment.state';
import { ReportAmendment } from './revisions.entities';
import { revisionErrors } from './revisions.errors';

/** An open amendment with its exam, both locked, and what a refusal tells the caller. */
export interface OpenAmendment {
  readonly amendment: ReportAmendment;
  readonly exam: Exam;
  readonly present: ErrorParams;
}

type Patch = Partial<Omit<ReportAmendment, 'id' | 'county_id' | 'exam_id' | 'state' | 'fence'>>;

/** What is done to it, as the audit row says. */
interface Deed {
  readonly verb: string;
  readonly reason?: string;
  readonly set?: Patch;
  readonly details?: Readonly<Record<string, unknown>>;
}

const OPEN = `state IN ('WRITING', 'SUBMITTED')`;

/** The rows of amendments: one that is open per exam, changed under the exam's lock and guarded by its fence. */
@Injectable()
export class Amendments {
  constructor(
    private readonly db: Db,
    private readonly examStates: ExamStates,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Whether the exam's text is that of an open amendment: the ordinary commands then mean it. */
  async isOpen(ctx: Ctx, examId: string): Promise<boolean> {
    return this.db.read(ctx, async (tx) => (await this.openOf(tx, examId)) !== undefined);
  }

  openOf(tx: Tx, examId: string): Promise<ReportAmendment | undefined> {
    return tx.row<ReportAmendment>(`SELECT * FROM report_amendment WHERE county_id = $1 AND exam_id = $2 AND ${OPEN}`, [
      tx.ctx.countyId,
      examId,
    ]);
  }

  /** Throws `revision_open` when one is. */
  async requireNone(tx: Tx, examId: string, present: ErrorParams): Promise<void> {
    const open = await this.openOf(tx, examId);
    if (!open) return;
    const { id: amendmentId, kind } = open;
    throw new DomainError(revisionErrors.revision_open, {
      ...present,
      amendmentId,
      kindName: AMENDMENT_KIND_NAMES[kind],
    });
  }

  /** Locks the exam and answers its open amendment. Throws `not_found`, `exam_state_conflict` when none is. */
  async lock(tx: Tx, examId: string): Promise<OpenAmendment> {
    const { exam, amendment } = await this.lockBoth(tx, examId);
    return amendment ? withPresent(amendment, exam) : this.examStates.refuse(exam);
  }

  /** The same for a timer or news that may come too late; undefined when none is open any more. */
  async lockIfOpen(tx: Tx, examId: string): Promise<OpenAmendment | undefined> {
    const { exam, amendment } = await this.lockBoth(tx, examId);
    return amendment && withPresent(amendment, exam);
  }

  private async lockBoth(tx: Tx, examId: string): Promise<{ exam: Exam; amendment: ReportAmendment | undefined }> {
    const exam = await this.examStates.lock(tx, examId);
    return { exam, amendment: await this.openOf(tx, examId) };
  }

  /** Throws `stale_fence`, `stale_version`, `stale_image_set` unless the caller has it before him as it is. */
  requireSeen({ amendment, exam, present }: OpenAmendment, seen: Partial<Seen>): void {
    if (seen.fence !== undefined && seen.fence !== amendment.fence)
      throw new DomainError(worklistErrors.stale_fence, present);
    if (seen.version !== undefined && seen.version !== amendment.draft_version)
      throw new DomainError(reportingErrors.stale_version, present);
    if (seen.imageSet !== undefined && seen.imageSet !== exam.image_set)
      throw new DomainError(worklistErrors.stale_image_set, present);
  }

  /** Throws `amendment_state` when it is in another state than this. */
  requireState(open: OpenAmendment, ...states: readonly AmendmentState[]): void {
    if (!states.includes(open.amendment.state)) throw stateRefusal(open);
  }

  async open(tx: Tx, amendment: ReportAmendment): Promise<void> {
    await tx.insert(ReportAmendment, amendment);
    await this.record(tx, amendment, { verb: 'open', reason: amendment.reason });
  }

  /** The fence for the exam's next amendment: above every one that an older tab may still carry. */
  async nextFence(tx: Tx, examId: string, readingFence: number): Promise<number> {
    const row = await tx.row<{ fence: number }>(
      'SELECT greatest(max(fence), $3::int) + 1 AS fence FROM report_amendment WHERE county_id = $1 AND exam_id = $2',
      [tx.ctx.countyId, examId, readingFence],
    );
    return row?.fence ?? readingFence + 1;
  }

  /** The next step: another state, a higher fence, an audit row. */
  async step(tx: Tx, open: OpenAmendment, to: AmendmentState, deed: Deed): Promise<ReportAmendment> {
    const { state } = open.amendment;
    if (!amendmentMayMove(state, to)) throw new Error(`no step from ${state} to ${to}`);
    return this.raise(tx, open, { ...deed.set, state: to }, deed);
  }

  /**
   * Its writer changes, or it is left without one; the state stays, the fence rises, so that no older hand writes on.
   */
  async turn(tx: Tx, open: OpenAmendment, deed: Deed & { readonly set: Patch }): Promise<ReportAmendment> {
    return this.raise(tx, open, deed.set, deed);
  }

  private async raise(
    tx: Tx,
    { amendment, present }: OpenAmendment,
    set: Partial<ReportAmendment>,
    deed: Deed,
  ): Promise<ReportAmendment> {
    const after = await this.update(tx, amendment, { ...set, fence: amendment.fence + 1 });
    if (!after) throw new DomainError(worklistErrors.stale_fence, present);
    await this.record(tx, after, deed);
    return after;
  }

  /** Saves its text; the fence stays. Throws `stale_version`. */
  async put(tx: Tx, { amendment, present }: OpenAmendment, text: Patch): Promise<ReportAmendment> {
    const set = { ...text, draft_version: amendment.draft_version + 1, saved_at: this.clock.now() };
    const after = await this.update(tx, amendment, set);
    if (!after) throw new DomainError(reportingErrors.stale_version, present);
    await this.record(tx, after, { verb: 'draft' });
    return after;
  }

  private update(
    tx: Tx,
    { id, state, fence, draft_version: version }: ReportAmendment,
    set: Partial<ReportAmendment>,
  ): Promise<ReportAmendment | undefined> {
    const entries = Object.entries(set);
    const assignments = entries.map(([column], i) => `${column} = $${i + 6}`).join(', ');
    return tx.row<ReportAmendment>(
      `UPDATE report_amendment SET ${assignments}
       WHERE county_id = $1 AND id = $2 AND state = $3 AND fence = $4 AND draft_version = $5 RETURNING *`,
      [tx.ctx.countyId, id, state, fence, version, ...entries.map(([, value]) => value)],
    );
  }

  private async record(tx: Tx, amendment: ReportAmendment, { verb, reason, details }: Deed): Promise<void> {
    const { id: amendmentId, kind, state, fence, draft_version: version } = amendment;
    await this.audit.record(tx, {
      action: `report.amendment.${verb}`,
      subjectType: 'exam',
      subjectId: amendment.exam_id,
      reason,
      details: { amendmentId, kind, state, fence, version, ...details },
    });
  }
}

/** `amendment_state`: it is not where the command could take it on. */
export function stateRefusal({ amendment, present }: OpenAmendment): DomainError {
  const kindName = AMENDMENT_KIND_NAMES[amendment.kind];
  const names = { kindName, amendmentStateName: amendmentStateName(amendment) };
  return new DomainError(revisionErrors.amendment_state, { ...present, ...names });
}

function withPresent(amendment: ReportAmendment, exam: Exam): OpenAmendment {
  const { fence, draft_version: version, state: amendmentState, id: amendmentId } = amendment;
  const present = { state: exam.state, amendmentId, amendmentState, fence, version, imageSet: exam.image_set };
  return { amendment, exam, present };
}
