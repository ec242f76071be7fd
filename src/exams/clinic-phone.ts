import type { Tx } from '../platform/database';

/** The clinic's duty phone, which stands in for the ordering doctor's on a STAT exam; null when none is registered. */
export async function dutyPhone(tx: Tx, clinicId: string): Promise<string | null> {
  const row = await tx.row<{ duty_phone: string }>('SELECT duty_phone FROM clinic WHERE county_id = $1 AND id = $2', [
    tx.ctx.countyId,
    clinicId,
  ]);
  return row?.duty_phone || null;
}
