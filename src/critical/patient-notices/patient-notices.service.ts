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
import type { ClosePatientNotice } from '../critical.dto';
import type { CriticalCycle } from '../critical.entities';
import { criticalErrors } from '../critical.errors';
import { PATIENT_NOTICE_DUE } from '../critical.subscriptions';
import { Cycles } from '../cycles';
import { Settings } from '../settings';
import { ofClinic, timeSaid } from '../sides.rules';
import { nextEscalation, tells } from './escalation.rules';
import type { PatientNotice } from './patient-notice.entity';
import { PatientNoticesQueries, type PatientNoticeView } from './patient-notices.queries';

type Opening = Pick<PatientNotice, 'clinic_id' | 'exam_id' | 'cause' | 'cause_id'>;

/** 告知患者: opened once per version or critical value, spoken of until a person of the clinic says who was told, when and how. */
@Injectable()
export class PatientNoticesService {
  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly cycles: Cycles,
    private readonly exams: Exams,
    private readonly examStates: ExamStates,
    private readonly settings: Settings,
    private readonly notices: Notices,
    private readonly queries: PatientNoticesQueries,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Opens the duty; for the same cause a second time, nothing happens. Answers its id. */
  async open(tx: Tx, opening: Opening): Promise<string> {
    const now = this.clock.now();
    const due = nextEscalation(now, 0, await this.settings.of(tx));
    const { exam } = await this.exams.brief(tx, opening.exam_id);
    const row = await tx.row<PatientNotice>(INSERT, [
      newId(),
      tx.ctx.countyId,
      opening.clinic_id,
      opening.exam_id,
      opening.cause,
      opening.cause_id,
      now,
      tx.ctx.actor.name,
      due,
    ]);
    if (!row) return this.known(tx, opening);
    await this.outbox.schedule(tx, { consumer: PATIENT_NOTICE_DUE, subjectId: row.id, at: due });
    await this.record(tx, row, 'open', { cause: row.cause, causeId: row.cause_id });
    await this.tell(tx, row, 'opened', `检查 ${exam.accession_number ?? ''} 须告知患者并收回旧报告，请办理后登记`, [
      { clinicId: row.clinic_id, permission: 'critical.handle' },
    ]);
    return row.id;
  }

  /**
   * By the radiologist or the clinic, for a critical value whose patient has gone. Throws `not_found`,
   * `critical_state_conflict`.
   */
  async openForCritical(ctx: Ctx, criticalId: string): Promise<PatientNoticeView> {
    const examId = await this.cycles.examOf(ctx, criticalId);
    return this.commands.run(ctx, 'patient-notice.open', examId, async (tx) => {
      await this.examStates.lock(tx, examId);
      const cycle: CriticalCycle = await this.cycles.lock(tx, criticalId);
      if (cycle.found_at === null || cycle.state === 'FALSE_ALARM')
        throw new DomainError(criticalErrors.critical_state_conflict, { state: cycle.state });
      const { clinic_id, exam_id } = cycle;
      const id = await this.open(tx, { clinic_id, exam_id, cause: 'critical', cause_id: cycle.id });
      return this.queries.one(tx, id);
    });
  }

  /** The record that ends it. Throws `clinic_people_only`, `patient_notice_closed`, `time_in_future`. */
  async close(ctx: Ctx, id: string, input: ClosePatientNotice): Promise<PatientNoticeView> {
    const { exam_id: examId } = await this.db.read(ctx, (tx) => this.find(tx, id));
    return this.commands.run(ctx, 'patient-notice.close', examId, async (tx) => {
      const row = await this.find(tx, id, 'FOR UPDATE');
      if (!ofClinic(ctx, row.clinic_id)) throw new DomainError(criticalErrors.clinic_people_only, { state: row.state });
      if (row.state === 'CLOSED') {
        if (row.closed_by === ctx.actor.id) return this.queries.one(tx, id);
        throw new DomainError(criticalErrors.patient_notice_closed, { by: row.closed_by_name, state: row.state });
      }
      const now = this.clock.now();
      await tx.change(CLOSE, [
        ctx.countyId,
        id,
        input.who,
        timeSaid('when', input.when, null, now),
        input.how,
        input.oldPaperWithdrawn,
        input.note?.trim() || null,
        now,
        ctx.actor.id,
        ctx.actor.name,
      ]);
      // How he was told is in words of the clinic's own: they stay in its row.
      await this.record(tx, row, 'close', { oldPaperWithdrawn: input.oldPaperWithdrawn });
      return this.queries.one(tx, id);
    });
  }

