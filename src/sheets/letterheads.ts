import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import type { LetterheadInput } from './sheets.dto';
import type { HeadSetting } from './printed-report.rules';

/** Where nothing is set: the reading centre stands at the head. */
const DEFAULT: HeadSetting = { heading: 'centre', recognitionMark: '' };

/** Whose name stands at the head of a county's sheets; a clinic may have its own setting. */
@Injectable()
export class Letterheads {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
  ) {}

  /** The setting for sheets of this clinic: its own, else its county's, else the centre. */
  async of(tx: Tx, clinicId: string): Promise<HeadSetting> {
    const row = await tx.row<HeadSetting>(
      `SELECT heading, recognition_mark AS "recognitionMark" FROM letterhead
       WHERE county_id = $1 AND (clinic_id = $2 OR clinic_id IS NULL) ORDER BY clinic_id NULLS LAST LIMIT 1`,
      [tx.ctx.countyId, clinicId],
    );
    return row ?? DEFAULT;
  }

  /** Every setting of the county; the one with `clinicId` null is for all clinics that have none of their own. */
  async list(ctx: Ctx): Promise<object> {
    const items = await this.db.read(ctx, (tx) =>
      tx.rows(
        `SELECT l.clinic_id AS "clinicId", c.name AS "clinicName", l.heading, l.recognition_mark AS "recognitionMark"
         FROM letterhead l LEFT JOIN clinic c ON c.id = l.clinic_id
         WHERE l.county_id = $1 ORDER BY c.code NULLS FIRST`,
        [ctx.countyId],
      ),
    );
    return { items, nextCursor: null };
  }

  /** Sets it for a clinic (throws `not_found`), or with null for the county. Sheets that are archived stay as they are. */
  async set(ctx: Ctx, clinicId: string | null, { heading, recognitionMark }: LetterheadInput): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      await this.requireClinic(tx, clinicId);
      await tx.change(
        `INSERT INTO letterhead (id, county_id, clinic_id, heading, recognition_mark) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (county_id, clinic_id)
         DO UPDATE SET heading = excluded.heading, recognition_mark = excluded.recognition_mark`,
        [newId(), ctx.countyId, clinicId, heading, recognitionMark],
      );
      await this.note(tx, clinicId, { heading, recognitionMark });
    });
  }

  /** Takes a clinic's own setting away: the county's counts again. Throws `not_found` for a clinic that is not there. */
  async reset(ctx: Ctx, clinicId: string): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      await this.requireClinic(tx, clinicId);
      const sql = 'DELETE FROM letterhead WHERE county_id = $1 AND clinic_id = $2';
      if ((await tx.change(sql, [ctx.countyId, clinicId])) > 0) await this.note(tx, clinicId, { heading: null });
    });
  }

  private async requireClinic(tx: Tx, clinicId: string | null): Promise<void> {
    if (clinicId === null) return;
    const found = await tx.row('SELECT 1 FROM clinic WHERE county_id = $1 AND id = $2', [tx.ctx.countyId, clinicId]);
    if (!found) throw new DomainError(commonErrors.not_found);
  }

  private note(tx: Tx, clinicId: string | null, details: Readonly<Record<string, unknown>>): Promise<void> {
    const [subjectType, subjectId] = clinicId === null ? ['county', tx.ctx.countyId] : ['clinic', clinicId];
    return this.audit.record(tx, { action: 'letterhead.set', subjectType, subjectId, details });
  }
}
