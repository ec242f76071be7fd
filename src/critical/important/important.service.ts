import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { Exams, ExamStates } from '../../exams';
import { Notices, type Receiver } from '../../notices';
import { Clock } from '../../platform/clock';
import { type Ctx, visibleClinics } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Outbox } from '../../platform/outbox';
import type { FlagImportant, FollowUpInput, ReasonInput } from '../critical.dto';
import { criticalErrors } from '../critical.errors';
import { IMPORTANT_DUE } from '../critical.subscriptions';
import { secondsAfter } from '../ladder/ladder.rules';
import { hospitalOf } from '../marking.service';
import { Settings } from '../settings';
import { isExamEnd, ofClinic } from '../sides.rules';
import { END_REASONS, type TakenBack } from '../withdrawing/withdrawal-causes';
import type { ImportantFinding } from './important.entity';
import { ImportantQueries, type ImportantView } from './important.queries';
import { IMPORTANT_MOVES, IMPORTANT_STATE_NAMES, type ImportantAction, OPEN, TIER_NAMES } from './important.state';

const HOUR_SECONDS = 3_600;

/** How the sentence ends that begins with what was flagged: 此前通知的重要异常…. */
const WITHDRAWN_FLAG_ENDINGS: Readonly<Record<TakenBack, string>> = {
  corrected: '已被更正撤回，请按新报告处理，已告知患者的请予更正',
  exam_void: '所属检查已作废，请勿再据此随访，已告知患者的请予更正',
  exam_withdrawn: '所属检查已撤回，请勿再据此随访',
};

type Patch = Partial<Omit<ImportantFinding, 'id' | 'county_id' | 'clinic_id' | 'exam_id' | 'state'>>;

/** The second tier: flagged by a reader, received and followed up by the clinic within the county's hours. */
@Injectable()
export class ImportantService {
  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly exams: Exams,
    private readonly examStates: ExamStates,
    private readonly settings: Settings,
    private readonly notices: Notices,
    private readonly queries: ImportantQueries,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Flags a finding of an exam; said again while it is open, it is answered as it is. Throws `not_found`,
   * `exam_state_conflict`, `hospital_missing`.
   */
  flag(ctx: Ctx, examId: string, { tier, finding, hospitalId }: FlagImportant): Promise<ImportantView> {
    return this.commands.run(ctx, 'important.flag', examId, async (tx) => {
      // Locked: an exam that is being voided is either flagged before that, and then taken back, or not at all.
      const exam = await this.examStates.lock(tx, examId);
      if (isExamEnd(exam.state)) this.examStates.refuse(exam);
      const { importantHours } = await this.settings.of(tx);
      const now = this.clock.now();
      const due = secondsAfter(now, importantHours * HOUR_SECONDS);
      const row = await tx.row<ImportantFinding>(INSERT, [
        newId(),
        ctx.countyId,
        exam.clinic_id,
        examId,
        tier,
        finding,
        now,
        ctx.actor.id,
        ctx.actor.name,
        hospitalOf(ctx, hospitalId),
        due,
      ]);
      if (!row) return this.queries.one(tx, await this.known(tx, examId, tier, finding));
      await this.outbox.schedule(tx, { consumer: IMPORTANT_DUE, subjectId: row.id, at: due });
      await this.record(tx, row, 'flag', { tier });
      const text = `检查 ${exam.accession_number ?? ''} 有${TIER_NAMES[tier]}，请接收并在 ${importantHours} 小时内随访`;
      await this.tell(tx, row, 'flagged', text, [clinic(row)]);
      return this.queries.one(tx, row.id);
    });
  }

  /** The clinic has it. Throws `clinic_people_only`, `important_state_conflict`. */
  receive(ctx: Ctx, id: string): Promise<ImportantView> {
    return this.step(ctx, id, 'receive', (row) => {
      requireClinic(ctx, row);
      if (row.received_by === ctx.actor.id && row.state === 'RECEIVED') return undefined;
      return { received_at: this.clock.now(), received_by: ctx.actor.id, received_by_name: ctx.actor.name };
    });
  }

