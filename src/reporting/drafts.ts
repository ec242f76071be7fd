import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import type { Tx } from '../platform/database';
import { DomainError } from '../platform/errors';
import { Claims } from '../worklist';
import type { DraftInput } from './reporting.dto';
import type { ReportDraft } from './reporting.entities';
import { reportingErrors } from './reporting.errors';

/** The text being worked on: saved by whoever holds the exam, never over a save that he has not seen. */
@Injectable()
export class Drafts {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves the draft under the claim (of either stage) and answers its new version. Throws `not_found`, `stale_fence`,
   * `exam_state_conflict`, `stale_version` with the present version in `params`.
   */
  async put(ctx: Ctx, examId: string, input: DraftInput): Promise<{ version: number }> {
    return this.commands.run(ctx, 'report.draft', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence: input.fence });
      const version = await this.write(tx, examId, input);
      if (version === undefined) {
        const present = await this.of(tx, examId);
        const { state, fence, image_set: imageSet } = item;
        throw new DomainError(reportingErrors.stale_version, {
          state,
          fence,
          version: present?.version ?? 0,
          imageSet,
        });
      }
      const details = { version, fence: input.fence };
      await this.audit.record(tx, { action: 'report.draft', subjectType: 'exam', subjectId: examId, details });
      return { version };
    });
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
         (exam_id, county_id, version, fence, technique, findings, impression, recommendation, positive, author_id, saved_at)
       SELECT $1, $2, 1, $4, $5, $6, $7, $8, $9, $10, $11
       WHERE $3 = 0 OR EXISTS (SELECT 1 FROM report_draft WHERE exam_id = $1)
       ON CONFLICT (exam_id) DO UPDATE SET
         version = d.version + 1, fence = excluded.fence, technique = excluded.technique, findings = excluded.findings,
         impression = excluded.impression, recommendation = excluded.recommendation, positive = excluded.positive,
         author_id = excluded.author_id, saved_at = excluded.saved_at
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
      ],
    );
    return row?.version;
  }
}
