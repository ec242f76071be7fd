import type { Tx } from '../platform/database';

/**
 * Whether two exams are one person's, over all clinics. Priors stand above this slice and know who is who, so they bring the
 * implementation (provided globally) and reporting never imports them.
 */
export abstract class SamePerson {
  /** False also where it is not known whose one of them is. */
  abstract isOne(tx: Tx, examId: string, otherExamId: string): Promise<boolean>;
}