  /** What came of it: the limit is kept. Throws `clinic_people_only`, `important_state_conflict`. */
  followUp(ctx: Ctx, id: string, { followUp }: FollowUpInput): Promise<ImportantView> {
    return this.step(ctx, id, 'followUp', (row) => {
      requireClinic(ctx, row);
      if (row.followed_up_by === ctx.actor.id && row.follow_up === followUp && row.state === 'FOLLOWED_UP')
        return undefined;
      const { id: personId, name } = ctx.actor;
      return {
        followed_up_at: this.clock.now(),
        followed_up_by: personId,
        followed_up_by_name: name,
        follow_up: followUp,
        next_due_at: null,
      };
    });
  }

  /** Before the follow-up a reader alone may close it, with his reason. Throws `forbidden`, `important_state_conflict`. */
  close(ctx: Ctx, id: string, { reason }: ReasonInput): Promise<ImportantView> {
    return this.step(ctx, id, 'close', (row) => {
      if (row.state === 'CLOSED' && row.close_reason === reason && row.closed_by_name === ctx.actor.name)
        return undefined;
      if (row.state !== 'FOLLOWED_UP' && !ctx.actor.permissions.has('critical.confirm'))
        throw new DomainError(commonErrors.forbidden, { permission: 'critical.confirm', state: row.state });
      return {
        closed_at: this.clock.now(),
        closed_by_name: ctx.actor.name,
        close_reason: reason,
        next_due_at: null,
      };
    });
  }

  /** All of an exam that the clinic has to do with or has followed up, the oldest first, locked; the exam is locked before. */
  ofExam(tx: Tx, examId: string): Promise<ImportantFinding[]> {
    return tx.rows<ImportantFinding>(`${OF_EXAM} FOR UPDATE`, [tx.ctx.countyId, examId]);
  }

  /**
   * What was flagged is not so: it waits for nobody any more, and the clinic hears of it, once; of one that it has followed up
   * and closed, too, because the patient was spoken to.
   */
  async withdraw(tx: Tx, row: ImportantFinding, cause: TakenBack): Promise<void> {
    const ending = { closed_at: this.clock.now(), closed_by_name: null, close_reason: END_REASONS[cause] };
    if (row.state !== 'CLOSED') await this.write(tx, row, 'close', { ...ending, next_due_at: null });
    const { exam } = await this.exams.brief(tx, row.exam_id);
    const text = `检查 ${exam.accession_number ?? ''} 此前通知的${TIER_NAMES[row.tier]}${WITHDRAWN_FLAG_ENDINGS[cause]}`;
    await this.tell(tx, row, 'withdrawn', text, [clinic(row)], true);
  }

  /**
   * A correction no longer speaks of it, but it was flagged in words of a reader's own: he is asked to look again, once
   * a correction.
   */
  async askToReview(tx: Tx, row: ImportantFinding, versionId: string): Promise<void> {
    const { exam } = await this.exams.brief(tx, row.exam_id);
    const text = `检查 ${exam.accession_number ?? ''} 的报告已更正，请核对您标记的${TIER_NAMES[row.tier]}是否仍成立`;
    await this.tell(tx, row, `review:${versionId}`, text, [{ personId: row.raised_by }]);
  }

  /** The limit has passed: head of the clinic, chief of the hospital, and whoever flagged it are told. Once. */
  async look(tx: Tx, id: string): Promise<void> {
    const row = await this.lock(tx, id);
    const now = this.clock.now();
    if (!row.next_due_at || row.next_due_at > now) return;
    const overdue = await tx.change(
      `UPDATE important_finding SET overdue_at = due_at, next_due_at = NULL, rev = rev + 1, updated_at = $3
       WHERE county_id = $1 AND id = $2 AND next_due_at <= $3 AND ${OPEN}`,
      [tx.ctx.countyId, id, now],
    );
    if (overdue === 0) return;
    await this.record(tx, row, 'overdue', { state: row.state });
    const { exam } = await this.exams.brief(tx, row.exam_id);
    const text = `检查 ${exam.accession_number ?? ''} 的${TIER_NAMES[row.tier]}已逾期，卫生院尚未完成接收和随访`;
    const chief: Receiver[] = row.hospital_id ? [{ hospitalId: row.hospital_id, permission: 'critical.oversee' }] : [];
    await this.tell(tx, row, 'overdue', text, [clinic(row), ...chief, { personId: row.raised_by }], true);
  }

  /** `work` answers the columns to write, or undefined when it has been done before. */
  private async step(
    ctx: Ctx,
    id: string,
    action: ImportantAction,
    work: (row: ImportantFinding) => Patch | undefined,
  ): Promise<ImportantView> {
    const examId = (await this.db.read(ctx, (tx) => this.find(tx, id))).exam_id;
    return this.commands.run(ctx, `important.${action}`, examId, async (tx) => {
      const row = await this.lock(tx, id);
      const patch = work(row);
      if (patch) await this.write(tx, row, action, patch);
      return this.queries.one(tx, id);
    });
  }

