import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import { prepared, type Tx } from '../platform/database';
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

/** What one clinic sends in one request. */
export interface Sent {
  readonly clinicId: string;
  /** When the first byte of the request came. */
  readonly since: Date;
  readonly instances: readonly InstanceFacts[];
}

/** A study that is needed; the first file that mentions it decides what is written about it. */
interface Wanted {
  readonly clinicId: string;
  readonly since: Date;
  readonly facts: StudyFacts;
  readonly series: Map<string, SeriesFacts>;
}

const FIND_STUDIES = prepared(
  `SELECT s.id, s.clinic_id, s.study_uid, s.patient_local_id, s.patient_name, s.corrections_since,
    s.quarantined_at IS NOT NULL AS quarantined,
    ARRAY(SELECT f.code FROM study_flag f
      WHERE f.study_id = s.id AND f.subject = '' AND f.resolved_at IS NULL) AS flags,
    (SELECT coalesce(jsonb_object_agg(e.series_uid, e.id), '{}') FROM dicom_series e
      WHERE e.study_id = s.id AND e.series_uid = ANY($3)) AS series
  FROM dicom_study s WHERE s.county_id = $1 AND s.study_uid = ANY($2)`,
);

/** Identity of a study among what several clinics send. */
export const studyKey = (clinicId: string, studyUid: string): string => `${clinicId} ${studyUid}`;

interface Found {
  /** By {@link studyKey}. */
  readonly known: Map<string, KnownStudy>;
  /** Study UID → clinics that have it. */
  readonly holders: Map<string, Set<string>>;
}

/**
 * Finds the rows of studies and series that arriving instances belong to, and makes those that are not there. Rows are
 * made in the order of their UIDs, studies first, so that concurrent transactions wait for each other and never deadlock.
 */
@Injectable()
export class StudyRows {
  constructor(private readonly clock: Clock) {}

  /** Answers the studies by {@link studyKey}, each with the ids of all series that its instances mention. */
  async resolve(tx: Tx, sent: readonly Sent[]): Promise<Map<string, KnownStudy>> {
    const wanted = wantedOf(sent);
    const { known } = await this.find(tx, wanted);
    const missing = [...wanted].filter(([key]) => !known.has(key));
    if (missing.length > 0) await this.make(tx, new Map(missing), known);
    await this.makeSeries(tx, wanted, known);
    return known;
  }

  private async find(tx: Tx, wanted: ReadonlyMap<string, Wanted>): Promise<Found> {
    const all = [...wanted.values()];
    const rows = await tx.rows<StudyRow>(FIND_STUDIES, [
      tx.ctx.countyId,
      [...new Set(all.map((one) => one.facts.studyUid))],
      [...new Set(all.flatMap((one) => [...one.series.keys()]))],
    ]);
    const holders = new Map<string, Set<string>>();
    for (const { study_uid, clinic_id } of rows)
      holders.set(study_uid, (holders.get(study_uid) ?? new Set()).add(clinic_id));
    const entries = rows.map((row) => [studyKey(row.clinic_id, row.study_uid), knownStudy(row)] as const);
    return { known: new Map(entries.filter(([key]) => wanted.has(key))), holders };
  }

  /**
   * Makes the studies that are not there. The lock on the UID makes "does another clinic have it" and the insert one
   * step: of two clinics that send the same UID at the same moment, the second is quarantined.
   */
  private async make(tx: Tx, missing: ReadonlyMap<string, Wanted>, known: Map<string, KnownStudy>): Promise<void> {
    const uids = [...new Set([...missing.values()].map((one) => one.facts.studyUid))].sort();
    await tx.rows(
      `SELECT pg_advisory_xact_lock(hashtextextended('dicom_study ' || $1 || ' ' || uid, 0))
       FROM unnest($2::text[]) WITH ORDINALITY AS wanted (uid, place) ORDER BY place`,
      [tx.ctx.countyId, uids],
    );
    const now = await this.find(tx, missing);
    for (const [key, study] of now.known) known.set(key, study);
    const made = [];
    for (const [key, wanted] of missing) {
      if (now.known.has(key)) continue;
      const { studyUid } = wanted.facts;
      const holders = now.holders.get(studyUid) ?? new Set();
      const row = this.newRow(tx, wanted, holders.size > 0);
      made.push(row);
      now.holders.set(studyUid, holders.add(wanted.clinicId));
      const study = knownStudy({ ...row, quarantined: row.quarantined_at !== null, flags: [], series: {} });
      known.set(key, { ...study, isNew: true });
    }
    if (made.length > 0) await tx.insert(DicomStudy, made);
  }

