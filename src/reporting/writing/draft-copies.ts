import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { DraftCopyReason } from '../report.state';
import { type ReportDraft, ReportDraftCopy } from '../reporting.entities';
import type { ReportText } from '../signing/signing.rules';

/** Refused texts of one author on one exam: far above any real quarrel, and no way to fill a disk. */
const MOST_REFUSED = 50;

/** Texts that a draft would otherwise have lost; they are shown beside it and never changed. */
@Injectable()
export class DraftCopies {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs a save. A text that it refuses with a conflict is kept in a transaction of its own before the refusal goes on: a
   * conflict says where exam, claim, mode or draft are by now and nothing against the text, and what somebody has written
   * outlives what he lost while writing. What is kept already, or is the draft (the answer to its save was lost), is not
   * kept again; an editor that goes on saving after the refusal leaves its last text and not every one of them.
   */
  async keepingRefused<T>(ctx: Ctx, examId: string, text: KeptText, save: () => Promise<T>): Promise<T> {
    try {
      return await save();
    } catch (error) {
      if (error instanceof DomainError && error.kind.category === 'conflict') {
        await this.db.write(ctx, (tx) => this.keepRefused(tx, examId, text));
      }
      throw error;
    }
  }

  /** Keeps the present draft before another writes over it; a draft of his own needs no copy. */
  async keepAnothers(tx: Tx, examId: string): Promise<void> {
    await tx.change(
      `INSERT INTO report_draft_copy
         (id, county_id, exam_id, author_id, why, draft_version, fence, technique, findings, impression, recommendation, positive, kept_at)
       SELECT $3, county_id, exam_id, author_id, 'replaced', version, fence, technique, findings, impression, recommendation, positive, $5
       FROM report_draft WHERE county_id = $1 AND exam_id = $2 AND author_id <> $4`,
      [tx.ctx.countyId, examId, newId(), tx.ctx.actor.id, this.clock.now()],
    );
  }

  /** The same for a text that is no draft: the amendment's, before another writes over it. */
  async keepReplaced(tx: Tx, text: ReportDraft): Promise<void> {
    await this.keep(tx, text.exam_id, text.author_id, 'replaced', text);
  }

  /** Keeps a trainee's text as he handed it in. */
  async keepPresented(tx: Tx, draft: ReportDraft): Promise<void> {
    await this.keep(tx, draft.exam_id, draft.author_id, 'presented', draft);
  }

  private async keepRefused(tx: Tx, examId: string, text: KeptText): Promise<void> {
    const authorId = personOf(tx.ctx).id;
    if (await this.isDraft(tx, examId, text)) return;
    const { countyId } = tx.ctx;
    // What the same editor was refused before: made from the same version under the same claim. The oldest make room.
    await tx.change(
      `DELETE FROM report_draft_copy WHERE county_id = $1 AND why = 'refused' AND id IN (
         SELECT id FROM (
           SELECT id, fence, draft_version, row_number() OVER (ORDER BY kept_at DESC, id DESC) AS nth FROM report_draft_copy
           WHERE county_id = $1 AND exam_id = $2 AND author_id = $3 AND why = 'refused') refused
         WHERE (fence = $4 AND draft_version = $5) OR nth >= $6)`,
      [countyId, examId, authorId, text.fence, text.version, MOST_REFUSED],
    );
    await this.keep(tx, examId, authorId, 'refused', text);
  }

  private async isDraft(tx: Tx, examId: string, text: KeptText): Promise<boolean> {
    const row = await tx.row(`SELECT 1 FROM report_draft WHERE county_id = $1 AND exam_id = $2 AND ${SAME_TEXT}`, [
      tx.ctx.countyId,
      examId,
      ...sectionsOf(text),
    ]);
    return row !== undefined;
  }

  private async keep(tx: Tx, examId: string, authorId: string, why: DraftCopyReason, text: KeptText): Promise<void> {
    const known = await tx.row(
      `SELECT 1 FROM report_draft_copy WHERE county_id = $1 AND exam_id = $2 AND ${SAME_TEXT} AND author_id = $8 LIMIT 1`,
      [tx.ctx.countyId, examId, ...sectionsOf(text), authorId],
    );
    if (known) return;
    const { technique, findings, impression, recommendation, positive } = text;
    await tx.insert(ReportDraftCopy, {
      id: newId(),
      county_id: tx.ctx.countyId,
      exam_id: examId,
      author_id: authorId,
      why,
      draft_version: text.version,
      fence: text.fence,
      technique,
      findings,
      impression,
      recommendation,
      positive,
      kept_at: this.clock.now(),
    });
  }
}

type KeptText = ReportText & { readonly fence: number; readonly version: number };

/** $3 … $7 are {@link sectionsOf}. */
const SAME_TEXT = `(technique, findings, impression, recommendation) = ($3, $4, $5, $6) AND positive IS NOT DISTINCT FROM $7`;

const sectionsOf = ({ technique, findings, impression, recommendation, positive }: ReportText): unknown[] => [
  technique,
  findings,
  impression,
  recommendation,
  positive,
];
