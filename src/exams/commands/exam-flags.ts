import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import { can, type Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { ExamStates, stateParams } from '../exam-states';
import type { ExamFlag } from '../exams.entities';
import type { Resolve } from '../exams.dto';
import { examErrors } from '../exams.errors';
import { FLAGS, type FlagCode } from './flags.rules';

export interface NewFlag {
  readonly code: FlagCode;
  readonly studyId?: string;
  /** For the person who looks at the flag; ids and field names, or the two spellings that differ. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A flag as the exam's page shows it. */
export interface FlagView {
  readonly flagId: string;
  readonly code: string;
  readonly text: string;
  readonly studyId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly raisedAt: Date;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
}

/** What is odd about an exam: raised by rules, resolved by people, never deleted. */
@Injectable()
export class ExamFlags {
  constructor(
    private readonly commands: Commands,
    private readonly states: ExamStates,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Raises flags in the caller's transaction; one that is still open only gets the new details. */
  async raise(tx: Tx, exam: { id: string; clinic_id: string }, flags: readonly NewFlag[]): Promise<void> {
    if (flags.length === 0) return;
    await tx.change(
      `INSERT INTO exam_flag (id, county_id, clinic_id, exam_id, study_id, code, details, raised_at)
       SELECT flag.id, $1, $2, $3, flag.study_id, flag.code, flag.details, $4
       FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::jsonb[]) AS flag (id, study_id, code, details)
       ON CONFLICT (exam_id, code, study_id) WHERE resolved_at IS NULL DO UPDATE SET details = excluded.details`,
      [
        tx.ctx.countyId,
        exam.clinic_id,
        exam.id,
        this.clock.now(),
        flags.map(() => newId()),
        flags.map((flag) => flag.studyId ?? null),
        flags.map((flag) => flag.code),
        flags.map((flag) => JSON.stringify(flag.details)),
      ],
    );
  }

  /** A suggestion that somebody has followed asks nobody any more. */
  async settleSuggestions(tx: Tx, examId: string, resolution: string): Promise<void> {
    await tx.change(
      `UPDATE exam_flag SET resolved_at = $3, resolved_by = $4, resolution = $5
       WHERE county_id = $1 AND exam_id = $2 AND code = 'match_suggested' AND resolved_at IS NULL`,
      [tx.ctx.countyId, examId, this.clock.now(), tx.ctx.actor.name, resolution],
    );
  }

  async ofExam(tx: Tx, examId: string): Promise<FlagView[]> {
    const rows = await tx.rows<ExamFlag>(
      'SELECT * FROM exam_flag WHERE county_id = $1 AND exam_id = $2 ORDER BY raised_at, id',
      [tx.ctx.countyId, examId],
    );
    return rows.map((row) => ({
      flagId: row.id,
      code: row.code,
      text: row.code in FLAGS ? FLAGS[row.code as FlagCode].text : row.code,
      studyId: row.study_id,
      details: row.details,
      raisedAt: row.raised_at,
      resolvedAt: row.resolved_at,
      resolvedBy: row.resolved_by,
      resolution: row.resolution,
    }));
  }

  /** A person has looked at it and says what came out. */
  async resolve(ctx: Ctx, examId: string, flagId: string, { resolution }: Resolve): Promise<void> {
    await this.commands.run(ctx, 'exam.flag-resolve', examId, async (tx) => {
      const { state } = await this.states.lock(tx, examId);
      const flag = await tx.row<ExamFlag>('SELECT * FROM exam_flag WHERE county_id = $1 AND exam_id = $2 AND id = $3', [
        ctx.countyId,
        examId,
        flagId,
      ]);
      if (!flag) throw new DomainError(commonErrors.not_found);
      const permission = FLAGS[flag.code as FlagCode]?.permission;
      if (permission && !can(ctx, permission))
        throw new DomainError(examErrors.flag_not_yours, { ...stateParams(state), flagId });
      if (flag.resolved_at) throw new DomainError(examErrors.flag_resolved, { ...stateParams(state), flagId });
      await tx.change(
        'UPDATE exam_flag SET resolved_at = $3, resolved_by = $4, resolution = $5 WHERE county_id = $1 AND id = $2',
        [ctx.countyId, flagId, this.clock.now(), ctx.actor.name, resolution],
      );
      await this.audit.record(tx, {
        action: 'exam.flag-resolve',
        subjectType: 'exam',
        subjectId: examId,
        reason: resolution,
        details: { flagId, code: flag.code },
      });
    });
  }
}
