/** Outside of the duty hours, or the only one whom his hospital's roster has on duty. */
export type OnCall = 'off_hours' | 'alone';

export interface DutyFacts {
  /** Within the county's duty hours. */
  readonly dutyHours: boolean;
  /** Whom the roster of the reader's hospital has on duty now and who has not left (离岗); none where it keeps no roster. */
  readonly rostered: readonly string[];
}

/**
 * As what a reader is by himself, or undefined. In duty hours a hospital without a roster counts as staffed: that nobody
 * wrote down who is there does not make anybody the only one.
 */
export function onCallAs({ dutyHours, rostered }: DutyFacts, personId: string): OnCall | undefined {
  if (!dutyHours) return 'off_hours';
  return rostered.length > 0 && rostered.every((id) => id === personId) ? 'alone' : undefined;
}
