import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { SightingHow } from './amendment.state';
import { ReportSighting } from './revisions.entities';
import { revisionErrors } from './revisions.errors';

interface VersionPlace {
  readonly exam_id: string;
  readonly clinic_id: string;
}

/**
 * Who has come to know a version: opened, printed, downloaded. A recall and the first look of the clinic both begin with
 * the lock on the exam's row, so exactly one of the two comes first.
 */
@Injectable()
export class Sightings {
  constructor(private readonly clock: Clock) {}

  /**
   * Writes it down in the caller's transaction, who hands the version out in the same one and has locked nothing that
   * a recall locks after the exam. Throws `not_found`, `report_recalled`.
   */
  async record(tx: Tx, versionId: string, how: SightingHow): Promise<void> {
    const version = await tx.row<VersionPlace>(
      'SELECT exam_id, clinic_id FROM report_version WHERE county_id = $1 AND id = $2',
      [tx.ctx.countyId, versionId],
    );
    if (!version) throw new DomainError(commonErrors.not_found);
    await tx.row('SELECT 1 FROM exam WHERE county_id = $1 AND id = $2 FOR NO KEY UPDATE', [
      tx.ctx.countyId,
      version.exam_id,
    ]);
    await this.requireNotRecalled(tx, versionId);
    const { actor } = tx.ctx;
    await tx.insert(ReportSighting, {
      id: newId(),
      county_id: tx.ctx.countyId,
      version_id: versionId,
      how,
      person_id: actor.kind === 'person' ? actor.id : null,
      by_name: actor.name,
      ...placeOf(tx.ctx, version),
      at: this.clock.now(),
    });
  }

  /** How the clinic has come to know the version; undefined as long as nobody of it has. */
  async byClinic(tx: Tx, versionId: string): Promise<SightingHow | undefined> {
    const row = await tx.row<Pick<ReportSighting, 'how'>>(
      `SELECT how FROM report_sighting WHERE county_id = $1 AND version_id = $2 AND clinic_id IS NOT NULL
       ORDER BY at LIMIT 1`,
      [tx.ctx.countyId, versionId],
    );
    return row?.how;
  }

  private async requireNotRecalled(tx: Tx, versionId: string): Promise<void> {
    const recalled = await tx.row<{ recalled_at: Date }>(
      'SELECT recalled_at FROM report_recall WHERE county_id = $1 AND version_id = $2',
      [tx.ctx.countyId, versionId],
    );
    if (recalled) throw new DomainError(revisionErrors.report_recalled, { recalledAt: recalled.recalled_at });
  }
}

function placeOf({ actor }: Ctx, version: VersionPlace): Pick<ReportSighting, 'clinic_id' | 'hospital_id'> {
  const ofClinic = actor.clinicIds.some((id) => id === version.clinic_id);
  return { clinic_id: ofClinic ? version.clinic_id : null, hospital_id: actor.hospitalIds[0] ?? null };
}
