import type { Tx } from '../platform/database';
import type { Leave, Shift, ShiftKind } from './roster.rules';

/** As it comes from the table; dates as texts. */
export interface ShiftRow {
  readonly id: string;
  readonly hospital_id: string;
  readonly person_id: string | null;
  readonly kind: ShiftKind;
  readonly modalities: string[];
  readonly weekdays: number[];
  readonly start_minute: number;
  readonly end_minute: number;
  readonly valid_from: string;
  readonly valid_until: string | null;
  readonly note: string;
}

export const SHIFT_COLUMNS = `id, hospital_id, person_id, kind, modalities, weekdays, start_minute, end_minute,
  valid_from::text AS valid_from, valid_until::text AS valid_until, note`;

export const shiftOf = (row: ShiftRow): Shift => ({
  id: row.id,
  hospitalId: row.hospital_id,
  personId: row.person_id,
  kind: row.kind,
  modalities: row.modalities,
  weekdays: row.weekdays,
  startMinute: row.start_minute,
  endMinute: row.end_minute,
  validFrom: row.valid_from,
  validUntil: row.valid_until,
});

/** Shifts that may cover `at`: valid on its date or the day before, whatever the zone. */
export async function shiftsAround(tx: Tx, at: Date, hospitalId?: string): Promise<Shift[]> {
  const rows = await tx.rows<ShiftRow>(
    `SELECT ${SHIFT_COLUMNS} FROM roster_shift
     WHERE county_id = $1 AND ($3::uuid IS NULL OR hospital_id = $3)
       AND valid_from <= ($2::timestamptz AT TIME ZONE 'UTC')::date + 1
       AND (valid_until IS NULL OR valid_until >= ($2::timestamptz AT TIME ZONE 'UTC')::date - 2)
     ORDER BY hospital_id, id`,
    [tx.ctx.countyId, at, hospitalId ?? null],
  );
  return rows.map(shiftOf);
}

export async function leaveAt(tx: Tx, at: Date): Promise<Leave[]> {
  return tx.rows<Leave>(
    `SELECT person_id AS "personId", from_at AS "fromAt", until_at AS "untilAt" FROM roster_leave
     WHERE county_id = $1 AND from_at <= $2 AND until_at > $2`,
    [tx.ctx.countyId, at],
  );
}
