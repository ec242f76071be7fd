import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database';
import type { Upload } from './intake.entities';

export interface UploadBrief {
  readonly upload: Upload;
  /** How many announced instances are stored. */
  readonly stored: number;
  /** Studies that its stored instances belong to. */
  readonly studyIds: readonly string[];
}

/** What the slices above ask about uploads, inside their own transactions. */
@Injectable()
export class Uploads {
  /** One upload of the county with how far it has come, or undefined. */
  async brief(tx: Tx, uploadId: string): Promise<UploadBrief | undefined> {
    return (await this.select(tx, 'u.id = $2', uploadId))[0];
  }

  /** Uploads that have brought instances of this study, newest first. */
  ofStudy(tx: Tx, studyId: string): Promise<UploadBrief[]> {
    return this.select(tx, 'u.id IN (SELECT upload_id FROM upload_instance WHERE study_id = $2)', studyId);
  }

  private async select(tx: Tx, which: string, id: string): Promise<UploadBrief[]> {
    const rows = await tx.rows<Upload & { stored: string; study_ids: string[] }>(
      `SELECT u.*, p.stored, p.study_ids FROM upload u
       CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE state = 'stored') AS stored,
           coalesce(array_agg(DISTINCT study_id) FILTER (WHERE study_id IS NOT NULL), '{}') AS study_ids
         FROM upload_instance WHERE upload_id = u.id) p
       WHERE u.county_id = $1 AND ${which} ORDER BY u.created_at DESC, u.id DESC LIMIT 100`,
      [tx.ctx.countyId, id],
    );
    return rows.map(({ stored, study_ids, ...upload }) => ({ upload, stored: Number(stored), studyIds: study_ids }));
  }
}
