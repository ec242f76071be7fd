/** Outside of the duty hours, or with nobody on his hospital's roster who could review what he writes. */
export type OnCall = 'off_hours' | 'alone';

export interface DutyFacts {
  /** Within the county's duty hours. */
  readonly dutyHours: boolean;
  /** Whom the roster of the reader's hospital has on duty now and who has not left (离岗); none where it keeps no roster. */
  readonly rostered: readonly string[];
  /** Those of them who may review: a trainee or a writer beside him signs nothing for him. */
  readonly reviewing: ReadonlySet<string>;
}

/**
 * As what a reader is by himself, or undefined. In duty hours a hospital without a roster counts as staffed: that nobody
 * wrote down who is there does not make anybody the only one.
 */
export function onCallAs({ dutyHours, rostered, reviewing }: DutyFacts, personId: string): OnCall | undefined {
  if (!dutyHours) return 'off_hours';
  const colleague = rostered.some((id) => id !== personId && reviewing.has(id));
  return rostered.length > 0 && !colleague ? 'alone' : undefined;
}
