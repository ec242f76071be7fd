import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import { visibleClinics } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { Upload, type UploadInstance } from './intake.entities';
import { intakeErrors } from './intake.errors';
import type { Refused } from './refusal.rules';
import type { Announced } from './uploads.dto';

/** A part together with what its upload says about it. */
export type Part = UploadInstance &
  Pick<Upload, 'clinic_id' | 'study_uid' | 'created_at'> & { readonly upload_state: Upload['state'] };

/** The rows of uploads and their parts; every look-up is held to the caller's county and clinics. */
@Injectable()
export class UploadRows {
  constructor(private readonly clock: Clock) {}

  insert(tx: Tx, upload: Upload): Promise<void> {
    return tx.insert(Upload, upload);
  }

  /** @throws DomainError `not_found` */
  async find(tx: Tx, uploadId: string): Promise<Upload> {
    return this.one(tx, uploadId, '');
  }

  /** The upload's row, locked. @throws DomainError `not_found`, `upload_closed` */
  async lockOpen(tx: Tx, uploadId: string): Promise<Upload> {
    const upload = await this.one(tx, uploadId, 'FOR UPDATE');
    if (upload.state !== 'open') throw new DomainError(intakeErrors.upload_closed, { state: upload.state });
    return upload;
  }

  private async one(tx: Tx, uploadId: string, lock: string): Promise<Upload> {
    const visible = visibleClinics(tx.ctx);
    const upload = await tx.row<Upload>(
      `SELECT * FROM upload WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3)) ${lock}`,
      [tx.ctx.countyId, uploadId, visible],
    );
    if (!upload) throw new DomainError(commonErrors.not_found);
    return upload;
  }

  /** One part of an upload. @throws DomainError `not_found` */
  async part(tx: Tx, uploadId: string, sopUid: string): Promise<Part> {
    const visible = visibleClinics(tx.ctx);
    const part = await tx.row<Part>(
      `SELECT p.*, u.clinic_id, u.study_uid, u.created_at, u.state AS upload_state
       FROM upload u JOIN upload_instance p ON p.upload_id = u.id AND p.sop_uid = $3
       WHERE u.county_id = $1 AND u.id = $2 AND ($4::uuid[] IS NULL OR u.clinic_id = ANY($4))`,
      [tx.ctx.countyId, uploadId, sopUid, visible],
    );
    if (!part) throw new DomainError(commonErrors.not_found);
    return part;
  }

  /**
   * Writes the entries of a manifest; `held` are stored already (SOP Instance UID → study). An entry that is there with
   * other bytes and not stored is begun anew; answers those.
   */
  async announce(
    tx: Tx,
    uploadId: string,
    instances: readonly Announced[],
    held: ReadonlyMap<string, string>,
  ): Promise<string[]> {
    const ordered = [...instances].sort((a, b) => (a.sopInstanceUid < b.sopInstanceUid ? -1 : 1));
    const rows = await tx.rows<{ sop_uid: string; is_new: boolean }>(
      `INSERT INTO upload_instance (upload_id, sop_uid, county_id, bytes, sha256, state, study_id, updated_at)
       SELECT $1, sop_uid, $2, bytes, sha256, CASE WHEN study_id IS NULL THEN 'missing' ELSE 'stored' END, study_id, $3
       FROM unnest($4::text[], $5::bigint[], $6::text[], $7::uuid[]) AS entry (sop_uid, bytes, sha256, study_id)
       ON CONFLICT (upload_id, sop_uid) DO UPDATE SET bytes = excluded.bytes, sha256 = excluded.sha256,
         state = excluded.state, study_id = excluded.study_id, received_bytes = 0, refusal = NULL, refusal_detail = NULL,
         updated_at = excluded.updated_at
         WHERE upload_instance.state <> 'stored' AND upload_instance.sha256 <> excluded.sha256
       RETURNING sop_uid, xmax = 0 AS is_new`,
      [
        uploadId,
        tx.ctx.countyId,
        this.clock.now(),
        ordered.map((one) => one.sopInstanceUid),
        ordered.map((one) => one.bytes),
        ordered.map((one) => one.sha256),
        ordered.map((one) => held.get(one.sopInstanceUid) ?? null),
      ],
    );
    return rows.filter((row) => !row.is_new).map((row) => row.sop_uid);
  }

  /** Sets and answers the number of announced instances. */
  async recount(tx: Tx, uploadId: string): Promise<number> {
    const row = await tx.row<{ instance_count: number }>(
      `UPDATE upload SET instance_count = (SELECT count(*) FROM upload_instance WHERE upload_id = $2)
       WHERE county_id = $1 AND id = $2 RETURNING instance_count`,
      [tx.ctx.countyId, uploadId],
    );
    return row?.instance_count ?? 0;
  }

  async missingOf(tx: Tx, uploadId: string): Promise<string[]> {
    return (await this.unfinished(tx, uploadId)).map((row) => row.sop_uid);
  }

  /** Parts that are not stored, by UID. */
  unfinished(tx: Tx, uploadId: string): Promise<UploadInstance[]> {
    return tx.rows<UploadInstance>(
      `SELECT * FROM upload_instance WHERE county_id = $1 AND upload_id = $2 AND state <> 'stored' ORDER BY sop_uid`,
      [tx.ctx.countyId, uploadId],
    );
  }

  /** Notes how many bytes were acknowledged. What was refused before is being sent again. */
  async received(tx: Tx, { upload_id, sop_uid }: Part, bytes: number): Promise<void> {
    await tx.change(
      `UPDATE upload_instance SET received_bytes = $4, state = 'missing', refusal = NULL, refusal_detail = NULL, updated_at = $5
       WHERE county_id = $1 AND upload_id = $2 AND sop_uid = $3 AND state <> 'stored'`,
      [tx.ctx.countyId, upload_id, sop_uid, bytes, this.clock.now()],
    );
  }

  async stored(tx: Tx, { upload_id, sop_uid }: Part, studyId: string): Promise<void> {
    await tx.change(
      `UPDATE upload_instance SET received_bytes = bytes, state = 'stored', study_id = $4, refusal = NULL,
         refusal_detail = NULL, updated_at = $5
       WHERE county_id = $1 AND upload_id = $2 AND sop_uid = $3`,
      [tx.ctx.countyId, upload_id, sop_uid, studyId, this.clock.now()],
    );
  }

  async refused(tx: Tx, { upload_id, sop_uid }: Part, { code, detail }: Refused): Promise<void> {
    await tx.change(
      `UPDATE upload_instance SET received_bytes = 0, state = 'refused', refusal = $4, refusal_detail = $5, updated_at = $6
       WHERE county_id = $1 AND upload_id = $2 AND sop_uid = $3 AND state <> 'stored'`,
      [tx.ctx.countyId, upload_id, sop_uid, code, detail, this.clock.now()],
    );
  }

  /** Closes an open upload when nothing of it is unfinished; false when something is, or when somebody else has. */
  async close(tx: Tx, uploadId: string): Promise<boolean> {
    const changed = await tx.change(
      `UPDATE upload SET state = 'complete', completed_at = $3
       WHERE county_id = $1 AND id = $2 AND state = 'open'
         AND NOT EXISTS (SELECT 1 FROM upload_instance WHERE upload_id = $2 AND state <> 'stored')`,
      [tx.ctx.countyId, uploadId, this.clock.now()],
    );
    return changed === 1;
  }
}
