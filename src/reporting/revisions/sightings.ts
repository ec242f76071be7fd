import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Outbox } from '../../platform/outbox';
import { reportOpened } from '../reporting.events';
import type { SightingHow } from './amendment.state';
import { ReportSighting } from './revisions.entities';
import { revisionErrors } from './revisions.errors';

/** A version that an answer brings whole. */
export interface Shown {
  readonly versionId: string;
  readonly examId: string;
}

/** Of `$2` those of the clinics `$4` that the person `$3` does not know yet. */
const UNREAD = `report_version v
  WHERE v.county_id = $1 AND v.id = ANY($2) AND v.clinic_id = ANY($4) AND NOT EXISTS (
    SELECT 1 FROM report_sighting s
    WHERE s.county_id = $1 AND s.version_id = v.id AND s.person_id = $3 AND s.clinic_id IS NOT NULL)`;

interface VersionPlace {
  readonly exam_id: string;
  readonly clinic_id: string;
}

/**
 * Who has come to know a version: opened, printed, downloaded. A recall and the first look of the clinic both begin
 * with the lock on the exam's row, so exactly one of the two comes first.
 */
@Injectable()
export class Sightings {
  constructor(
    private readonly db: Db,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Answers what `look` finds. The first time that a person of the clinic gets a version this way, it is looked at
   * again under the lock of its exam and written down: either he has it, or it was recalled before. A gateway reads for
   * nobody.
   *
   * @param look is asked again under the lock, and answers no version of another exam then
   * @param shown the versions whose text is in the answer
   */
  async reading<T>(ctx: Ctx, look: (tx: Tx) => Promise<T>, shown: (found: T) => Shown[]): Promise<T> {
    if (ctx.actor.kind !== 'person' || ctx.actor.clinicIds.length === 0) return this.db.read(ctx, look);
    const { found, unread } = await this.db.read(ctx, async (tx) => {
      const first = await look(tx);
      return { found: first, unread: await this.unread(tx, shown(first)) };
    });
    if (!unread) return found;
    return this.db.write(ctx, async (tx) => {
      await this.lockExams(tx, shown(found));
      const again = await look(tx);
      await this.noteRead(tx, shown(again));
      return again;
    });
  }

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
    const personId = actor.kind === 'person' ? actor.id : null;
    const place = placeOf(tx.ctx, version);
    await tx.insert(ReportSighting, {
      id: newId(),
      county_id: tx.ctx.countyId,
      version_id: versionId,
      how,
      person_id: personId,
      by_name: actor.name,
      ...place,
      at: this.clock.now(),
    });
    if (personId !== null && place.clinic_id !== null)
      await this.outbox.emit(tx, reportOpened(versionId, { examId: version.exam_id, clinicId: place.clinic_id }));
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

  private async unread(tx: Tx, shown: readonly Shown[]): Promise<boolean> {
    if (shown.length === 0) return false;
    const row = await tx.row(`SELECT 1 FROM ${UNREAD} LIMIT 1`, readerOf(tx.ctx, shown));
    return row !== undefined;
  }

  /** In the order of their ids, so that two who read the same exams do not wait for each other. */
  private async lockExams(tx: Tx, shown: readonly Shown[]): Promise<void> {
    await tx.rows('SELECT 1 FROM exam WHERE county_id = $1 AND id = ANY($2) ORDER BY id FOR NO KEY UPDATE', [
      tx.ctx.countyId,
      shown.map(({ examId }) => examId),
    ]);
  }

  private async noteRead(tx: Tx, shown: readonly Shown[]): Promise<void> {
    const { actor } = tx.ctx;
    const noted = await tx.rows<Pick<ReportSighting, 'version_id' | 'clinic_id'>>(
      `INSERT INTO report_sighting (id, county_id, version_id, how, person_id, by_name, clinic_id, hospital_id, at)
       SELECT gen_random_uuid(), v.county_id, v.id, 'read', $3, $5, v.clinic_id, $6, $7 FROM ${UNREAD}
       RETURNING version_id, clinic_id`,
      [...readerOf(tx.ctx, shown), actor.name, actor.hospitalIds[0] ?? null, this.clock.now()],
    );
    const examOf = new Map(shown.map(({ versionId, examId }) => [versionId, examId]));
    const opened = noted.map(({ version_id: versionId, clinic_id: clinicId }) =>
      reportOpened(versionId, { examId: examOf.get(versionId) ?? '', clinicId: clinicId ?? '' }),
    );
    await this.outbox.emit(tx, ...opened);
  }

  private async requireNotRecalled(tx: Tx, versionId: string): Promise<void> {
    const recalled = await tx.row<{ recalled_at: Date }>(
      'SELECT recalled_at FROM report_recall WHERE county_id = $1 AND version_id = $2',
      [tx.ctx.countyId, versionId],
    );
    if (recalled) throw new DomainError(revisionErrors.report_recalled, { recalledAt: recalled.recalled_at });
  }
}

function readerOf(
  { countyId, actor }: Ctx,
  shown: readonly Shown[],
): [string, string[], string | null, readonly string[]] {
  return [countyId, shown.map(({ versionId }) => versionId), actor.id, actor.clinicIds];
}

function placeOf({ actor }: Ctx, version: VersionPlace): Pick<ReportSighting, 'clinic_id' | 'hospital_id'> {
  const ofClinic = actor.clinicIds.some((id) => id === version.clinic_id);
  return { clinic_id: ofClinic ? version.clinic_id : null, hospital_id: actor.hospitalIds[0] ?? null };
}
