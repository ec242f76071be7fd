import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { Templates } from '../../templates';
import { Claims, type Stage } from '../../worklist';
import { DraftCopies } from './draft-copies';
import { isThisSave } from './repeated-save.rules';
import type { DraftInput } from '../reporting.dto';
import type { ReportDraft } from '../reporting.entities';
import { reportingErrors } from '../reporting.errors';
import { SamePerson } from '../same-person';

/** The text being worked on: saved by whoever holds the exam, never over a save that he has not seen. */
@Injectable()
export class Drafts {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly copies: DraftCopies,
    private readonly templates: Templates,
    private readonly people: SamePerson,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves the draft under the claim (of either stage, during a consultation too), which is a sign of life like a heartbeat,
   * and answers its new version. Throws `not_found`, `stale_fence`,
   * `exam_state_conflict`, `stale_version` with the present version in `params`, `unknown_version` for a `copiedFrom` that
   * is none, `copied_from_another` for another patient's, `copied_not_standing` for one that nobody may rely on now. A text
   * whose save is refused because of where exam, claim or draft are by now is kept beside the draft.
   */
  async put(ctx: Ctx, examId: string, input: DraftInput): Promise<{ version: number }> {
    return this.copies.keepingRefused(ctx, examId, input, () =>
      this.commands.run(ctx, 'report.draft', examId, async (tx) => {
        const item = await this.claims.require(tx, examId, { fence: input.fence, consulting: true, working: true });
        const { state, fence, image_set: imageSet, stage } = item;
        return this.store(tx, examId, input, { state, fence, imageSet }, stage);
      }),
    );
  }

  /**
   * Writes the next version in the caller's transaction, who has checked that the caller may write; the same save once more
   * writes nothing and answers the same. `present` is what a refusal tells him. Another's text that it takes the place of is
   * kept beside the draft. Whoever saves it in the stage of writing is one of its hands from then on, until a new writer
   * begins with an empty text.
   */
  async store(
    tx: Tx,
    examId: string,
    input: DraftInput,
    present: ErrorParams,
    stage: Stage = 'write',
  ): Promise<{ version: number }> {
    if (input.copiedFrom !== undefined) await this.requireOwnVersion(tx, examId, input.copiedFrom);
    await this.copies.keepAnothers(tx, examId);
    const version = await this.write(tx, examId, input, stage);
    if (version === undefined) {
      const draft = await this.of(tx, examId);
      if (draft && isThisSave({ ...draft, authorId: draft.author_id }, input, personOf(tx.ctx).id))
        return { version: draft.version };
      throw new DomainError(reportingErrors.stale_version, { ...present, version: draft?.version ?? 0 });
    }
    if (input.templateId !== undefined) await this.noteTemplate(tx, examId, input.templateId);
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
  private async write(tx: Tx, examId: string, input: DraftInput, stage: Stage): Promise<number | undefined> {
    const row = await tx.row<{ version: number }>(
      `INSERT INTO report_draft AS d
         (exam_id, county_id, version, fence, technique, findings, impression, recommendation, positive, author_id, saved_at,
          copied_from_id, hand_ids, patient_id)
       SELECT $1, $2, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, CASE WHEN $13 THEN ARRAY[$10::uuid] ELSE '{}' END,
         (SELECT patient_id FROM exam WHERE id = $1)
       WHERE $3 = 0 OR EXISTS (SELECT 1 FROM report_draft WHERE exam_id = $1)
       ON CONFLICT (exam_id) DO UPDATE SET
         version = d.version + 1, fence = excluded.fence, technique = excluded.technique, findings = excluded.findings,
         impression = excluded.impression, recommendation = excluded.recommendation, positive = excluded.positive,
         author_id = excluded.author_id, saved_at = excluded.saved_at, patient_id = excluded.patient_id,
         copied_from_id = coalesce(excluded.copied_from_id, d.copied_from_id),
         hand_ids = ${HANDS}
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
        input.copiedFrom ?? null,
        stage === 'write',
      ],
    );
    return row?.version;
  }

  /** Which template it was made from, as long as that is one; a save is never refused for it. */
  private async noteTemplate(tx: Tx, examId: string, templateId: string): Promise<void> {
    if (!(await this.templates.used(tx, templateId))) return;
    const params = [tx.ctx.countyId, examId, templateId];
    await tx.change('UPDATE report_draft SET template_id = $3 WHERE county_id = $1 AND exam_id = $2', params);
  }

  /**
   * What is taken over is an earlier report of the same person: another's words are no 既往报告, and a wrong patient's text.
   * So may be those of a report that was called back or voided, or whose images are perhaps not his.
   */
  private async requireOwnVersion(tx: Tx, examId: string, versionId: string): Promise<void> {
    const version = await tx.row<{ exam_id: string; stands: boolean }>(COPIED, [tx.ctx.countyId, versionId]);
    if (!version) throw new DomainError(reportingErrors.unknown_version, { field: 'copiedFrom' });
    if (!(await this.people.isOne(tx, examId, version.exam_id)))
      throw new DomainError(reportingErrors.copied_from_another, { field: 'copiedFrom', versionId });
    // An editor names it with every save: a draft that has its words already goes on being saved.
    const taken = async (): Promise<boolean> => (await this.of(tx, examId))?.copied_from_id === versionId;
    if (!version.stands && !(await taken()))
      throw new DomainError(reportingErrors.copied_not_standing, { field: 'copiedFrom', versionId });
  }
}

/** A version and whether its words may still be relied upon. $1 county, $2 version. */
const COPIED = `
  SELECT v.exam_id, e.state <> 'VOID' AND e.identity_hold_at IS NULL AND v.kind <> 'void'
    AND NOT EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = v.id) AS stands
  FROM report_version v JOIN exam e ON e.id = v.exam_id WHERE v.county_id = $1 AND v.id = $2`;

/**
 * The draft's hands after a save by $10 ($13: as its writer). An empty text that another left behind is nobody's; one that
 * the writer himself has emptied still counts as what it was, because he may put it back.
 */
const HANDS = `CASE
  WHEN NOT $13 OR $10 = ANY (d.hand_ids) THEN d.hand_ids
  WHEN d.author_id <> $10 AND btrim(d.technique || d.findings || d.impression || d.recommendation, E' \\n\\t') = '' THEN ARRAY[$10::uuid]
  ELSE d.hand_ids || $10::uuid END`;
