import type { Tx } from '../../platform/database';
import type { Exam } from '../exam.entity';

/** Why an exam is voided and, where it was another patient's, whose exam it really was. */
export interface VoidDeed {
  readonly reason: string;
  readonly otherExamId?: string | undefined;
  /** For which of his hospitals the caller takes the report out of force. */
  readonly hospitalId?: string | undefined;
}

/**
 * What voiding an exam needs to know of its report. Reporting stands above this slice, so it brings the implementation
 * (provided globally) and exams never import it.
 */
export abstract class StandingReports {
  /** Whether a signed version of the exam stands at its clinic. */
  abstract stands(tx: Tx, examId: string): Promise<boolean>;

  /**
   * Puts a void version in the place of what stands, in the transaction that voids the exam and holds its lock; whoever
   * has the report is told. The caller moves the exam.
   */
  abstract void(tx: Tx, exam: Exam, deed: VoidDeed): Promise<void>;
}
