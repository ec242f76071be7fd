import type { Priority } from '../exams';
import { type DutyCalendar, endOfWorkingDay, nextDutyStart, onDuty } from './duty-calendar.rules';

export type Limit =
  | {
      readonly minutes: number;
      /** `queue` (default): from queueing; `duty`: from queueing in duty hours, else from the next begin of duty. */
      readonly countedFrom?: 'queue' | 'duty';
    }
  | { readonly workingDays: number };

export interface LimitRule {
  readonly priority: Priority;
  /** DICOM modalities (PS3.3 C.7.3.1.1.1); every one when absent. */
  readonly modalities?: readonly string[];
  /** Words of which body part or exam item must contain one; anything when absent. */
  readonly bodyParts?: readonly string[];
  readonly limit: Limit;
}

export interface Limits {
  readonly rules: readonly LimitRule[];
  /** A STAT exam is due this long after its start (T0) at the latest. */
  readonly statMinutesFromStart: number;
  /** A routine exam is due this long after queueing at the latest, whatever the duty hours say. */
  readonly routineCeilingMinutes: number;
  readonly calendar: DutyCalendar;
}

export interface DueFacts {
  readonly priority: Priority;
  readonly modality: string;
  readonly bodyPart: string;
  readonly itemName: string;
  /** T0 */
  readonly startedAt: Date | null;
  /** T3 */
  readonly queuedAt: Date;
}

const MINUTE = 60_000;

/** When the signed report is due. Never before the exam was queued: a console whose clock is years behind must not lead the list. */
export function dueAt(facts: DueFacts, limits: Limits): Date {
  const { queuedAt } = facts;
  const rule = limits.rules.find((candidate) => fits(candidate, facts));
  const due = rule ? limitFrom(rule.limit, queuedAt, limits.calendar) : after(queuedAt, limits.routineCeilingMinutes);
  const ceilings = [due];
  if (facts.priority === 'STAT' && facts.startedAt) ceilings.push(after(facts.startedAt, limits.statMinutesFromStart));
  if (facts.priority === 'ROUTINE') ceilings.push(after(queuedAt, limits.routineCeilingMinutes));
  const earliest = Math.min(...ceilings.map((at) => at.getTime()));
  return new Date(Math.max(queuedAt.getTime(), earliest));
}

function fits(rule: LimitRule, facts: DueFacts): boolean {
  const where = `${facts.bodyPart} ${facts.itemName}`.toUpperCase();
  return (
    rule.priority === facts.priority &&
    (!rule.modalities || rule.modalities.includes(facts.modality)) &&
    (!rule.bodyParts || rule.bodyParts.some((word) => where.includes(word)))
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
