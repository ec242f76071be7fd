import { Injectable } from '@nestjs/common';
import { type UploadBrief, Uploads } from '../../intake';
import type { Tx } from '../../platform/database';
import { type DicomStudy, Studies } from '../../studies';

/** A DICOM study with what its series say about the exam. */
export interface StudyFacts extends DicomStudy {
  /** Of the first series that says so; '' when none does. */
  readonly body_part: string;
  readonly laterality: string;
}

/** How much of what was announced is there. */
export interface UploadProgress {
  readonly stored: number;
  readonly total: number;
}

export interface QuietExam {
  readonly id: string;
  readonly county_id: string;
}

/** The only place where exams look into the study registry and its uploads. A study's row is locked before any exam's. */
@Injectable()
export class StudyLinks {
  constructor(
    private readonly studies: Studies,
    private readonly uploads: Uploads,
  ) {}

  /** The study, locked: requests that are still registering images of it are waited for. */
  async lock(tx: Tx, studyId: string): Promise<StudyFacts | undefined> {
    const study = await this.studies.lock(tx, studyId);
    if (!study) return undefined;
    const series = await this.studies.seriesOf(tx, [studyId]);
    return {
      ...study,
      body_part: series.find((one) => one.body_part !== '')?.body_part ?? '',
      laterality: series.find((one) => one.laterality !== '')?.laterality ?? '',
    };
  }

  /** Who took the pictures of these studies, as the first series that knows says; null when none does. */
  async operatorsOf(tx: Tx, studyIds: readonly string[]): Promise<string | null> {
    const series = await this.studies.seriesOf(tx, studyIds);
    return series.find(({ operators }) => operators !== '')?.operators ?? null;
  }

  /** Several studies, locked in the one order that all use. */
  async lockAll(tx: Tx, studyIds: readonly string[]): Promise<StudyFacts[]> {
    const studies: StudyFacts[] = [];
    for (const id of [...new Set(studyIds)].sort()) {
      const study = await this.lock(tx, id);
      if (study) studies.push(study);
    }
    return studies;
  }

  /** The clinic's own study of that UID: the same UID from another clinic is another study. */
  async idOf(tx: Tx, clinicId: string, studyUid: string): Promise<string | undefined> {
    const [study] = await this.studies.byUids(tx, clinicId, [studyUid]);
    return study?.id;
  }

  /** Of these UIDs, those that are other clinics' studies, {@link anotherClinics}. */
  async takenUids(tx: Tx, clinicId: string, studyUids: readonly string[]): Promise<string[]> {
    if (studyUids.length === 0) return [];
    const rows = await tx.rows<{ uid: string }>(
      `SELECT said.uid FROM unnest($3::text[]) WITH ORDINALITY AS said (uid, n)
       WHERE ${anotherClinics({ county: '$1', clinic: '$2', uid: 'said.uid' })} ORDER BY said.n`,
      [tx.ctx.countyId, clinicId, studyUids],
    );
    return rows.map(({ uid }) => uid);
  }

  /** While an identity is in doubt, a re-send with a corrected header may replace instances of these studies. */
  async allowCorrections(tx: Tx, studyIds: readonly string[], on: boolean): Promise<void> {
    for (const id of [...studyIds].sort()) await this.studies.allowCorrections(tx, id, on);
  }

  /** One upload by manifest, or undefined. */
  upload(tx: Tx, uploadId: string): Promise<UploadBrief | undefined> {
    return this.uploads.brief(tx, uploadId);
  }

  /** True while a manifest of the exam, or one that brings images of its studies, is open. */
  async uploading(tx: Tx, examId: string): Promise<boolean> {
    const row = await tx.row(`SELECT 1 AS open FROM exam e WHERE e.county_id = $1 AND e.id = $2 AND ${UPLOADING}`, [
      tx.ctx.countyId,
      examId,
    ]);
    return row !== undefined;
  }

  /** 上传中 n/m of the manifests that are open for these exams, by exam; without those that have none. */
  async progress(tx: Tx, examIds: readonly string[]): Promise<ReadonlyMap<string, UploadProgress>> {
    if (examIds.length === 0) return new Map();
    const rows = await tx.rows<UploadProgress & { readonly exam_id: string }>(PROGRESS, [tx.ctx.countyId, examIds]);
    return new Map(rows.map(({ exam_id: examId, stored, total }) => [examId, { stored, total }]));
  }

  /** Exams of all counties whose images have been quiet since `before` and that no manifest speaks for, oldest first. */
  quietSince(tx: Tx, before: Date, limit: number): Promise<QuietExam[]> {
    return tx.rows<QuietExam>(QUIET_SINCE, [before, limit]);
  }
}

/**
 * A condition: the UID is another clinic's study, which had it first, or the clinic's own is in quarantine because one has.
 * Whoever opens such a UID sees the other clinic's patient. The arguments are SQL expressions.
 */
export const anotherClinics = (of: {
  readonly county: string;
  readonly clinic: string;
  readonly uid: string;
}): string =>
  `EXISTS (SELECT 1 FROM dicom_study st WHERE st.county_id = ${of.county} AND st.study_uid = ${of.uid}
     AND (st.clinic_id = ${of.clinic}) = (st.quarantined_at IS NOT NULL))`;

/** Exported for the plan test. $1 county, $2 exams. */
export const PROGRESS = `
  SELECT e.id AS exam_id, count(*) FILTER (WHERE i.state = 'stored')::int AS stored, count(*)::int AS total
  FROM exam e JOIN upload u ON u.county_id = e.county_id AND u.clinic_id = e.clinic_id AND u.state = 'open'
      AND u.accession_number = e.accession_number
    JOIN upload_instance i ON i.upload_id = u.id
  WHERE e.county_id = $1 AND e.id = ANY($2) GROUP BY e.id`;

/** Of exam `e`: by its accession number, or because the manifest has brought images of a study of the exam. */
const UPLOADING = `(
  EXISTS (SELECT 1 FROM upload u WHERE u.county_id = e.county_id AND u.clinic_id = e.clinic_id AND u.state = 'open'
    AND u.accession_number = e.accession_number)
  OR EXISTS (SELECT 1 FROM exam_study l JOIN upload_instance i ON i.study_id = l.study_id
    JOIN upload u ON u.id = i.upload_id AND u.state = 'open' WHERE l.exam_id = e.id AND l.unlinked_at IS NULL))`;

/** Exported for the plan test: the index exam_quiet has the same conditions. */
export const QUIET_SINCE = `
  SELECT e.id, e.county_id FROM exam e
  WHERE e.images_complete IS NULL AND e.last_image_at < $1 AND e.state NOT IN ('RETURNED', 'WITHDRAWN', 'VOID')
    AND NOT e.metadata_only AND NOT ${UPLOADING}
  ORDER BY e.last_image_at LIMIT $2`;
