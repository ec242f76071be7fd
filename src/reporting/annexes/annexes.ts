import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import { personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError, type ErrorParams } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { annexesOf, annexView, type Opinion, type ReportAnnexView, signedAnnex } from './annex.rules';
import type { EarlierVersion } from './earlier-versions';
import type { ReportKind } from '../report.state';
import type { ReportAnnex } from '../reporting.entities';
import { reportingErrors } from '../reporting.errors';
import type { SignedAnnex } from './signed-annex';

/** 会诊意见 that was taken over into an exam's report, as the report carries it from its next version on. */
@Injectable()
export class Annexes {
  constructor(
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes an opinion into the exam's report, in the transaction of the person who does so and holds the exam's lock. Asked
   * again for the same source it changes nothing; after a withdrawal it puts the same words back. Versions that are signed
   * stay as they are. Throws `not_found` for an exam that is not of this county, or a source that joined another exam.
   */
  async join(tx: Tx, examId: string, opinion: Opinion): Promise<ReportAnnexView> {
    const { id: joinedBy } = personOf(tx.ctx);
    const { sourceId, institution, doctor, title, text, givenAt } = opinion;
    const joined = await tx.row<ReportAnnex>(
      `INSERT INTO report_annex AS known
         (id, county_id, exam_id, kind, source_id, institution, doctor, title, text, given_at, joined_at, joined_by)
       SELECT $1, county_id, id, 'consultation', $4, $5, $6, $7, $8, $9, $10, $11 FROM exam WHERE county_id = $2 AND id = $3
       ON CONFLICT ON CONSTRAINT report_annex_source_key DO UPDATE
         SET joined_at = excluded.joined_at, joined_by = excluded.joined_by, withdrawn_at = NULL, withdrawn_by = NULL
         WHERE known.withdrawn_at IS NOT NULL AND known.exam_id = excluded.exam_id
       RETURNING *`,
      [
        newId(),
        tx.ctx.countyId,
        examId,
        sourceId,
        institution,
        doctor,
        title,
        text,
        givenAt,
        this.clock.now(),
        joinedBy,
      ],
    );
    if (!joined) return annexView(await this.known(tx, examId, sourceId));
    await this.record(tx, 'report.annex-join', joined);
    return annexView(joined);
  }

  /**
   * Takes it back: the next version does without it. Answers whether it was part of the report until now; for a source
   * that never joined, or was withdrawn before, that is false.
   */
  async withdraw(tx: Tx, sourceId: string): Promise<boolean> {
    const row = await tx.row<ReportAnnex>(
      `UPDATE report_annex SET withdrawn_at = $3, withdrawn_by = $4
       WHERE county_id = $1 AND source_id = $2 AND withdrawn_at IS NULL RETURNING *`,
      [tx.ctx.countyId, sourceId, this.clock.now(), personOf(tx.ctx).id],
    );
    if (row) await this.record(tx, 'report.annex-withdraw', row);
    return row !== undefined;
  }

  /** What has joined the exam's report and was not withdrawn, in the order in which the opinions were given. */
  async joined(tx: Tx, examId: string): Promise<ReportAnnexView[]> {
    const rows = await tx.rows<ReportAnnex>(
      `SELECT * FROM report_annex WHERE county_id = $1 AND exam_id = $2 AND withdrawn_at IS NULL ORDER BY given_at, id`,
      [tx.ctx.countyId, examId],
    );
    return rows.map(annexView);
  }

  /**
   * Throws `stale_annexes` unless the caller has read what is about to be signed with his report: the opinions whose ids
   * he names, or without a word of his those that he took over himself or that were there since `since`.
   */
  async requireSeen(
    tx: Tx,
    examId: string,
    { annexes, since }: { readonly annexes: readonly string[] | undefined; readonly since: Date | null },
    present: ErrorParams,
  ): Promise<void> {
    const rows = await tx.rows<Pick<ReportAnnex, 'id' | 'joined_at' | 'joined_by'>>(
      `SELECT id, joined_at, joined_by FROM report_annex
       WHERE county_id = $1 AND exam_id = $2 AND withdrawn_at IS NULL ORDER BY given_at, id`,
      [tx.ctx.countyId, examId],
    );
    const known = (row: (typeof rows)[number]): boolean =>
      annexes ? annexes.includes(row.id) : row.joined_by === tx.ctx.actor.id || since === null || row.joined_at < since;
    if (rows.every(known) && (!annexes || new Set(annexes).size === rows.length)) return;
    throw new DomainError(reportingErrors.stale_annexes, { ...present, annexes: rows.map(({ id }) => id) });
  }

  /** What a version of this kind carries of them, after these. */
  async ofNext(
    tx: Tx,
    examId: string,
    kind: ReportKind,
    earlier: readonly EarlierVersion[],
  ): Promise<readonly SignedAnnex[]> {
    const joined = (await this.joined(tx, examId)).map(signedAnnex);
    return annexesOf(
      kind,
      joined,
      earlier.map(({ kind: of, annexes }) => ({ kind: of, carried: annexes })),
    );
  }

  private async known(tx: Tx, examId: string, sourceId: string): Promise<ReportAnnex> {
    const row = await tx.row<ReportAnnex>(
      'SELECT * FROM report_annex WHERE county_id = $1 AND exam_id = $2 AND source_id = $3',
      [tx.ctx.countyId, examId, sourceId],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return row;
  }

  private record(
    tx: Tx,
    action: string,
    { id, exam_id: examId, kind, source_id: sourceId }: ReportAnnex,
  ): Promise<void> {
    return this.audit.record(tx, {
      action,
      subjectType: 'exam',
      subjectId: examId,
      details: { annexId: id, kind, sourceId },
    });
  }
}