  /** Tells whoever is next that the patient still has not been told, and sets the next time. */
  async look(tx: Tx, id: string): Promise<void> {
    const row = await this.find(tx, id, 'FOR UPDATE');
    const now = this.clock.now();
    if (!row.next_due_at || row.next_due_at > now) return;
    const next = await this.nextAfter(tx, row, now);
    await tx.change(
      `UPDATE patient_notice SET level = level + 1, next_due_at = $4, updated_at = $5
       WHERE county_id = $1 AND id = $2 AND state = 'OPEN' AND level = $3`,
      [tx.ctx.countyId, id, row.level, next, now],
    );
    await this.outbox.schedule(tx, { consumer: PATIENT_NOTICE_DUE, subjectId: id, at: next });
    await this.record(tx, row, 'escalate', { level: row.level + 1 });
    const { exam, clinicName } = await this.exams.brief(tx, row.exam_id);
    const text = `检查 ${exam.accession_number ?? ''} 的患者告知任务${clinicName}尚未完成`;
    await this.tell(tx, row, `escalated:${row.level}`, text, await this.next(tx, row), true);
  }

  /** After a standstill one telling is enough: the times that were slept through are passed over. */
  private async nextAfter(tx: Tx, row: PatientNotice, now: Date): Promise<Date> {
    const hours = await this.settings.of(tx);
    let level = row.level + 1;
    while (nextEscalation(row.opened_at, level, hours) <= now) level += 1;
    return nextEscalation(row.opened_at, level, hours);
  }

  private async next(tx: Tx, row: PatientNotice): Promise<Receiver[]> {
    const clinic: Receiver = { clinicId: row.clinic_id, permission: 'critical.handle' };
    if (tells(row.level) === 'county') return [{ county: true, permission: 'critical.oversee' }, clinic];
    const head: Receiver = { clinicId: row.clinic_id, permission: 'critical.oversee' };
    return [(await this.notices.reaches(tx, [head])) > 0 ? head : clinic];
  }

  private async find(tx: Tx, id: string, lock: 'FOR UPDATE' | '' = ''): Promise<PatientNotice> {
    const visible = visibleClinics(tx.ctx);
    const row = await tx.row<PatientNotice>(
      `SELECT * FROM patient_notice WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3)) ${lock}`,
      [tx.ctx.countyId, id, visible],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return row;
  }

  private async known(tx: Tx, { cause, cause_id: causeId }: Opening): Promise<string> {
    const row = await tx.row<{ id: string }>(
      'SELECT id FROM patient_notice WHERE county_id = $1 AND cause = $2 AND cause_id = $3',
      [tx.ctx.countyId, cause, causeId],
    );
    return row!.id;
  }

  private tell(tx: Tx, row: PatientNotice, key: string, text: string, to: Receiver[], urgent = false): Promise<void> {
    const [what = key] = key.split(':');
    return this.notices.tell(tx, {
      kind: `patient-notice.${what}`,
      examId: row.exam_id,
      text,
      to,
      urgent,
      params: { patientNoticeId: row.id },
      key: `patient-notice:${row.id}:${key}`,
    });
  }

  private record(tx: Tx, row: PatientNotice, verb: string, details: object): Promise<void> {
    return this.audit.record(tx, {
      action: `patient-notice.${verb}`,
      subjectType: 'exam',
      subjectId: row.exam_id,
      details: { patientNoticeId: row.id, ...details },
    });
  }
}

const INSERT = `
  INSERT INTO patient_notice (id, county_id, clinic_id, exam_id, cause, cause_id, state, opened_at, opened_by_name, next_due_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, 'OPEN', $7, $8, $9, $7)
  ON CONFLICT (county_id, cause, cause_id) DO NOTHING RETURNING *`;

const CLOSE = `
  UPDATE patient_notice SET state = 'CLOSED', informed_who = $3, informed_at = $4, informed_how = $5, old_paper_withdrawn = $6, note = $7,
    closed_at = $8, closed_by = $9, closed_by_name = $10, next_due_at = NULL, updated_at = $8
  WHERE county_id = $1 AND id = $2 AND state = 'OPEN'`;
