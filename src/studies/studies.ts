import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import type { DicomSeries, DicomStudy, StudyFlag } from './studies.entities';

/**
 * What the slices above ask of the study registry, inside their own transactions. Lock order for all: a study's row
 * before an exam's.
 */
@Injectable()
export class Studies {
  constructor(private readonly clock: Clock) {}

  /** One study of the county, or undefined. */
  brief(tx: Tx, studyId: string): Promise<DicomStudy | undefined> {
    return tx.row<DicomStudy>('SELECT * FROM dicom_study WHERE county_id = $1 AND id = $2', [tx.ctx.countyId, studyId]);
  }

  /**
   * The same with its row locked. Who handles {@link IMAGES_RECEIVED} starts with it: requests that still register
   * images of this study are waited for, later ones tell their own news.
   */
  lock(tx: Tx, studyId: string): Promise<DicomStudy | undefined> {
    return tx.row<DicomStudy>('SELECT * FROM dicom_study WHERE county_id = $1 AND id = $2 FOR NO KEY UPDATE', [
      tx.ctx.countyId,
      studyId,
    ]);
  }

  /** Several studies, in no particular order. */
  briefs(tx: Tx, studyIds: readonly string[]): Promise<DicomStudy[]> {
    return tx.rows<DicomStudy>('SELECT * FROM dicom_study WHERE county_id = $1 AND id = ANY($2)', [
      tx.ctx.countyId,
      studyIds,
    ]);
  }

  /** Studies of a clinic by Study Instance UID. */
  byUids(tx: Tx, clinicId: string, studyUids: readonly string[]): Promise<DicomStudy[]> {
    return tx.rows<DicomStudy>(
      'SELECT * FROM dicom_study WHERE county_id = $1 AND clinic_id = $2 AND study_uid = ANY($3)',
      [tx.ctx.countyId, clinicId, studyUids],
    );
  }

  /** Studies of a clinic whose header carries just this accession number, oldest first. */
  byAccession(tx: Tx, clinicId: string, accessionNumber: string): Promise<DicomStudy[]> {
    return tx.rows<DicomStudy>(
      `SELECT * FROM dicom_study WHERE county_id = $1 AND clinic_id = $2 AND accession_number = $3
       ORDER BY created_at, id LIMIT 200`,
      [tx.ctx.countyId, clinicId, accessionNumber],
    );
  }

  /** Studies of a clinic's patient received since then, newest first: what a request may be about. */
  ofPatient(tx: Tx, clinicId: string, patientLocalId: string, since: Date): Promise<DicomStudy[]> {
    return tx.rows<DicomStudy>(
      `SELECT * FROM dicom_study WHERE county_id = $1 AND clinic_id = $2 AND patient_local_id = $3 AND last_image_at >= $4
       ORDER BY last_image_at DESC, id DESC LIMIT 200`,
      [tx.ctx.countyId, clinicId, patientLocalId, since],
    );
  }

  /** Series of studies, in the order of their numbers. */
  seriesOf(tx: Tx, studyIds: readonly string[]): Promise<DicomSeries[]> {
    return tx.rows<DicomSeries>(
      `SELECT * FROM dicom_series WHERE county_id = $1 AND study_id = ANY($2)
       ORDER BY study_id, series_number NULLS LAST, series_uid`,
      [tx.ctx.countyId, studyIds],
    );
  }

  /** Open flags of studies, oldest first. */
  flagsOf(tx: Tx, studyIds: readonly string[]): Promise<StudyFlag[]> {
    return tx.rows<StudyFlag>(
      `SELECT * FROM study_flag WHERE county_id = $1 AND study_id = ANY($2) AND resolved_at IS NULL
       ORDER BY raised_at, id`,
      [tx.ctx.countyId, studyIds],
    );
  }

  /**
   * Opens or closes a study for a corrected re-send: while it is open, other bytes under a known SOP Instance UID take
   * the place of those that are there (which are kept), and the study takes the patient of the corrected header. The
   * caller says why in its own audit row.
   */
  async allowCorrections(tx: Tx, studyId: string, on: boolean): Promise<void> {
    const changed = await tx.change(
      `UPDATE dicom_study SET corrections_since = CASE WHEN $3 THEN coalesce(corrections_since, $4) END
       WHERE county_id = $1 AND id = $2`,
      [tx.ctx.countyId, studyId, on, this.clock.now()],
    );
    if (changed !== 1) throw new DomainError(commonErrors.not_found);
  }
}
