import { Injectable } from '@nestjs/common';
import { type Ctx, visibleClinics } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import type { ReadingMode } from './tenancy.entities';

@Injectable()
export class TenancyQueries {
  constructor(private readonly db: Db) {}

  /** The caller's own county: an installation's other counties are not this person's business. */
  async counties(ctx: Ctx): Promise<object> {
    const items = await this.db.read(ctx, (tx) =>
      tx.rows('SELECT id AS "countyId", code, name, centre_name AS "centreName" FROM county WHERE id = $1', [
        ctx.countyId,
      ]),
    );
    return { items, nextCursor: null };
  }

  async hospitals(ctx: Ctx): Promise<object> {
    const items = await this.db.read(ctx, (tx) =>
      tx.rows(
        'SELECT id AS "hospitalId", code, name, active, external FROM hospital WHERE county_id = $1 ORDER BY code',
        [ctx.countyId],
      ),
    );
    return { items, nextCursor: null };
  }

  /** The clinics the caller may see, with their reading modes. */
  async clinics(ctx: Ctx): Promise<object> {
    const visible = visibleClinics(ctx);
    const items = await this.db.read(ctx, (tx) =>
      tx.rows(
        `SELECT c.id AS "clinicId", c.code, c.name, c.active, c.duty_phone AS "dutyPhone", c.default_charset AS "defaultCharset",
           coalesce((SELECT jsonb_object_agg(a.modality, a.mode) FROM clinic_agreement a WHERE a.clinic_id = c.id), '{}'::jsonb) AS modes
         FROM clinic c WHERE c.county_id = $1 AND ($2::uuid[] IS NULL OR c.id = ANY($2)) ORDER BY c.code`,
        [ctx.countyId, visible],
      ),
    );
    return { items, nextCursor: null };
  }

  /** How exams of this clinic and modality are read; diagnose unless agreed otherwise. */
  async readingMode(tx: Tx, clinicId: string, modality: string): Promise<ReadingMode> {
    const row = await tx.row<{ mode: ReadingMode }>(
      'SELECT mode FROM clinic_agreement WHERE clinic_id = $1 AND modality = $2',
      [clinicId, modality],
    );
    return row?.mode ?? 'diagnose';
  }
}
