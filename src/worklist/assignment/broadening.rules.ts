import type { ItemMode } from './assignment.rules';

/** A rule keeps an exam for one person at most this long, then it is his hospital's: he may be busy, or have gone home. */
export const PERSONAL_MINUTES = 15;

/** Somebody chose a group on purpose: it has the exam for this part of the time that is left, STAT too. */
const DELIBERATE_SHARE = 0.5;

const MINUTE = 60_000;

/** The group an exam has now. */
export interface Group {
  readonly assignment_mode: ItemMode | null;
  readonly hospital_id: string | null;
  readonly assigned_person_id: string | null;
}

/** The same with its time. */
export interface TimedGroup extends Group {
  readonly broaden_at: Date | null;
  readonly broadened_at: Date | null;
}

/** What changes when a group's time is over. */
export type Widened =
  { readonly assigned_person_id: null; readonly broaden_at: Date } | { readonly broadened_at: Date };

/** Until when a group that a rule chose at `now` has the exam to itself; `atRisk` = when its limit is at risk. */
export function heldUntil(group: Group, atRisk: Date, now: Date): Date {
  if (!isRulesPerson(group)) return atRisk;
  return new Date(Math.min(atRisk.getTime(), now.getTime() + PERSONAL_MINUTES * MINUTE));
}

/** Until when a group that somebody chose on purpose at `now` has the exam to itself. */
export function shareOf(now: Date, dueAt: Date): Date {
  const left = Math.max(0, dueAt.getTime() - now.getTime());
  return new Date(now.getTime() + Math.round(left * DELIBERATE_SHARE));
}

/**
 * The same for the group an exam has, once its limit has become another: due at `dueAt`, at risk at `atRisk`. A hospital's
 * time follows the limit; what is one person's, or was given on purpose, only ever ends earlier by it. null = it has no
 * group; what has broadened stays as it is.
 */
export function stillHeldUntil(
  group: TimedGroup,
  limit: { readonly atRisk: Date; readonly dueAt: Date },
  now: Date,
): Date | null {
  const { broaden_at: until, broadened_at: broadened, assignment_mode: mode } = group;
  if (until === null || broadened !== null) return until;
  if (mode === null || mode === 'manual' || mode === 'returned') return earlier(until, shareOf(now, limit.dueAt));
  return isRulesPerson(group) ? earlier(until, limit.atRisk) : limit.atRisk;
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

const earlier = (a: Date, b: Date): Date => (a <= b ? a : b);

function isRulesPerson({ assignment_mode: mode, assigned_person_id: person }: Group): boolean {
  return person !== null && (mode === 'patient' || mode === 'specialty');
}
