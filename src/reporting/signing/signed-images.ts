import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import type { ReportImageList } from '../reporting.entities';

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

  /** Those of a version, as it was signed; undefined for one of the time when a signature named no images (content form 1). */
  async ofVersion(tx: Tx, versionId: string): Promise<readonly string[] | undefined> {
    const row = await tx.row<Pick<ReportImageList, 'sha256s'>>(
      'SELECT sha256s FROM report_image_list WHERE county_id = $1 AND version_id = $2',
      [tx.ctx.countyId, versionId],
    );
    return row?.sha256s;
  }
}