  private newRow(tx: Tx, { clinicId, since, facts }: Wanted, quarantined: boolean) {
    const now = this.clock.now();
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

  /** Makes the series that are not there; one that another transaction makes at the same moment is taken as it is. */
  private async makeSeries(
    tx: Tx,
    wanted: ReadonlyMap<string, Wanted>,
    known: ReadonlyMap<string, KnownStudy>,
  ): Promise<void> {
    const missing = [...wanted].flatMap(([key, { clinicId, series }]) => {
      const study = known.get(key) as KnownStudy;
      return [...series.values()]
        .filter((facts) => !study.series.has(facts.seriesUid))
        .map((facts) => ({ clinicId, study, facts }));
    });
    if (missing.length === 0) return;
    missing.sort((a, b) => (seriesKey(a) < seriesKey(b) ? -1 : 1));
    const made = await this.insertSeries(tx, missing);
    for (const one of missing) {
      const id = made.get(seriesKey(one));
      if (id) one.study.newSeries += 1;
      one.study.series.set(one.facts.seriesUid, id ?? (await this.seriesId(tx, one)));
    }
  }

  private async seriesId(tx: Tx, { study, facts }: NewSeries): Promise<string> {
    const row = await tx.row<{ id: string }>('SELECT id FROM dicom_series WHERE study_id = $1 AND series_uid = $2', [
      study.id,
      facts.seriesUid,
    ]);
    return (row as { id: string }).id;
  }

  private async insertSeries(tx: Tx, series: readonly NewSeries[]): Promise<Map<string, string>> {
    const column = <T>(value: (facts: SeriesFacts) => T): T[] => series.map(({ facts }) => value(facts));
    const rows = await tx.rows<{ id: string; study_id: string; series_uid: string }>(
      `INSERT INTO dicom_series (id, county_id, clinic_id, study_id, series_uid, modality, series_number, description,
         body_part, laterality, station_name, device, institution, operators, series_date, series_time, created_at)
       SELECT id, $1, clinic_id, study_id, series_uid, modality, series_number, description,
         body_part, laterality, station_name, device, institution, operators, series_date, series_time, $2
       FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::int[], $9::text[], $10::text[], $11::text[],
         $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[])
         AS new_row (id, clinic_id, study_id, series_uid, modality, series_number, description,
           body_part, laterality, station_name, device, institution, operators, series_date, series_time)
       ON CONFLICT (study_id, series_uid) DO NOTHING RETURNING id, study_id, series_uid`,
      [
        tx.ctx.countyId,
        this.clock.now(),
        series.map(() => newId()),
        series.map(({ clinicId }) => clinicId),
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
        column((s) => s.operators),
        column((s) => s.seriesDate),
        column((s) => s.seriesTime),
      ],
    );
    return new Map(rows.map((row) => [`${row.study_id} ${row.series_uid}`, row.id]));
  }
}

interface NewSeries {
  readonly clinicId: string;
  readonly study: KnownStudy;
  readonly facts: SeriesFacts;
}

const seriesKey = ({ study, facts }: Pick<NewSeries, 'study' | 'facts'>): string => `${study.id} ${facts.seriesUid}`;

function wantedOf(sent: readonly Sent[]): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { clinicId, since, instances } of sent) {
    for (const { study, series } of instances) {
      const key = studyKey(clinicId, study.studyUid);
      const known = wanted.get(key) ?? { clinicId, since, facts: study, series: new Map<string, SeriesFacts>() };
      wanted.set(key, known);
      if (!known.series.has(series.seriesUid)) known.series.set(series.seriesUid, series);
    }
  }
  return wanted;
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
