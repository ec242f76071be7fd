import { personDisplayName } from '../../images';
import { sha256 } from '../../platform/ids';
import { withAge } from './age.rules';
import type { ExamContent } from './class-a.rules';
import type { ExamCodes, ExamItem } from './codes/exam-codes';
import type { Priority, Source } from '../exam.entity';
import type { RegisterExam, Supplement } from '../exams.dto';
import { normaliseIdNumber } from './id-number.rules';
import { normaliseModality } from './modality.rules';
import { searchName } from '../../studies';

/** From the JSON door to the columns of an exam. Pure. */

/** The columns of a whole request; what it does not say is null. A known item code fills in name, body part and side. */
export function contentOf(request: RegisterExam, codes: ExamCodes): ExamContent {
  const source = request.source ?? null;
  return withAge({
    ...EMPTY_CONTENT,
    ...columnsOf(request, codes),
    priority: request.priority ?? usualPriority(source),
    metadata_only: request.metadataOnly ?? false,
    declared_studies: request.studies ?? [],
  });
}

/** Only the columns that a supplement names. */
export function supplementOf(supplement: Supplement, codes: ExamCodes): Partial<ExamContent> {
  const given = Object.entries(columnsOf(supplement, codes)).filter(([, value]) => value !== null);
  return Object.fromEntries(given);
}

/**
 * SHA-256 of what a request says, whatever the order of its fields and however it spells "not known". `clinicId` is left
 * out: it only says whose exam it is.
 */
export function requestDigest({ clinicId: _, ...request }: RegisterExam): string {
  const said = Object.entries(request).filter(([, value]) => value !== null && value !== undefined);
  return sha256(JSON.stringify(said.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Mornings of health checks must not bury the sick: what is screening is said to be so unless the clinic says otherwise. */
function usualPriority(source: Source | null): Priority {
  return source === 'checkup' || source === 'public_health' ? 'SCREENING' : 'ROUTINE';
}

/** Nothing is known. */
export const EMPTY_CONTENT: ExamContent = {
  priority: 'ROUTINE',
  metadata_only: false,
  declared_studies: [],
  accession_number: null,
  patient_local_id: null,
  patient_name: '',
  name_given: '',
  name_pinyin: '',
  name_initials: '',
  sex: null,
  birth_date: null,
  age_value: null,
  age_unit: null,
  id_number: null,
  phone: null,
  modality: null,
  item_code: null,
  item_name: null,
  body_part: null,
  laterality: null,
  source: null,
  department: null,
  visit_number: null,
  ordering_doctor: null,
  ordering_phone: null,
  technician: null,
  clinical_diagnosis: null,
  symptoms: null,
  exam_started_at: null,
  exam_ended_at: null,
};

/** Only what the clinic said of an exam, without what has become of it. */
export function contentPart(exam: ExamContent): ExamContent {
  const columns = Object.keys(EMPTY_CONTENT) as (keyof ExamContent)[];
  return Object.fromEntries(columns.map((column) => [column, exam[column]])) as unknown as ExamContent;
}

function columnsOf(said: Supplement, codes: ExamCodes): Partial<ExamContent> {
  return {
    ...nameColumns(said.patientName ?? null),
    ...itemColumns(said, codes.find(said.itemCode ?? '')),
    accession_number: said.accessionNumber ?? null,
    patient_local_id: said.patientLocalId ?? null,
    sex: said.sex ?? null,
    birth_date: said.birthDate ?? null,
    age_value: said.age ?? null,
    age_unit: said.ageUnit ?? null,
    id_number: said.idNumber ? normaliseIdNumber(said.idNumber) : null,
    phone: said.phone ?? null,
    modality: said.modality ? normaliseModality(said.modality) : null,
    source: said.source ?? null,
    ...(said.priority ? { priority: said.priority } : {}),
    department: said.department ?? null,
    visit_number: said.visitNumber ?? null,
    ordering_doctor: said.orderingDoctor ?? null,
    ordering_phone: said.orderingPhone ?? null,
    technician: said.technician ?? null,
    clinical_diagnosis: said.clinicalDiagnosis?.trim() || null,
    symptoms: said.symptoms?.trim() || null,
    exam_started_at: said.examStart ?? null,
    exam_ended_at: said.examEnd ?? null,
  };
}

type NameColumns = Pick<ExamContent, 'patient_name' | 'name_given' | 'name_pinyin' | 'name_initials'>;

/** A name in any form, as it is written in Chinese where there is one, with what it is searched by. */
export function nameColumns(name: string | null): Partial<NameColumns> {
  if (name === null) return {};
  const written = personDisplayName(name);
  const { pinyin, initials } = searchName(written);
  const given = /^\p{Script=Han}/u.test(written) ? [...written].slice(1).join('') : '';
  return { patient_name: written, name_given: given, name_pinyin: pinyin, name_initials: initials };
}

function itemColumns(
  said: Supplement,
  item: ExamItem | undefined,
): Pick<ExamContent, 'item_code' | 'item_name' | 'body_part' | 'laterality'> {
  return {
    item_code: said.itemCode ?? null,
    item_name: said.itemName ?? said.description ?? item?.name ?? null,
    body_part: said.bodyPart ?? item?.bodyPart ?? null,
    laterality: said.laterality ?? item?.laterality ?? null,
  };
}
