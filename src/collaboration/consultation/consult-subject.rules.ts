import type { Exam } from '../../exams';
import { blotted } from './blot.rules';

/** Whose exam it is, as the asked hospital gets to see it. */
export interface ConsultSubject {
  readonly examId: string | null;
  readonly accessionNumber: string | null;
  readonly clinicName: string | null;
  readonly patientName: string;
  readonly patientLocalId: string | null;
  readonly idNumber: string | null;
  readonly phone: string | null;
  readonly birthDate: string | null;
  readonly sex: Exam['sex'];
  readonly ageValue: number | null;
  readonly ageUnit: Exam['age_unit'];
  readonly modality: string | null;
  readonly itemName: string | null;
  readonly bodyPart: string | null;
  readonly laterality: Exam['laterality'];
  readonly clinicalDiagnosis: string | null;
  readonly symptoms: string | null;
  readonly examStartedAt: Date | null;
  readonly studyInstanceUids: readonly string[];
}

const HIDDEN_NAME = '（已去标识）';
const OLDEST = 90;
const telling = ({ age_value: age, age_unit: unit }: Exam): number | null =>
  age !== null && unit === 'Y' ? Math.min(age, OLDEST) : age;

/** Whether a text names the patient or leads to him: what the asker is told before a de-identified question leaves. */
export function namesPatient(text: string, exam: Exam, clinicName: string): boolean {
  return blotted(text, exam, clinicName) !== text;
}

/**
 * The exam as the asked hospital sees it. De-identified, everything that identifies is left out, free text is blotted,
 * and so are the keys (exam, accession number, study UIDs, the time) by which the rest could be looked up. The age stays,
 * because no image is read without it, up to 90 years: older people are found by it.
 */
export function consultSubject(
  exam: Exam,
  names: { readonly clinicName: string; readonly studyUids: readonly string[] },
  deidentified: boolean,
): ConsultSubject {
  const shown = <T>(value: T): T | null => (deidentified ? null : value);
  const text = (value: string | null): string | null =>
    deidentified && value ? blotted(value, exam, names.clinicName) : value;
  return {
    examId: shown(exam.id),
    accessionNumber: shown(exam.accession_number),
    clinicName: shown(names.clinicName),
    patientName: deidentified ? HIDDEN_NAME : exam.patient_name,
    patientLocalId: shown(exam.patient_local_id),
    idNumber: shown(exam.id_number),
    phone: shown(exam.phone),
    birthDate: shown(exam.birth_date),
    sex: exam.sex,
    ageValue: deidentified ? telling(exam) : exam.age_value,
    ageUnit: exam.age_unit,
    modality: exam.modality,
    itemName: text(exam.item_name),
    bodyPart: exam.body_part,
    laterality: exam.laterality,
    clinicalDiagnosis: text(exam.clinical_diagnosis),
    symptoms: text(exam.symptoms),
    examStartedAt: shown(exam.exam_started_at),
    studyInstanceUids: deidentified ? [] : names.studyUids,
  };
}
