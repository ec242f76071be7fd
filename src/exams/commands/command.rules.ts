import type { ExamContent } from '../content/class-a.rules';
import type { Exam } from '../exam.entity';
import { BEFORE_CLAIM, type ExamState, OPEN_FOR_READING, type Reported, reportIsOut } from '../exam.state';

/** Who may do what to an exam, by its state. Pure. */

/** As long as nobody reads it, the clinic may put everything right; a reader who has it may still be told more. */
const TOLD_WHILE_READ: ReadonlySet<keyof ExamContent> = new Set([
  'clinical_diagnosis',
  'symptoms',
  'ordering_doctor',
  'ordering_phone',
  'phone',
  'department',
  'visit_number',
  'technician',
] as const);

export type SupplementVerdict = 'open' | 'closed' | { readonly locked: keyof ExamContent };

/**
 * Whether these columns may be supplemented now: all of them, none at all, or one of them not any more. Once a preliminary
 * report is out, it says whom it is about: who that is, is not the clinic's alone to change.
 */
export function maySupplement(exam: Reported, columns: readonly (keyof ExamContent)[]): SupplementVerdict {
  const before = BEFORE_CLAIM.includes(exam.state) || exam.state === 'RETURNED';
  if (before && !reportIsOut(exam)) return 'open';
  if (!before && !OPEN_FOR_READING.includes(exam.state)) return 'closed';
  const locked = columns.find((column) => !TOLD_WHILE_READ.has(column));
  return locked === undefined ? 'open' : { locked };
}

/** A reader can have had it from QUEUED on. */
const BEFORE_READERS: readonly ExamState[] = ['REGISTERED', 'UPLOADING', 'INCOMPLETE'];

/**
 * Whether an exam may still become another patient's: until its first image, and as long as no reader can have had it.
 * Images that stay at the clinic are of the patient it was registered for as much as those that were sent.
 */
export function mayBecomeAnothers(exam: Reported & Pick<Exam, 'image_set' | 'metadata_only' | 'return_code'>): boolean {
  const met = exam.image_set > 0 || exam.metadata_only || exam.return_code !== null || reportIsOut(exam);
  return !met && BEFORE_READERS.includes(exam.state);
}

export interface Mover {
  /** Of a clinic: technicians and gateways; otherwise of a hospital or the county. */
  readonly ofClinic: boolean;
}

/**
 * Whether the images of an exam may be moved to or from it. The clinic's own before a claim or after a return, or while
 * the identity is in doubt; a hospital's or the county's until a report is out. From then on, be it a preliminary one, only
 * theirs and only while the identity is in doubt: the doubt has told the clinic, and stopped the sheet it treats by.
 */
export function mayMoveImages(exam: Reported & Pick<Exam, 'identity_hold_at'>, { ofClinic }: Mover): boolean {
  if (exam.state === 'VOID' || exam.state === 'WITHDRAWN') return false;
  const inDoubt = exam.identity_hold_at !== null;
  if (reportIsOut(exam)) return inDoubt && !ofClinic;
  return !ofClinic || inDoubt || BEFORE_CLAIM.includes(exam.state) || exam.state === 'RETURNED';
}

/**
 * Whose identity hold is answered when a study goes from one exam to another: of the one it leaves, when nothing of what
 * was in doubt is left there; of the one it comes to, when it had no images and these are the ones that were missed.
 * Sharing a study answers none. What stays in doubt is released by somebody who has looked.
 */
export function holdsAnswered(move: {
  readonly keep: boolean;
  /** Studies that stay with the first exam. */
  readonly left: number;
  /** Studies that the second had before. */
  readonly before: number;
}): { readonly from: boolean; readonly to: boolean } {
  return { from: !move.keep && move.left === 0, to: !move.keep && move.before === 0 };
}

/**
 * 作废 of an exam: the county administrator's before there is a report; one that stands at the clinic may be voided by
 * whoever is in charge of reading too.
 */
export function mayVoid(reported: boolean, voider: { readonly countyWide: boolean }): boolean {
  return reported || voider.countyWide;
}

/** What is printed on the report of an exam that could not be completed. */
export function limitationOf(reason: string): string {
  return `患者已离开，未能补充检查（${reason}）；本报告仅就已有影像作出。`;
}
