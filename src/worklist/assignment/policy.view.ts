import { clockTime } from '../../rosters';
import type { LimitRule, Limits } from '../list/due.rules';
import { DEFAULT_LIMITS } from '../limits';
import type { RuleInput, SlaInput } from './assignment.dto';
import type { Policy } from './policy';

/** The limits as the administrator sends and sees them. */
export function slaView({ limits, limitsRev }: Policy): object {
  const { calendar } = limits;
  return {
    rev: limitsRev,
    limits: limits.rules.map(({ limit, ...scope }) => ({
      ...scope,
      ...('minutes' in limit ? { minutes: limit.minutes, countedFrom: limit.countedFrom ?? 'queue' } : limit),
    })),
    statMinutesFromStart: limits.statMinutesFromStart,
    ceilingMinutes: limits.ceilingMinutes,
    broadenPercent: limits.broadenPercent,
    calendar: {
      timeZone: calendar.timeZone,
      dutyStart: clockTime(calendar.startMinute),
      dutyEnd: clockTime(calendar.endMinute),
      dutyDays: calendar.dutyDays,
      workingDays: calendar.workingDays,
      holidays: calendar.holidays,
    },
  };
}

/** The zone is the county's and not for the administrator to set. */
export function limitsFrom({ limits, calendar, ...rest }: SlaInput): Limits {
  return {
    rules: limits.map(ruleFrom),
    statMinutesFromStart: rest.statMinutesFromStart,
    ceilingMinutes: rest.ceilingMinutes,
    broadenPercent: rest.broadenPercent,
    calendar: {
      timeZone: DEFAULT_LIMITS.calendar.timeZone,
      startMinute: calendar.dutyStart,
      endMinute: calendar.dutyEnd,
      dutyDays: calendar.dutyDays,
      workingDays: calendar.workingDays,
      holidays: calendar.holidays,
    },
  };
}

function ruleFrom(rule: RuleInput): LimitRule {
  const { priority, clinicId, modalities, bodyParts } = rule;
  return {
    priority,
    ...(clinicId && { clinicId }),
    ...(modalities && { modalities }),
    ...(bodyParts && { bodyParts }),
    limit:
      'minutes' in rule ? { minutes: rule.minutes, countedFrom: rule.countedFrom } : { workingDays: rule.workingDays },
  };
}

export const assignmentView = ({ assignment, assignmentRev }: Policy): object => ({
  rev: assignmentRev,
  ...assignment,
});
