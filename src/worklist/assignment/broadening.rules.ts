import type { ItemMode } from './assignment.rules';

/** A rule keeps an exam for one person at most this long, then it is his hospital's: he may be busy, or have gone home. */
export const PERSONAL_MINUTES = 15;

const MINUTE = 60_000;

/** The group an exam has now. */
export interface Group {
  readonly assignment_mode: ItemMode | null;
  readonly hospital_id: string | null;
  readonly assigned_person_id: string | null;
}

/** What changes when a group's time is over. */
export type Widened =
  { readonly assigned_person_id: null; readonly broaden_at: Date } | { readonly broadened_at: Date };

/** Until when a group that a rule chose at `now` has the exam to itself; `atRisk` = when its limit is at risk. */
export function heldUntil(group: Group, atRisk: Date, now: Date): Date {
  if (!isRulesPerson(group)) return atRisk;
  return new Date(Math.min(atRisk.getTime(), now.getTime() + PERSONAL_MINUTES * MINUTE));
}

/**
 * The next wider group: from the person that a rule chose to his hospital, as long as the limit is not at risk; from there,
 * and from whomever somebody chose by hand, to every hospital, for good.
 */
export function widened(group: Group, atRisk: Date, now: Date): Widened {
  if (isRulesPerson(group) && group.hospital_id !== null && atRisk > now)
    return { assigned_person_id: null, broaden_at: atRisk };
  return { broadened_at: now };
}

function isRulesPerson({ assignment_mode: mode, assigned_person_id: person }: Group): boolean {
  return person !== null && (mode === 'patient' || mode === 'specialty');
}
