import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database';
import { type Duty, dutiesAt } from './roster.rules';
import { leaveAt, shiftsAround } from './roster-rows';
import type { Specialty } from './specialty.rules';

export interface HospitalOnDuty {
  readonly hospitalId: string;
  /** People on duty there, in the order of their ids. */
  readonly personIds: readonly string[];
}

export interface Moment {
  /** DICOM modality; any when absent. */
  readonly modality?: string;
  readonly at: Date;
}

/** Who is on duty, in the caller's transaction. */
@Injectable()
export class Rosters {
  /** People on duty for a hospital and modality. */
  async onDuty(tx: Tx, { hospitalId, ...moment }: Moment & { hospitalId: string }): Promise<string[]> {
    const duties = await this.duties(tx, moment, hospitalId);
    return duties.map((duty) => duty.personId).sort();
  }

  /** Hospitals with at least one person on duty, in the order of their ids. */
  async hospitalsOnDuty(tx: Tx, moment: Moment): Promise<HospitalOnDuty[]> {
    const byHospital = new Map<string, string[]>();
    for (const { hospitalId, personId } of await this.duties(tx, moment)) {
      byHospital.set(hospitalId, [...(byHospital.get(hospitalId) ?? []), personId]);
    }
    return [...byHospital]
      .map(([hospitalId, personIds]) => ({ hospitalId, personIds: personIds.sort() }))
      .sort((a, b) => (a.hospitalId < b.hospitalId ? -1 : 1));
  }

  /** Specialties of these people; who has none is not in it. */
  async specialties(tx: Tx, personIds: readonly string[]): Promise<ReadonlyMap<string, readonly Specialty[]>> {
    if (personIds.length === 0) return new Map();
    const rows = await tx.rows<{ person_id: string; tags: Specialty[] }>(
      `SELECT person_id, array_agg(tag ORDER BY tag) AS tags FROM reader_specialty
       WHERE county_id = $1 AND person_id = ANY($2) GROUP BY person_id`,
      [tx.ctx.countyId, personIds],
    );
    return new Map(rows.map((row) => [row.person_id, row.tags]));
  }

  private async duties(tx: Tx, { modality, at }: Moment, hospitalId?: string): Promise<readonly Duty[]> {
    const shifts = await shiftsAround(tx, at, hospitalId);
    return shifts.length === 0 ? [] : dutiesAt(shifts, await leaveAt(tx, at), at, modality);
  }
}
