import { Injectable } from '@nestjs/common';
import { Exams } from '../../exams';
import { type Ctx, visibleClinics } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { requireSight } from './clinic-writer.rules';
import type { DraftCopyReason, ReportKind } from '../report.state';
import { changedSections, type Section, type Sections, type TextRun } from './text-diff.rules';

/** One hand that the text went through, and what that hand changed in it. */
export interface TraceStep {
  readonly step: 'presented' | 'submitted' | 'signed';
  readonly at: Date;
  readonly by: { readonly personId: string; readonly name: string };
  /** Of a signed version. */
  readonly number: number | null;
  readonly kind: ReportKind | null;
  /** Word by word against the step before; a section that stayed is not named, the first step names none. */
  readonly changes: Partial<Record<Section, readonly TextRun[]>>;
  /** 阳性标志 before and after, where it changed. */
  readonly positive: { readonly from: number | null; readonly to: number | null } | null;
}

/** A text kept beside the draft because it would have been lost. */
export interface KeptText extends Sections {
  readonly copyId: string;
  readonly why: DraftCopyReason;
  readonly at: Date;
  readonly by: { readonly personId: string; readonly name: string };
  readonly positive: number | null;
}

interface StepRow extends Sections {
  readonly id: string;
  readonly step: TraceStep['step'];
  readonly why: DraftCopyReason | null;
  readonly at: Date;
  readonly person_id: string;
  readonly name: string;
  readonly number: number | null;
  readonly kind: ReportKind | null;
  readonly positive: number | null;
}

/** 修改痕迹: who made what of a report, for the readers of the county and, in review mode, the clinic that writes. */
@Injectable()
export class Trace {
  constructor(
    private readonly db: Db,
    private readonly exams: Exams,
  ) {}

  /**
   * The steps in their order and the texts beside them, newest first. The clinic reads what was signed in its report alone,
   * where its look is noted and a recall hides it: here it gets what was handed in, compared among itself, and of the texts
   * beside it what is older than the first signature or the caller's own. Throws `not_found`, `forbidden`.
   */
  async of(ctx: Ctx, examId: string): Promise<{ examId: string; steps: TraceStep[]; kept: KeptText[] }> {
    return this.db.read(ctx, async (tx) => {
      const { exam } = await this.exams.brief(tx, examId);
      requireSight(ctx, exam, 'worklist.read');
      const ofClinic = visibleClinics(ctx) !== null;
      const steps = (await this.steps(tx, examId)).filter(({ step }) => !ofClinic || step !== 'signed');
      const kept = await this.kept(tx, examId, ofClinic ? ctx.actor.id : null);
      return { examId, steps: steps.map((row, i) => traceStep(row, steps[i - 1])), kept };
    });
  }

  /** An addendum adds to the text and changes nothing of it: it is no step of it. */
  private steps(tx: Tx, examId: string): Promise<StepRow[]> {
    return tx.rows<StepRow>(
      `SELECT step.*, p.name FROM (
         SELECT id, 'presented' AS step, why, kept_at AS at, author_id AS person_id, NULL::int AS number, NULL AS kind,
           technique, findings, impression, recommendation, positive
         FROM report_draft_copy WHERE county_id = $1 AND exam_id = $2 AND why = 'presented'
         UNION ALL
         SELECT id, 'submitted', NULL, submitted_at, writer_id, NULL, NULL, technique, findings, impression, recommendation, positive
         FROM report_submission WHERE county_id = $1 AND exam_id = $2
         UNION ALL
         SELECT id, 'signed', NULL, signed_at, reviewer_id, number, kind, technique, findings, impression, recommendation, positive
         FROM report_version WHERE county_id = $1 AND exam_id = $2 AND kind <> 'addendum'
       ) step JOIN person p ON p.county_id = $1 AND p.id = step.person_id
       ORDER BY step.at, step.number NULLS FIRST, step.id`,
      [tx.ctx.countyId, examId],
    );
  }

  /** @param own of what was kept since the first signature, whose alone; null: everybody's */
  private async kept(tx: Tx, examId: string, own: string | null): Promise<KeptText[]> {
    const rows = await tx.rows<StepRow & { why: DraftCopyReason }>(
      `SELECT c.id, c.why, c.kept_at AS at, c.author_id AS person_id, p.name,
         c.technique, c.findings, c.impression, c.recommendation, c.positive
       FROM report_draft_copy c JOIN person p ON p.county_id = c.county_id AND p.id = c.author_id
       WHERE c.county_id = $1 AND c.exam_id = $2 AND c.why <> 'presented'
         AND ($3::uuid IS NULL OR c.author_id = $3 OR NOT EXISTS (
           SELECT 1 FROM report_version v WHERE v.county_id = $1 AND v.exam_id = $2 AND v.signed_at <= c.kept_at))
       ORDER BY c.kept_at DESC, c.id DESC`,
      [tx.ctx.countyId, examId, own],
    );
    return rows.map(({ id, why, at, person_id: personId, name, ...row }) => ({
      copyId: id,
      why,
      at,
      by: { personId, name },
      technique: row.technique,
      findings: row.findings,
      impression: row.impression,
      recommendation: row.recommendation,
      positive: row.positive,
    }));
  }
}

function traceStep(row: StepRow, before: StepRow | undefined): TraceStep {
  const { step, at, number, kind, person_id: personId, name } = row;
  return {
    step,
    at,
    by: { personId, name },
    number,
    kind,
    changes: before ? changedSections(before, row) : {},
    positive: before && before.positive !== row.positive ? { from: before.positive, to: row.positive } : null,
  };
}
