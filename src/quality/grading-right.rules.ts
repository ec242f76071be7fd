import type { ExamState } from '../exams';
import type { Stage } from '../worklist';

/** As what a radiologist gave a grade. */
export const CAPACITIES = ['writer', 'reviewer', 'signer', 'chief'] as const;
export type Capacity = (typeof CAPACITIES)[number];

/** Somebody works on the exam: the grade is his to give. A consultation leaves the claim where it is. */
export const HELD: readonly ExamState[] = ['CLAIMED', 'REVIEWING', 'CONSULTING'];
/** A report is out: whoever signed it, or a chief, may put the grade right. */
export const REPORTED: readonly ExamState[] = ['PRELIM_ISSUED', 'SIGNED', 'AMENDING'];

export interface Gradable {
  readonly state: ExamState;
  readonly stage: Stage;
  readonly holderId: string | null;
  /** Who signed the text in force. */
  readonly signerId: string | null;
}

/** As what this person may grade the exam's images; undefined when he may not. */
export function capacityOf(
  { state, stage, holderId, signerId }: Gradable,
  who: { readonly id: string; readonly chief: boolean },
): Capacity | undefined {
  if (HELD.includes(state)) {
    if (holderId !== who.id) return undefined;
    return stage === 'review' ? 'reviewer' : 'writer';
  }
  if (!REPORTED.includes(state)) return undefined;
  if (signerId === who.id) return 'signer';
  return who.chief ? 'chief' : undefined;
}
