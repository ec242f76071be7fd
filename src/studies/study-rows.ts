import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { DicomStudy, type StudyFlagCode } from './studies.entities';
import { type InstanceFacts, type SeriesFacts, soundOf, type StudyFacts } from './tag-mapping.rules';

/** A study of the sending clinic, as far as registering instances needs it. */
export interface KnownStudy {
  readonly id: string;
  readonly studyUid: string;
  readonly patientLocalId: string;
  readonly patientName: string;
  readonly correctionsSince: Date | null;
  readonly quarantined: boolean;
  /** Open flags of the study as a whole. */
  readonly flags: readonly StudyFlagCode[];
  /** Series Instance UID → id; after {@link StudyRows.resolve} all that were asked for. */
  readonly series: Map<string, string>;
  readonly isNew: boolean;
  /** How many of the series were made just now. */
  newSeries: number;
}

interface StudyRow {
  id: string;
  clinic_id: string;
  study_uid: string;
  patient_local_id: string;
  patient_name: string;
  corrections_since: Date | null;
  quarantined: boolean;
  flags: StudyFlagCode[];
  series: Record<string, string>;
}

/** What a request brings to studies that are not there yet. */
interface Sent {
  readonly clinicId: string;
  readonly since: Date;
  readonly facts: ReadonlyMap<string, StudyFacts>;
}

/**
 * Finds the rows of studies and series that arriving instances belong to, and makes those that are not there. Rows are
 * made in the order of their UIDs, studies first, so that concurrent requests wait for each other and never deadlock.
 */
@Injectable()
export class StudyRows {
  constructor(private readonly clock: Clock) {}

  /**
   * Answers the studies by UID, each with the ids of all series that `instances` mention.
   *
   * @param since when the first byte of the request came
   */
  async resolve(
    tx: Tx,
    clinicId: string,
    instances: readonly InstanceFacts[],
    since: Date,
  ): Promise<Map<string, KnownStudy>> {
    // The first file of a study in the request decides, as the first request does among several.
    const byStudy = new Map(instances.toReversed().map((one) => [one.study.studyUid, one.study]));
    const seriesUids = [...new Set(instances.map((one) => one.series.seriesUid))];
    const found = await this.find(tx, clinicId, [...byStudy.keys()], seriesUids);
    const missing = [...byStudy.keys()].filter((uid) => !found.own.has(uid)).sort();
    if (missing.length > 0) await this.make(tx, { clinicId, since, facts: byStudy }, missing, seriesUids, found.own);
    await this.makeSeries(tx, clinicId, instances, found.own);
    return found.own;
  }

  private async find(
    tx: Tx,
    clinicId: string,
    studyUids: readonly string[],
    seriesUids: readonly string[],
  ): Promise<{ own: Map<string, KnownStudy>; elsewhere: ReadonlySet<string> }> {
    const rows = await tx.rows<StudyRow>(
      `SELECT s.id, s.clinic_id, s.study_uid, s.patient_local_id, s.patient_name, s.corrections_since,
         s.quarantined_at IS NOT NULL AS quarantined,
         ARRAY(SELECT f.code FROM study_flag f
           WHERE f.study_id = s.id AND f.subject = '' AND f.resolved_at IS NULL) AS flags,
         (SELECT coalesce(jsonb_object_agg(e.series_uid, e.id), '{}') FROM dicom_series e
           WHERE e.study_id = s.id AND e.series_uid = ANY($3)) AS series
       FROM dicom_study s WHERE s.county_id = $1 AND s.study_uid = ANY($2)`,
      [tx.ctx.countyId, studyUids, seriesUids],
    );
    const own = rows.filter((row) => row.clinic_id === clinicId).map(knownStudy);
    const others = rows.filter((row) => row.clinic_id !== clinicId);
    return {
      own: new Map(own.map((study) => [study.studyUid, study])),
      elsewhere: new Set(others.map((row) => row.study_uid)),
    };
  }

  /**
   * Makes the studies that are not there. The lock on the UID makes "does another clinic have it" and the insert one
   * step: of two clinics that send the same UID at the same moment, the second is quarantined.
   */
  private async make(
    tx: Tx,
    sent: Sent,
    studyUids: readonly string[],
    seriesUids: readonly string[],
    own: Map<string, KnownStudy>,
  ): Promise<void> {
    await tx.rows(
      `SELECT pg_advisory_xact_lock(hashtextextended('dicom_study ' || $1 || ' ' || uid, 0))
       FROM unnest($2::text[]) WITH ORDINALITY AS wanted (uid, place) ORDER BY place`,
      [tx.ctx.countyId, studyUids],
    );
    const now = await this.find(tx, sent.clinicId, studyUids, seriesUids);
    for (const [uid, study] of now.own) own.set(uid, study);
    const made = studyUids
      .filter((uid) => !now.own.has(uid))
      .map((uid) => this.newRow(tx, sent, uid, now.elsewhere.has(uid)));
    if (made.length === 0) return;
    await tx.insert(DicomStudy, made);
    for (const row of made) {
      const study = knownStudy({ ...row, quarantined: row.quarantined_at !== null, flags: [], series: {} });
      own.set(row.study_uid, { ...study, isNew: true });
    }
  }

