import { type CriticalState, UNREACHED } from '../critical.state';

/** Whom a step of the ladder tells, beside the radiologist, who is reminded to phone at each of them. */
export const TARGETS = ['ordering_doctor', 'clinic_duty', 'clinic_head', 'chief', 'county_admin'] as const;
/**
 * Whom a step tells that nobody has answered a suspicion: people of the centre alone, for the clinic has not been told
 * of it.
 */
export const SUSPICION_TARGETS = ['chief', 'readers', 'county_admin'] as const;
export type SuspicionTarget = (typeof SUSPICION_TARGETS)[number];
export type Target = (typeof TARGETS)[number] | SuspicionTarget;

export const TARGET_NAMES: Readonly<Record<Target, string>> = {
  ordering_doctor: '申请医师',
  clinic_duty: '卫生院值班',
  clinic_head: '卫生院负责人',
  chief: '科主任',
  readers: '可确认的诊断医师',
  county_admin: '县域管理员',
};

/** A step as the county has set it: so many seconds after the radiologist marked the value, or it was suspected. */
export interface Step {
  readonly afterSeconds: number;
  readonly to: readonly Target[];
}

/** A step in the county's row: one of a suspicion says so. */
export interface StoredStep extends Step {
  readonly of?: 'suspected';
}

/** A step of one value, with its moment (ISO 8601): kept in the row, so that later settings do not move it. */
export interface Rung {
  readonly at: string;
  readonly afterSeconds: number;
  readonly to: readonly Target[];
}

export const plan = (begin: Date, steps: readonly Step[]): Rung[] =>
  [...steps]
    .sort((a, b) => a.afterSeconds - b.afterSeconds)
    .map((step) => ({ ...step, at: secondsAfter(begin, step.afterSeconds).toISOString() }));

export const secondsAfter = (from: Date, seconds: number): Date => new Date(from.getTime() + seconds * 1_000);

/** What the rules look at of a value. */
export interface Climbing {
  readonly state: CriticalState;
  readonly ladder: readonly Rung[];
  /** How many rungs have been taken. */
  readonly rung: number;
  readonly acknowledged_at: Date | null;
  readonly breach_at: Date | null;
  readonly breached_at: Date | null;
}

/** A suspicion climbs until a radiologist answers it, a value until somebody of the clinic is reached. */
const climbs = (state: CriticalState): boolean => state === 'SUSPECTED' || UNREACHED.includes(state);

/**
 * The rungs to be taken now, in order; none once somebody was reached or has answered. After a standstill it may be
 * several.
 */
export function dueRungs({ state, ladder, rung }: Climbing, now: Date): Rung[] {
  if (!climbs(state)) return [];
  return ladder.slice(rung).filter((one) => new Date(one.at) <= now);
}

/** Only the clinic's own word stops the limit: a recorded call does not. */
export function breachDue(value: Climbing, now: Date): boolean {
  const limit = breachAhead(value);
  return limit !== null && limit <= now;
}

/** When to look again: the next rung or the limit, whichever is first; null when nothing is to come. */
export function nextDue(value: Climbing): Date | null {
  const rung = climbs(value.state) ? value.ladder[value.rung] : undefined;
  const moments = [rung ? new Date(rung.at) : null, breachAhead(value)].filter((moment) => moment !== null);
  return moments.length === 0 ? null : new Date(Math.min(...moments.map((moment) => moment.getTime())));
}

function breachAhead({ state, acknowledged_at: acknowledged, breach_at: limit, breached_at: breached }: Climbing) {
  const waits = state === 'CONFIRMED' || state === 'ESCALATED' || state === 'NOTIFIED';
  return waits && acknowledged === null && breached === null ? limit : null;
}

/** A rung that reaches beyond the clinic's own staff puts the value among the escalated ones. */
export const escalates = ({ to }: Pick<Rung, 'to'>): boolean =>
  to.some((target) => target === 'clinic_head' || target === 'chief' || target === 'county_admin');

/** Whole seconds between two moments, never negative: a stepped clock or a call before the marking counts as none. */
export const secondsBetween = (from: Date, to: Date): number =>
  Math.max(0, Math.round((to.getTime() - from.getTime()) / 1_000));
