import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { DraftCopyReason } from '../report.state';
import { type ReportDraft, ReportDraftCopy } from '../reporting.entities';
import type { ReportText } from '../signing/signing.rules';

/** What one author may leave behind on one exam: far above any real quarrel, and no way to fill a disk. */
const MOST_PER_AUTHOR = 50;

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
   * outlives what he lost while writing. The same text again is not kept twice.
   */
  async keepingRefused<T>(
    ctx: Ctx,
    examId: string,
    text: ReportText & { readonly fence: number; readonly version: number },
    save: () => Promise<T>,
  ): Promise<T> {
    try {
      return await save();
    } catch (error) {
      if (error instanceof DomainError && error.kind.category === 'conflict') {
        await this.db.write(ctx, (tx) => this.keep(tx, examId, personOf(ctx).id, 'refused', text));
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

  private async keep(
    tx: Tx,
    examId: string,
    authorId: string,
    why: DraftCopyReason,
    text: ReportText & { readonly fence: number; readonly version: number },
  ): Promise<void> {
    const { technique, findings, impression, recommendation, positive } = text;
    const known = await tx.row<{ copies: number; same: boolean }>(
      `SELECT count(*)::int AS copies,
         coalesce(bool_or((technique, findings, impression, recommendation) = ($4, $5, $6, $7)
           AND positive IS NOT DISTINCT FROM $8), false) AS same
       FROM report_draft_copy WHERE county_id = $1 AND exam_id = $2 AND author_id = $3`,
      [tx.ctx.countyId, examId, authorId, technique, findings, impression, recommendation, positive],
    );
    if (!known || known.same || known.copies >= MOST_PER_AUTHOR) return;
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
