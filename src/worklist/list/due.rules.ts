import { believable, type Priority } from '../../exams';
import { type DutyCalendar, endOfWorkingDay, nextDutyStart, onDuty } from './duty-calendar.rules';

export type Limit =
  | {
      readonly minutes: number;
      /** `queue` (default): from queueing; `duty`: from queueing in duty hours, else from the next begin of duty. */
      readonly countedFrom?: 'queue' | 'duty';
    }
  | { readonly workingDays: number };

/** Applies where everything it names fits; of several that fit, the most specific counts. */
export interface LimitRule {
  readonly priority: Priority;
  /** One clinic's own agreement; every clinic when absent. */
  readonly clinicId?: string;
  /** DICOM modalities (PS3.3 C.7.3.1.1.1); every one when absent. */
  readonly modalities?: readonly string[];
  /** Words of which body part or exam item must contain one; anything when absent. */
  readonly bodyParts?: readonly string[];
  readonly limit: Limit;
}

export interface Limits {
  readonly rules: readonly LimitRule[];
  /** A STAT exam is due this long after its start (T0), or after it arrived where that cannot be believed, at the latest. */
  readonly statMinutesFromStart: number;
  /**
   * Hard ceilings in minutes after queueing; null = none. A routine exam is also due at its ceiling at the latest, whatever
   * the duty hours say. STAT has none: nothing stands before it.
   */
  readonly ceilingMinutes: Readonly<Record<Exclude<Priority, 'STAT'>, number | null>>;
  /** How much of its limit an exam stays with its first group, in percent; 0 = it is everybody's at once. */
  readonly broadenPercent: Readonly<Record<Priority, number>>;
  readonly calendar: DutyCalendar;
}

export interface DueFacts {
  readonly priority: Priority;
  readonly clinicId: string;
  readonly modality: string;
  readonly bodyPart: string;
  readonly itemName: string;
  /** T0, the device's word. */
  readonly startedAt: Date | null;
  /** T2; none where the images stay at the clinic. */
  readonly firstByteAt?: Date | null;
  /** T3 */
  readonly queuedAt: Date;
  /** When a preliminary report went out; the formal one is due from then on. */
  readonly preliminaryAt?: Date | null;
}

const MINUTE = 60_000;

/** When the signed report is due; never before the exam was queued. */
export function dueAt(facts: DueFacts, limits: Limits): Date {
  const { queuedAt, preliminaryAt } = facts;
  if (preliminaryAt) return formalDueAt(preliminaryAt, limits.calendar);
  const rule = ruleFor(facts, limits.rules);
  const ceiling = ceilingAt(facts, limits);
  const due = rule ? limitFrom(rule.limit, queuedAt, limits.calendar) : after(queuedAt, NO_RULE_MINUTES);
  const latest = [due];
  const start = facts.priority === 'STAT' ? startOf(facts) : null;
  if (start) latest.push(after(start, limits.statMinutesFromStart));
  if (facts.priority === 'ROUTINE' && ceiling) latest.push(ceiling);
  const earliest = Math.min(...latest.map((at) => at.getTime()));
  return new Date(Math.max(queuedAt.getTime(), earliest));
}

/** When the exam began, as far as it can be told: a console whose clock is years behind must not lead the list. */
function startOf({ startedAt, firstByteAt, queuedAt }: DueFacts): Date | null {
  const arrivedAt = firstByteAt ?? queuedAt;
  return startedAt && !believable(startedAt, arrivedAt) ? arrivedAt : startedAt;
}

/** What one doctor sent out on duty is looked at by two in the first hours of the next one. */
export function formalDueAt(preliminaryAt: Date, calendar: DutyCalendar): Date {
  return after(nextDutyStart(calendar, preliminaryAt) ?? preliminaryAt, FORMAL_HOURS * 60);
}

/** From when on the exam may get ahead of STAT now and then (ceiling.rules); null = never. */
export function ceilingAt(
  { priority, queuedAt }: Pick<DueFacts, 'priority' | 'queuedAt'>,
  limits: Limits,
): Date | null {
  const minutes = priority === 'STAT' ? null : limits.ceilingMinutes[priority];
  return minutes === null ? null : after(queuedAt, minutes);
}

/** When a limit that runs from `from` to `dueAt` is at risk: the exam then leaves its first group. */
export function broadenAt(priority: Priority, from: Date, dueAt: Date, limits: Limits): Date {
  const share = limits.broadenPercent[priority] / 100;
  return new Date(from.getTime() + Math.round(Math.max(0, dueAt.getTime() - from.getTime()) * share));
}

/** After the next begin of duty. */
const FORMAL_HOURS = 4;

/** Where somebody deleted every rule of a priority; the settings do not let that happen. */
const NO_RULE_MINUTES = 24 * 60;

function ruleFor(facts: DueFacts, rules: readonly LimitRule[]): LimitRule | undefined {
  const [first, ...others] = rules.filter((candidate) => fits(candidate, facts));
  // Among equally specific ones the first.
  return first && others.reduce((best, one) => (specificity(one) > specificity(best) ? one : best), first);
}

/** A clinic's own rule beats every general one, then a body part's, then a modality's. */
const specificity = (rule: LimitRule): number =>
  (rule.clinicId ? 4 : 0) + (rule.bodyParts ? 2 : 0) + (rule.modalities ? 1 : 0);

function fits(rule: LimitRule, facts: DueFacts): boolean {
  const where = `${facts.bodyPart} ${facts.itemName}`.toUpperCase();
  return (
    rule.priority === facts.priority &&
    (!rule.clinicId || rule.clinicId === facts.clinicId) &&
    (!rule.modalities || rule.modalities.includes(facts.modality)) &&
    (!rule.bodyParts || rule.bodyParts.some((word) => where.includes(word.toUpperCase())))
  );
}

function limitFrom(limit: Limit, queuedAt: Date, calendar: DutyCalendar): Date {
  if ('workingDays' in limit) {
    // A calendar without working days still yields a due time.
    return endOfWorkingDay(calendar, queuedAt, limit.workingDays) ?? after(queuedAt, limit.workingDays * 24 * 60);
  }
  const waitsForDuty = limit.countedFrom === 'duty' && !onDuty(calendar, queuedAt);
  return after((waitsForDuty ? nextDutyStart(calendar, queuedAt) : undefined) ?? queuedAt, limit.minutes);
}

const after = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE);
