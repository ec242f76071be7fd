import { Injectable } from '@nestjs/common';
import { Images, type Instance } from '../images';
import { blobKey, type BlobKey } from '../platform/blob';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { Binder, FIRST_OF_SAME_UID, visibleStudies } from './dicomweb-scope';
import { resourcePath } from './qido.answer';

/** UIDs of a path below `/dicomweb/studies`. */
export interface TargetUids {
  readonly study: string;
  readonly series?: string | undefined;
  readonly instance?: string | undefined;
}

/** What a path stands for: instances that the caller may fetch, with their series' UIDs. */
export interface Target {
  readonly study: string;
  readonly studyId: string;
  /** Row that the path names: of the study, the series or the instance. */
  readonly subject: { readonly type: 'dicom_study' | 'dicom_series' | 'instance'; readonly id: string };
  readonly instances: readonly TargetInstance[];
}

export interface TargetInstance extends Instance {
  readonly series_uid: string;
}

/** Where an instance's bytes lie. */
export const keyOf = ({ county_id, clinic_id, sha256 }: TargetInstance): BlobKey =>
  blobKey(county_id, clinic_id, sha256);

/** Path of an instance below the service. */
export const pathOf = ({ study }: Target, { series_uid, sop_uid }: TargetInstance): string =>
  resourcePath({ study, series: series_uid, instance: sop_uid });

/** Finds what a DICOMweb path names among what the caller may see; anything else does not exist. */
@Injectable()
export class DicomwebTargets {
  constructor(private readonly images: Images) {}

  /** @throws DomainError `not_found` */
  async find(tx: Tx, uids: TargetUids): Promise<Target> {
    if (uids.instance !== undefined) return this.instance(tx, uids);
    const place = await this.place(tx, uids);
    const series = await this.seriesUids(tx, place.studyId);
    const instances = place.seriesId
      ? await this.images.ofSeries(tx, place.seriesId)
      : await this.images.ofStudy(tx, place.studyId);
    const subject = place.seriesId
      ? ({ type: 'dicom_series', id: place.seriesId } as const)
      : ({ type: 'dicom_study', id: place.studyId } as const);
    return {
      study: uids.study,
      studyId: place.studyId,
      subject,
      instances: instances.map((one) => ({ ...one, series_uid: series.get(one.series_id) as string })),
    };
  }

  /** Ids of the study and the series in a path; empty when it names none. @throws DomainError `not_found` */
  place(tx: Tx, uids: TargetUids): Promise<{ studyId: string; seriesId?: string }>;
  place(tx: Tx, uids: Partial<TargetUids>): Promise<{ studyId?: string; seriesId?: string }>;
  async place(tx: Tx, { study, series }: Partial<TargetUids>): Promise<{ studyId?: string; seriesId?: string }> {
    if (study === undefined) return {};
    const bind = new Binder();
    const where = `${visibleStudies(tx.ctx, bind)} AND st.study_uid = ${bind.place(study)}`;
    const join =
      series === undefined
        ? ''
        : `JOIN dicom_series se ON se.study_id = st.id AND se.series_uid = ${bind.place(series)}`;
    const row = await tx.row<{ study_id: string; series_id?: string }>(
      `SELECT st.id AS study_id ${join && ', se.id AS series_id'} FROM dicom_study st ${join}
       WHERE ${where} ORDER BY ${FIRST_OF_SAME_UID} LIMIT 1`,
      bind.values,
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return { studyId: row.study_id, ...(row.series_id === undefined ? {} : { seriesId: row.series_id }) };
  }

  /** In one statement: a viewer asks for every frame by itself. */
  private async instance(tx: Tx, { study, series, instance }: TargetUids): Promise<Target> {
    const bind = new Binder();
    const where = visibleStudies(tx.ctx, bind);
    const row = await tx.row<TargetInstance>(
      `SELECT i.*, se.series_uid FROM dicom_study st
       JOIN dicom_series se ON se.study_id = st.id AND se.series_uid = ${bind.place(series)}
       JOIN instance i ON i.study_id = st.id AND i.series_id = se.id AND i.sop_uid = ${bind.place(instance)}
         AND i.superseded_at IS NULL
       WHERE ${where} AND st.study_uid = ${bind.place(study)} ORDER BY ${FIRST_OF_SAME_UID} LIMIT 1`,
      bind.values,
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return { study, studyId: row.study_id, subject: { type: 'instance', id: row.id }, instances: [row] };
  }

  private async seriesUids(tx: Tx, studyId: string): Promise<Map<string, string>> {
    const rows = await tx.rows<{ id: string; series_uid: string }>(
      'SELECT id, series_uid FROM dicom_series WHERE county_id = $1 AND study_id = $2',
      [tx.ctx.countyId, studyId],
    );
    return new Map(rows.map((row) => [row.id, row.series_uid]));
  }
}
