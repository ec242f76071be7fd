import { Injectable } from '@nestjs/common';
import { ageInWords, Exams } from '../../exams';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError, type ErrorParams } from '../../platform/errors';
import type { ReportSubject } from './report-subject';
import { requirePrintable } from './signing.rules';

interface Place {
  readonly centre_name: string;
  readonly device: string | null;
  readonly operators: string | null;
}

/** Gathers what a sheet says about patient and exam, as it is at the moment of signing. */
@Injectable()
export class Subjects {
  constructor(private readonly exams: Exams) {}

  /** Throws `exam_data_missing` for an exam that cannot be printed; `present` goes into its params. */
  async of(tx: Tx, examId: string, present: ErrorParams): Promise<ReportSubject> {
    const brief = await this.exams.brief(tx, examId);
    const exam = requirePrintable(brief.exam, present);
    const { centre_name: centreName, device, operators } = await this.place(tx, exam.clinic_id, brief.studyUids);
    return {
      centreName,
      clinicName: brief.clinicName,
      patientName: exam.patient_name,
      patientLocalId: exam.patient_local_id,
      sex: exam.sex,
      age: ageInWords(exam),
      department: exam.department,
      visitNumber: exam.visit_number,
      accessionNumber: exam.accession_number,
      modality: exam.modality,
      itemName: exam.item_name,
      bodyPart: exam.body_part,
      laterality: exam.laterality,
      device,
      // What the clinic says comes before what somebody left in the console's login.
      technician: exam.technician ?? operators,
      performedAt: exam.exam_started_at.toISOString(),
      orderingDoctor: exam.ordering_doctor,
      clinicalDiagnosis: exam.clinical_diagnosis,
      limitation: exam.limitation,
      studyUids: brief.studyUids,
    };
  }

  /**
   * Who reads, on what device (manufacturer and model) and by whom the pictures were taken: of the first series that
   * says so.
   */
  private async place(tx: Tx, clinicId: string, studyUids: readonly string[]): Promise<Place> {
    const place = await tx.row<Place>(
      `WITH series AS (
         SELECT series.device, series.operators, series.series_number, series.id
         FROM dicom_study study JOIN dicom_series series ON series.study_id = study.id
         WHERE study.county_id = $1 AND study.clinic_id = $2 AND study.study_uid = ANY($3))
       SELECT county.centre_name,
         (SELECT device FROM series WHERE device <> '' ORDER BY series_number NULLS LAST, id LIMIT 1) AS device,
         (SELECT operators FROM series WHERE operators <> '' ORDER BY series_number NULLS LAST, id LIMIT 1) AS operators
       FROM county WHERE county.id = $1`,
      [tx.ctx.countyId, clinicId, studyUids],
    );
    if (!place) throw new DomainError(commonErrors.not_found);
    return place;
  }
}
