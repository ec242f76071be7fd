import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { withAge } from './content/age.rules';
import type { ExamContent } from './content/class-a.rules';
import type { Sex } from './exam.entity';
import { comparePatients, type PatientFacts, type PatientField } from './images/matching.rules';

/** What the clinic said first about a patient; `id` of the patient. */
export interface KnownPatient {
  readonly id: string;
  readonly name: string;
  readonly sex: Sex | null;
  readonly birth_date: string | null;
}

/**
 * Statement part that makes the patient (clinic, local id) of the exam row `said`, or fills in what was not known. Identity
 * is never overwritten; the phone number is no identity, so the latest counts. RETURNING a KnownPatient.
 */
export const ENTER_PATIENT = {
  columns: '(id, county_id, clinic_id, local_id, name, sex, birth_date, id_number, phone, created_at, updated_at)',
  values:
    'said.county_id, said.clinic_id, said.patient_local_id, said.patient_name, said.sex, said.birth_date, said.id_number, said.phone, said.updated_at, said.updated_at',
  otherwise: `ON CONFLICT (county_id, clinic_id, local_id) DO UPDATE SET
      sex = coalesce(patient.sex, excluded.sex), birth_date = coalesce(patient.birth_date, excluded.birth_date),
      id_number = coalesce(patient.id_number, excluded.id_number), phone = coalesce(excluded.phone, patient.phone),
      updated_at = excluded.updated_at
    RETURNING id, name, sex, birth_date`,
} as const;

const isChinese = (name: string): boolean => /\p{Script=Han}/u.test(name);

/** Patients as the clinics know them. */
@Injectable()
export class Patients {
  constructor(private readonly clock: Clock) {}

  /** Makes or finds the patient an exam is about; null without a local id. Answers where the exam contradicts him. */
  async enter(
    tx: Tx,
    clinicId: string,
    exam: ExamContent,
  ): Promise<{ patientId: string; contradicts: PatientField[] } | null> {
    if (exam.patient_local_id === null || exam.patient_local_id === '') return null;
    const said = { ...exam, county_id: tx.ctx.countyId, clinic_id: clinicId, updated_at: this.clock.now() };
    const known = await tx.row<KnownPatient>(
      `INSERT INTO patient ${ENTER_PATIENT.columns}
       SELECT $1, ${ENTER_PATIENT.values} FROM jsonb_populate_record(NULL::exam, $2) AS said ${ENTER_PATIENT.otherwise}`,
      [newId(), JSON.stringify(said)],
    );
    if (!known) throw new Error('an upsert answers its row');
    return { patientId: known.id, contradicts: await this.reconcile(tx, known, exam) };
  }

  /**
   * The fields in which an exam contradicts what the clinic said before. A name known in pinyin only is written in Chinese
   * as soon as somebody does so: that is a better spelling, no other name.
   */
  async reconcile(tx: Tx, known: KnownPatient, exam: ExamContent): Promise<PatientField[]> {
    const { differing } = comparePatients(patientFacts(known), contentFacts(exam));
    if (!isChinese(known.name) && isChinese(exam.patient_name) && !differing.includes('name')) {
      await tx.change('UPDATE patient SET name = $3, updated_at = $4 WHERE county_id = $1 AND id = $2', [
        tx.ctx.countyId,
        known.id,
        exam.patient_name,
        this.clock.now(),
      ]);
    }
    return [...differing];
  }
}

function patientFacts(known: KnownPatient): PatientFacts {
  return { localId: '', name: known.name, sex: known.sex ?? '', birthDate: known.birth_date ?? '' };
}

/** What an exam says about its patient. */
export function contentFacts(
  exam: Pick<ExamContent, 'patient_local_id' | 'patient_name' | 'sex' | 'birth_date'>,
): PatientFacts {
  return {
    localId: exam.patient_local_id ?? '',
    name: exam.patient_name,
    sex: exam.sex ?? '',
    birthDate: exam.birth_date ?? '',
  };
}

type Person = Pick<ExamContent, 'patient_local_id' | 'patient_name' | 'sex' | 'birth_date' | 'age_value' | 'age_unit'>;

/**
 * Whether a correction makes the patient somebody else: by his number, or because name, sex and age are all others at once.
 * Each of them may have been written down wrongly; all of them were somebody's.
 */
export function isSomebodyElse(known: Person, corrected: Person): boolean {
  const { otherPatient, differing } = comparePatients(contentFacts(known), contentFacts(corrected));
  const otherAge =
    differing.includes('birthDate') ||
    (known.age_value !== null && (known.age_value !== corrected.age_value || known.age_unit !== corrected.age_unit));
  return otherPatient || (otherAge && differing.includes('name') && differing.includes('sex'));
}

/** Of the columns that say who a patient is, those that another patient's exam has only where he says them himself. */
const OWN_TO_ONE = {
  birth_date: null,
  age_value: null,
  age_unit: null,
  id_number: null,
  phone: null,
  visit_number: null,
} as const satisfies Partial<ExamContent>;

/** What a supplement sets when it names another patient: nothing of the former one stays beside his number. */
export function anothersColumns(exam: ExamContent, given: Partial<ExamContent>): Partial<ExamContent> {
  const { age_value, age_unit } = withAge({ ...exam, ...OWN_TO_ONE, ...given });
  return { ...OWN_TO_ONE, ...given, age_value, age_unit };
}

/** The columns that say who it is. */
export function patientPart(exam: ExamContent): Partial<ExamContent> {
  const {
    patient_local_id,
    patient_name,
    name_given,
    name_pinyin,
    name_initials,
    sex,
    birth_date,
    age_value,
    age_unit,
  } = exam;
  return {
    patient_local_id,
    patient_name,
    name_given,
    name_pinyin,
    name_initials,
    sex,
    birth_date,
    age_value,
    age_unit,
  };
}
