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

  /**
   * Those that the signature of a version speaks of. One of the time when signatures named no images (content form 1) spoke of
   * what was there when it was signed: nobody has looked at what came later.
   */
  async ofVersion(tx: Tx, versionId: string): Promise<readonly string[]> {
    const row = await tx.row<Pick<ReportImageList, 'sha256s'>>(
      'SELECT sha256s FROM report_image_list WHERE county_id = $1 AND version_id = $2',
      [tx.ctx.countyId, versionId],
    );
    if (row) return row.sha256s;
    const then = await tx.rows<{ sha256: string }>(
      `SELECT DISTINCT i.sha256 FROM report_version v
       JOIN exam_study link ON link.exam_id = v.exam_id AND link.linked_at <= v.signed_at
       JOIN instance i ON i.study_id = link.study_id AND i.received_at <= v.signed_at
       WHERE v.county_id = $1 AND v.id = $2 ORDER BY i.sha256`,
      [tx.ctx.countyId, versionId],
    );
    return then.map(({ sha256 }) => sha256);
  }
}
