import type { ExamContent } from './class-a.rules';
import { idNumberFacts, idNumberFault } from './id-number.rules';
import { sameFamily } from './modality.rules';

/** What is accepted but should be looked at (class B). Pure. */

/** Facts go to the flag's row, which only people who may see the exam can read. */
export interface Oddity {
  readonly code: 'id_number_invalid' | 'id_number_mismatch' | 'age_mismatch' | 'exam_times_odd' | 'item_code_mismatch';
  readonly details: Readonly<Record<string, unknown>>;
}

const YEAR_MS = 365.2425 * 24 * 3_600_000;
/** Consoles and clinics disagree by some minutes; more than this is a wrong clock. */
const CLOCK_SLACK_MS = 15 * 60_000;
const YEARS_PER_UNIT = { Y: 1, M: 1 / 12, W: 7 / 365.2425, D: 1 / 365.2425, H: 1 / 8765.82 } as const;

/** Contradictions within one request. `itemModality` is the modality of the item code, when the code is known. */
export function oddities(content: ExamContent, now: Date, itemModality?: string): Oddity[] {
  return [
    ...idNumberOddities(content),
    ...ageOddities(content, now),
    ...timeOddities(content, now),
    ...itemOddities(content, itemModality),
  ];
}

function idNumberOddities({ id_number, birth_date, sex }: ExamContent): Oddity[] {
  if (id_number === null) return [];
  const fault = idNumberFault(id_number);
  if (fault !== null) return [{ code: 'id_number_invalid', details: { fault } }];
  const facts = idNumberFacts(id_number);
  const fields = [
    ...(birth_date !== null && facts?.birthDate !== birth_date ? ['birthDate'] : []),
    ...(sex !== null && sex !== 'O' && facts?.sex !== sex ? ['sex'] : []),
  ];
  return fields.length > 0 ? [{ code: 'id_number_mismatch', details: { fields } }] : [];
}

function ageOddities({ birth_date, age_value, age_unit, exam_started_at }: ExamContent, now: Date): Oddity[] {
  if (birth_date === null || age_value === null || age_unit === null) return [];
  const at = exam_started_at ?? now;
  const byBirth = (at.getTime() - new Date(`${birth_date}T00:00:00Z`).getTime()) / YEAR_MS;
  const stated = age_value * YEARS_PER_UNIT[age_unit];
  // 虚岁 counts a year or two more than the calendar; infants are stated in small units and must agree better.
  const slack = stated < 2 ? 0.25 + stated / 2 : 2.1;
  return Math.abs(byBirth - stated) > slack
    ? [{ code: 'age_mismatch', details: { birthDate: birth_date, age: `${age_value}${age_unit}` } }]
    : [];
}

function timeOddities({ exam_started_at: start, exam_ended_at: end }: ExamContent, now: Date): Oddity[] {
  if (start && end && end < start) return [{ code: 'exam_times_odd', details: { problem: 'end_before_start' } }];
  const latest = Math.max(start?.getTime() ?? 0, end?.getTime() ?? 0);
  return latest > now.getTime() + CLOCK_SLACK_MS
    ? [{ code: 'exam_times_odd', details: { problem: 'in_the_future' } }]
    : [];
}

function itemOddities({ modality, item_code }: ExamContent, itemModality: string | undefined): Oddity[] {
  if (!itemModality || modality === null || sameFamily(modality, itemModality)) return [];
  return [{ code: 'item_code_mismatch', details: { itemCode: item_code, itemModality, modality } }];
}

const CLASS_B = {
  age: ['age_value', 'birth_date'],
  idNumber: ['id_number'],
  phone: ['phone'],
  source: ['source'],
  examEnd: ['exam_ended_at'],
  bodyPart: ['body_part'],
  clinicalDiagnosis: ['clinical_diagnosis'],
  symptoms: ['symptoms'],
} as const satisfies Record<string, readonly (keyof ExamContent)[]>;

/** Class B fields that are not there: shown, never asked for. */
export function absentClassB(content: ExamContent): string[] {
  return Object.entries(CLASS_B)
    .filter(([, columns]) => columns.every((column) => content[column] === null))
    .map(([field]) => field);
}