  private async write(tx: Tx, row: ImportantFinding, action: ImportantAction, patch: Patch): Promise<void> {
    const state = IMPORTANT_MOVES[row.state][action];
    if (!state) throw conflict(row);
    const entries = Object.entries({ ...patch, state, updated_at: this.clock.now() });
    const assignments = entries.map(([column], i) => `${column} = $${i + 4}`).join(', ');
    const changed = await tx.change(
      `UPDATE important_finding SET ${assignments}, rev = rev + 1 WHERE county_id = $1 AND id = $2 AND rev = $3`,
      [tx.ctx.countyId, row.id, row.rev, ...entries.map(([, value]) => value)],
    );
    if (changed === 0) throw conflict(row);
    await this.record(tx, row, action, { from: row.state, to: state }, patch.close_reason ?? undefined);
    if (action === 'followUp') {
      const { exam } = await this.exams.brief(tx, row.exam_id);
      const text = `检查 ${exam.accession_number ?? ''} 的${TIER_NAMES[row.tier]}卫生院已随访`;
      await this.tell(tx, row, 'followed-up', text, [{ personId: row.raised_by }]);
    }
  }

  private lock(tx: Tx, id: string): Promise<ImportantFinding> {
    return this.find(tx, id, 'FOR UPDATE');
  }

  private async find(tx: Tx, id: string, lock: 'FOR UPDATE' | '' = ''): Promise<ImportantFinding> {
    const visible = visibleClinics(tx.ctx);
    const row = await tx.row<ImportantFinding>(
      `SELECT * FROM important_finding WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3)) ${lock}`,
      [tx.ctx.countyId, id, visible],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return row;
  }

  private async known(tx: Tx, examId: string, tier: string, finding: string): Promise<string> {
    const row = await tx.row<{ id: string }>(
      `SELECT id FROM important_finding WHERE county_id = $1 AND exam_id = $2 AND tier = $3 AND finding = $4 AND ${OPEN}`,
      [tx.ctx.countyId, examId, tier, finding],
    );
    if (!row) throw new DomainError(commonErrors.state_conflict);
    return row.id;
  }

  private tell(
    tx: Tx,
    row: ImportantFinding,
    key: string,
    text: string,
    to: Receiver[],
    urgent = false,
  ): Promise<void> {
    const [what = key] = key.split(':');
    return this.notices.tell(tx, {
      kind: `important.${what}`,
      examId: row.exam_id,
      text,
      to,
      urgent,
      params: { importantId: row.id },
      key: `important:${row.id}:${key}`,
    });
  }

  private record(tx: Tx, row: ImportantFinding, verb: string, details: object, reason?: string): Promise<void> {
    return this.audit.record(tx, {
      action: `important.${verb}`,
      subjectType: 'exam',
      subjectId: row.exam_id,
      reason,
      details: { importantId: row.id, ...details },
    });
  }
}

/** Exported for the plan test. */
export const OF_EXAM = `
  SELECT * FROM important_finding WHERE county_id = $1 AND exam_id = $2 AND (state <> 'CLOSED' OR followed_up_at IS NOT NULL)
  ORDER BY raised_at, id`;

const INSERT = `
  INSERT INTO important_finding (id, county_id, clinic_id, exam_id, tier, finding, state, raised_at, raised_by, raised_by_name, hospital_id,
    due_at, next_due_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, 'OPEN', $7, $8, $9, $10, $11, $11, $7)
  ON CONFLICT (county_id, exam_id, tier, finding) WHERE ${OPEN} DO NOTHING RETURNING *`;

const clinic = ({ clinic_id: clinicId }: ImportantFinding): Receiver => ({ clinicId, permission: 'critical.handle' });

function requireClinic(ctx: Ctx, { clinic_id: clinicId, state }: ImportantFinding): void {
  if (!ofClinic(ctx, clinicId)) throw new DomainError(criticalErrors.clinic_people_only, { state });
}

function conflict({ state }: ImportantFinding): DomainError {
  return new DomainError(criticalErrors.important_state_conflict, { state, stateName: IMPORTANT_STATE_NAMES[state] });
}
