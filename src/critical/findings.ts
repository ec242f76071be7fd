/** An entry of the county's list of critical findings. */
export interface FindingSetting {
  /** Its name, which is also what the text rule answers. */
  readonly finding: string;
  /** Switched off, it is neither asked about nor offered. */
  readonly active: boolean;
}

/** Whether the county's list has this entry, switched on. */
export const isListed = (list: readonly FindingSetting[], finding: string): boolean =>
  list.some((entry) => entry.active && entry.finding === finding);
