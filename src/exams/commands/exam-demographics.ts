import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { withAge } from '../content/age.rules';
import { requireBirthDate } from '../content/birth-date.rules';
import type { ExamContent } from '../content/class-a.rules';
import { oddities } from '../content/class-b.rules';
import { ExamCodes } from '../content/codes/exam-codes';
import { supplementOf } from '../content/request.rules';
import type { Exam } from '../exam.entity';
import { type ExamPatch, ExamStates, stateParams } from '../exam-states';
import type { Supplement } from '../exams.dto';
import { examErrors } from '../exams.errors';
import { isSomebodyElse } from '../patients';
import { ExamFlags } from './exam-flags';

/** What may be put right about the patient of a signed exam. */
export type Demographics = Pick<
  Supplement,
  'patientName' | 'sex' | 'birthDate' | 'age' | 'ageUnit' | 'idNumber' | 'phone'
>;

/** Of the columns that change, those that the clinic's patient has too. */
const PATIENT_COLUMNS = {
  patient_name: 'name',
  sex: 'sex',
  birth_date: 'birth_date',
  id_number: 'id_number',
  phone: 'phone',
} as const;

/** 信息更正: the same patient, written down wrongly. */
@Injectable()
export class ExamDemographics {
  constructor(
    private readonly states: ExamStates,
    private readonly flags: ExamFlags,
    private readonly codes: ExamCodes,
    private readonly clock: Clock,
  ) {}

  /**
   * The columns that these facts would change; empty when the exam says so already. Throws `invalid_input` for a birth
   * date that can be nobody's, `other_patient` for facts that are somebody else's.
   */
  changes(exam: Exam, given: Demographics): ExamPatch {
    requireBirthDate(given.birthDate, this.clock.now(), 'changes.birthDate');
    const columns: Partial<ExamContent> = supplementOf(given, this.codes);
    const born = columns.birth_date !== undefined && columns.age_value === undefined;
    // The age of a patient who was born another day is another one, unless the clinic says which.
    const after = withAge({ ...exam, ...columns, ...(born ? { age_value: null, age_unit: null } : {}) });
    if (isSomebodyElse(exam, after))
      throw new DomainError(examErrors.other_patient, { ...stateParams(exam.state), examId: exam.id });
    const named = [...Object.keys(columns), 'age_value', 'age_unit'] as (keyof ExamContent & keyof ExamPatch)[];
    return Object.fromEntries(named.filter((name) => after[name] !== exam[name]).map((name) => [name, after[name]]));
  }

  /**
   * Puts it right, on a signed exam that the caller has locked and on the clinic's patient. Both keep what other exams say.
   * What then contradicts itself is flagged, as it is when an exam is registered.
   */
  async correct(tx: Tx, exam: Exam, given: Demographics, reason: string): Promise<Exam> {
    const set = this.changes(exam, given);
    await this.correctPatient(tx, exam, set);
    const corrected = await this.states.amend(tx, {
      examId: exam.id,
      from: ['SIGNED'],
      action: 'exam.demographics',
      reason,
      set,
    });
    const itemModality = this.codes.find(corrected.item_code ?? '')?.modality;
    await this.flags.raise(tx, corrected, oddities(corrected, this.clock.now(), itemModality));
    return corrected;
  }

  private async correctPatient(tx: Tx, exam: Exam, set: ExamPatch): Promise<void> {
    const entries = Object.entries(PATIENT_COLUMNS).filter(([column]) => column in set);
    if (exam.patient_id === null || entries.length === 0) return;
    const assignments = entries.map(([, column], i) => `${column} = $${i + 4}`).join(', ');
    await tx.change(`UPDATE patient SET ${assignments}, updated_at = $3 WHERE county_id = $1 AND id = $2`, [
      tx.ctx.countyId,
      exam.patient_id,
      this.clock.now(),
      ...entries.map(([column]) => set[column as keyof typeof PATIENT_COLUMNS] ?? null),
    ]);
  }
}
