import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import type { Tx } from '../platform/database';
import { DomainError, type ErrorParams } from '../platform/errors';
import { Templates } from '../templates';
import { Claims } from '../worklist';
import { DraftCopies } from './draft-copies';
import type { DraftInput } from './reporting.dto';
import type { ReportDraft } from './reporting.entities';
import { reportingErrors } from './reporting.errors';

/** The text being worked on: saved by whoever holds the exam, never over a save that he has not seen. */
@Injectable()
export class Drafts {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly copies: DraftCopies,
    private readonly templates: Templates,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves the draft under the claim (of either stage, during a consultation too) and answers its new version. Throws `not_found`, `stale_fence`,
   * `exam_state_conflict`, `stale_version` with the present version in `params`, `unknown_version` for a `copiedFrom` that
   * is none. A text whose save is refused because the claim or the draft has moved on is kept beside the draft.
   */
  async put(ctx: Ctx, examId: string, input: DraftInput): Promise<{ version: number }> {
    return this.copies.keepingRefused(ctx, examId, input, () =>
      this.commands.run(ctx, 'report.draft', examId, async (tx) => {
        const item = await this.claims.require(tx, examId, { fence: input.fence, consulting: true });
        const { state, fence, image_set: imageSet } = item;
        return this.store(tx, examId, input, { state, fence, imageSet });
      }),
    );
  }

  /**
   * Writes the next version in the caller's transaction, who has checked that the caller may write. `present` is what a
   * refusal tells him. Another's text that it takes the place of is kept beside the draft.
   */
  async store(tx: Tx, examId: string, input: DraftInput, present: ErrorParams): Promise<{ version: number }> {
    if (input.copiedFrom !== undefined) await this.requireVersion(tx, input.copiedFrom);
    await this.copies.keepAnothers(tx, examId);
    const version = await this.write(tx, examId, input);
    if (version !== undefined && input.templateId !== undefined) await this.templates.used(tx, input.templateId);
    if (version === undefined) {
      const draft = await this.of(tx, examId);
      throw new DomainError(reportingErrors.stale_version, { ...present, version: draft?.version ?? 0 });
    }
    const details = { version, fence: input.fence, copiedFrom: input.copiedFrom };
    await this.audit.record(tx, { action: 'report.draft', subjectType: 'exam', subjectId: examId, details });
    return { version };
  }

  /** The exam's draft as it is now. */
  async of(tx: Tx, examId: string): Promise<ReportDraft | undefined> {
    return tx.row<ReportDraft>('SELECT * FROM report_draft WHERE county_id = $1 AND exam_id = $2', [
      tx.ctx.countyId,
      examId,
    ]);
  }

  /** One statement for the first save and every later one; undefined when the draft is not at the version named. */
  private async write(tx: Tx, examId: string, input: DraftInput): Promise<number | undefined> {
    const row = await tx.row<{ version: number }>(
      `INSERT INTO report_draft AS d
         (exam_id, county_id, version, fence, technique, findings, impression, recommendation, positive, author_id, saved_at,
          template_id, copied_from_id)
       SELECT $1, $2, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
       WHERE $3 = 0 OR EXISTS (SELECT 1 FROM report_draft WHERE exam_id = $1)
       ON CONFLICT (exam_id) DO UPDATE SET
         version = d.version + 1, fence = excluded.fence, technique = excluded.technique, findings = excluded.findings,
         impression = excluded.impression, recommendation = excluded.recommendation, positive = excluded.positive,
         author_id = excluded.author_id, saved_at = excluded.saved_at,
         template_id = coalesce(excluded.template_id, d.template_id),
         copied_from_id = coalesce(excluded.copied_from_id, d.copied_from_id)
       WHERE d.county_id = $2 AND d.version = $3
       RETURNING version`,
      [
        examId,
        tx.ctx.countyId,
        input.version,
        input.fence,
        input.technique,
        input.findings,
        input.impression,
        input.recommendation,
        input.positive,
        tx.ctx.actor.id,
        this.clock.now(),
        input.templateId ?? null,
        input.copiedFrom ?? null,
      ],
    );
    return row?.version;
  }

  private async requireVersion(tx: Tx, versionId: string): Promise<void> {
    const known = await tx.row('SELECT 1 FROM report_version WHERE county_id = $1 AND id = $2', [
      tx.ctx.countyId,
      versionId,
    ]);
    if (!known) throw new DomainError(reportingErrors.unknown_version, { field: 'copiedFrom' });
  }
}
