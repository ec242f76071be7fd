import type { Tx } from '../platform/database';

/**
 * What the list needs to know about drafts. Reporting stands above this slice, so it brings the implementation (provided
 * globally) and the list never imports it.
 */
export abstract class DraftVersions {
  /** Version of the exam's draft; 0 when there is none yet. */
  abstract versionOf(tx: Tx, examId: string): Promise<number>;

  /** Everybody who, as a writer, has put words into the exam's draft. */
  abstract handsOf(tx: Tx, examId: string): Promise<readonly string[]>;
}
