import type { TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { type ManualClock, SECOND } from '../../test/harness/manual-clock';
import type { System } from '../../test/harness/system';
import type { Db } from '../platform/database';
import type { Ctx } from '../platform/context';
import { newId } from '../platform/ids';
import { Assembly } from './images/assembly';

/** Building blocks of this slice's integration tests: a fictional patient, a request, and DICOM studies as received. */

let counter = 0;
const next = (): number => (counter += 1);

/** A whole request with a number of its own; anything can be overruled, `undefined` leaves a field out. */
export function request(overrule: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const n = next();
  return {
    accessionNumber: `ACC${String(n).padStart(6, '0')}`,
    patientLocalId: `P${String(n).padStart(6, '0')}`,
    patientName: '张三',
    sex: 'M',
    birthDate: '1961-04-12',
    modality: 'CT',
    itemCode: '20040100110000',
    examStart: '2026-03-02T08:30:00+08:00',
    orderingDoctor: '李四',
    orderingPhone: '0999-1234567',
    source: 'outpatient',
    clinicalDiagnosis: '咳嗽待查',
    ...overrule,
  };
}

export interface StudyRow {
  readonly accession_number?: string;
  readonly patient_local_id?: string;
  readonly patient_name?: string;
  readonly patient_sex?: string;
  readonly birth_date?: string;
  readonly study_date?: string;
  readonly study_time?: string;
  readonly study_uid?: string;
  readonly modalities?: string[];
  readonly description?: string;
  readonly quarantined_at?: string | null;
}

/** Puts a study of one instance into the registry, as intake would; answers its id and UID. */
export async function receiveStudy(
  db: Db,
  ctx: Ctx,
  clinicId: string,
  at: Date,
  row: StudyRow = {},
): Promise<{ id: string; uid: string }> {
  const study = {
    id: newId(),
    county_id: ctx.countyId,
    clinic_id: clinicId,
    study_uid: `1.2.826.0.1.3680043.10.1.${next()}`,
    modalities: ['CT'],
    study_date: '20260302',
    study_time: '083000',
    instance_count: 1,
    series_count: 1,
    first_byte_at: at,
    last_image_at: at,
    created_at: at,
    quarantined_at: null,
    ...row,
  };
  const columns = Object.keys(study);
  await db.write(ctx, (tx) =>
    tx.change(
      `INSERT INTO dicom_study (${columns.join()}) VALUES (${columns.map((_, i) => `$${i + 1}`).join()})`,
      Object.values(study),
    ),
  );
  return { id: study.id, uid: study.study_uid };
}

/** More images of a study. */
export async function receiveMore(db: Db, ctx: Ctx, studyId: string, at: Date): Promise<void> {
  await db.write(ctx, (tx) =>
    tx.change('UPDATE dicom_study SET instance_count = instance_count + 1, last_image_at = $2 WHERE id = $1', [
      studyId,
      at,
    ]),
  );
}

/** An exam with the studies that came for it. */
export interface TestExam {
  readonly id: string;
  readonly accession: string;
  readonly uids: string[];
  readonly studyIds: string[];
}

/** The first clinic's requests with their images, put into a state as the slices above would. */
export class ClinicExams {
  constructor(
    private readonly system: System,
    private readonly county: TestCounty,
    private readonly clock: ManualClock,
    private readonly clinic: JsonClient,
  ) {}

  async with(studies: number, state = 'QUEUED', header: StudyRow = {}): Promise<TestExam> {
    const { system, county, clock } = this;
    const ctx = system.ctx(county.countyId);
    const sent = request() as Record<string, string>;
    const { body } = await this.clinic.post<{ examId: string }>('/api/exams', sent);
    const uids: string[] = [];
    const studyIds: string[] = [];
    for (let n = 0; n < studies; n += 1) {
      clock.advance(SECOND);
      const made = await receiveStudy(system.db, ctx, county.clinics[0]!.id, clock.now(), {
        accession_number: sent['accessionNumber']!,
        patient_local_id: sent['patientLocalId']!,
        patient_name: '张三',
        study_time: `0830${String(n).padStart(2, '0')}`,
        ...header,
      });
      await system.db.write(ctx, (tx) => system.get(Assembly).assemble(tx, made.id, false));
      uids.push(made.uid);
      studyIds.push(made.id);
    }
    const queued = studies > 0 ? "images_complete = 'assumed', queued_at = $3," : '';
    await system.db.relay(ctx, (tx) =>
      tx.change(`UPDATE exam SET ${queued} state = $2 WHERE id = $1 AND $3::timestamptz IS NOT NULL`, [
        body.examId,
        state,
        clock.now(),
      ]),
    );
    return { id: body.examId, accession: sent['accessionNumber']!, uids, studyIds };
  }
}
