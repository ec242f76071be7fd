import { CRITICAL_FINDINGS } from '../lint';

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

/** What the text rule looks for, all of it switched on: domain.md §2.4. */
export const STANDARD: readonly FindingSetting[] = CRITICAL_FINDINGS.map((finding) => ({ finding, active: true }));

/**
 * The county's list as it stands once `said` is set in the place of `had`. A standard finding never leaves it: not named, it
 * keeps what it had, so that it falls silent only where somebody has said so of itself. The county's own entries, which
 * follow, are those that `said` names.
 */
export function findingsAfter(
  said: readonly FindingSetting[],
  had: readonly FindingSetting[] = STANDARD,
): FindingSetting[] {
  const named = (list: readonly FindingSetting[], finding: string) => list.find((entry) => entry.finding === finding);
  const standard = STANDARD.map((entry) => named(said, entry.finding) ?? named(had, entry.finding) ?? entry);
  return [...standard, ...said.filter(({ finding }) => !named(STANDARD, finding))];
}

/** Names that were listed before and are not now: what a change has made silent. */
export const switchedOff = (before: readonly FindingSetting[], now: readonly FindingSetting[]): string[] =>
  before.filter(({ finding, active }) => active && !isListed(now, finding)).map(({ finding }) => finding);