  private newRow(tx: Tx, { clinicId, since, facts: all }: Sent, studyUid: string, quarantined: boolean) {
    const now = this.clock.now();
    const facts = all.get(studyUid) as StudyFacts;
    return {
      ...patientColumns(facts),
      id: newId(),
      county_id: tx.ctx.countyId,
      clinic_id: clinicId,
      study_uid: facts.studyUid,
      study_date: facts.studyDate,
      study_time: facts.studyTime,
      study_id_text: facts.studyIdText,
      charset: facts.charset,
      charset_how: facts.charsetHow,
      quarantined_at: quarantined ? now : null,
      quarantine_reason: quarantined ? 'study_uid_of_other_clinic' : null,
      corrections_since: null,
      modalities: [],
      series_count: 0,
      instance_count: 0,
      bytes: '0',
      first_byte_at: since,
      last_image_at: now,
      created_at: now,
    };
  }

  /** Makes the series that are not there; one that another request makes at the same moment is taken as it is. */
  private async makeSeries(
    tx: Tx,
    clinicId: string,
    instances: readonly InstanceFacts[],
    own: ReadonlyMap<string, KnownStudy>,
  ): Promise<void> {
    const wanted = new Map<string, { study: KnownStudy; facts: SeriesFacts }>();
    for (const { study, series } of instances) {
      const known = own.get(study.studyUid) as KnownStudy;
      if (!known.series.has(series.seriesUid))
        wanted.set(`${known.studyUid} ${series.seriesUid}`, { study: known, facts: series });
    }
    if (wanted.size === 0) return;
    const ordered = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
    const made = await this.insertSeries(tx, clinicId, ordered);
    for (const { study, facts } of ordered) {
      const id = made.get(`${study.id} ${facts.seriesUid}`);
      if (id) {
        study.series.set(facts.seriesUid, id);
        study.newSeries += 1;
      }
    }
    const others = ordered.filter(({ study, facts }) => !study.series.has(facts.seriesUid));
    for (const { study, facts } of others) {
      const row = await tx.row<{ id: string }>('SELECT id FROM dicom_series WHERE study_id = $1 AND series_uid = $2', [
        study.id,
        facts.seriesUid,
      ]);
      study.series.set(facts.seriesUid, (row as { id: string }).id);
    }
  }

  private async insertSeries(
    tx: Tx,
    clinicId: string,
    series: readonly { study: KnownStudy; facts: SeriesFacts }[],
  ): Promise<Map<string, string>> {
    const column = <T>(value: (facts: SeriesFacts) => T): T[] => series.map(({ facts }) => value(facts));
    const rows = await tx.rows<{ id: string; study_id: string; series_uid: string }>(
      `INSERT INTO dicom_series (id, county_id, clinic_id, study_id, series_uid, modality, series_number, description,
         body_part, laterality, station_name, device, institution, series_date, series_time, created_at)
       SELECT id, $1, $2, study_id, series_uid, modality, series_number, description,
         body_part, laterality, station_name, device, institution, series_date, series_time, $3
       FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::int[], $9::text[], $10::text[], $11::text[],
         $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
         AS new_row (id, study_id, series_uid, modality, series_number, description,
           body_part, laterality, station_name, device, institution, series_date, series_time)
       ON CONFLICT (study_id, series_uid) DO NOTHING RETURNING id, study_id, series_uid`,
      [
        tx.ctx.countyId,
        clinicId,
        this.clock.now(),
        series.map(() => newId()),
        series.map(({ study }) => study.id),
        column((s) => s.seriesUid),
        column((s) => s.modality),
        column((s) => s.seriesNumber),
        column((s) => s.description),
        column((s) => s.bodyPart),
        column((s) => s.laterality),
        column((s) => s.stationName),
        column((s) => s.device),
        column((s) => s.institution),
        column((s) => s.seriesDate),
        column((s) => s.seriesTime),
      ],
    );
    return new Map(rows.map((row) => [`${row.study_id} ${row.series_uid}`, row.id]));
  }
}

/** Columns of `dicom_study` that a corrected header may change. */
export function patientColumns(facts: StudyFacts) {
  const { pinyin, initials } = soundOf(facts);
  return {
    accession_number: facts.accessionNumber,
    patient_local_id: facts.patientLocalId,
    patient_name_dicom: facts.patientNameDicom,
    patient_name: facts.patientName,
    name_pinyin: pinyin,
    name_initials: initials,
    patient_sex: facts.sex,
    birth_date: facts.birthDate,
    patient_age: facts.age,
    description: facts.description,
    referring_physician: facts.referringPhysician,
  };
}

function knownStudy(row: StudyRow): KnownStudy {
  return {
    id: row.id,
    studyUid: row.study_uid,
    patientLocalId: row.patient_local_id,
    patientName: row.patient_name,
    correctionsSince: row.corrections_since,
    quarantined: row.quarantined,
    flags: row.flags,
    series: new Map(Object.entries(row.series)),
    isNew: false,
    newSeries: 0,
  };
}
