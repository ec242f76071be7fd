import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import type { ReportImageList } from '../reporting.entities';
import { reportingErrors } from '../reporting.errors';

/** The images that a signature speaks of. */
@Injectable()
export class SignedImages {
  /** SHA-256 of every image in force of the studies linked to the exam, sorted, each once. */
  async ofExam(tx: Tx, examId: string): Promise<string[]> {
    const rows = await tx.rows<{ sha256: string }>(
      `SELECT DISTINCT i.sha256 FROM exam_study link
       JOIN instance i ON i.study_id = link.study_id AND i.superseded_at IS NULL
       WHERE link.county_id = $1 AND link.exam_id = $2 AND link.unlinked_at IS NULL ORDER BY i.sha256`,
      [tx.ctx.countyId, examId],
    );
    return rows.map(({ sha256 }) => sha256);
  }

  /**
   * Throws `images_taken` when images that were there at `since` have been taken from the exam (换绑、互换、拆分) or replaced by
   * others: whoever wrote then has perhaps seen another patient. What only came since is told by the image set.
   */
  async requireNoneTaken(tx: Tx, examId: string, since: Date, present: ErrorParams): Promise<void> {
    const taken = await tx.row(TAKEN, [tx.ctx.countyId, examId, since]);
    if (taken) throw new DomainError(reportingErrors.images_taken, present);
  }

  /** Those of a version, as it was signed. */
  async ofVersion(tx: Tx, versionId: string): Promise<readonly string[]> {
    const row = await tx.row<Pick<ReportImageList, 'sha256s'>>(
      'SELECT sha256s FROM report_image_list WHERE county_id = $1 AND version_id = $2',
      [tx.ctx.countyId, versionId],
    );
    return row?.sha256s ?? [];
  }
}

const TAKEN = `
  SELECT 1 FROM exam_study WHERE county_id = $1 AND exam_id = $2 AND unlinked_at > $3
  UNION ALL
  SELECT 1 FROM exam_study link JOIN instance i ON i.study_id = link.study_id
  WHERE link.county_id = $1 AND link.exam_id = $2 AND link.unlinked_at IS NULL AND i.superseded_at > $3
  LIMIT 1`;
