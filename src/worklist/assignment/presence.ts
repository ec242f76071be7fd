import { Injectable } from '@nestjs/common';
import { type HospitalOnDuty, Rosters } from '../../rosters';
import type { Tx } from '../../platform/database';

/** Who is on duty and has not left (离岗). */
@Injectable()
export class Presence {
  constructor(private readonly rosters: Rosters) {}

  /** Hospitals with the people of theirs who are there; one from which all have left is not among them. */
  async sites(tx: Tx, moment: { readonly modality?: string; readonly at: Date }): Promise<HospitalOnDuty[]> {
    const rostered = await this.rosters.hospitalsOnDuty(tx, moment);
    if (rostered.length === 0) return [];
    const away = await tx.rows<{ id: string }>(
      'SELECT person_id AS id FROM reader_absence WHERE county_id = $1 AND person_id = ANY($2) AND ended_at IS NULL',
      [tx.ctx.countyId, rostered.flatMap(({ personIds }) => personIds)],
    );
    const left = new Set(away.map(({ id }) => id));
    return rostered
      .map(({ hospitalId, personIds }) => ({ hospitalId, personIds: personIds.filter((id) => !left.has(id)) }))
      .filter(({ personIds }) => personIds.length > 0);
  }
}
