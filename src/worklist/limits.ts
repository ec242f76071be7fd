import type { Limits } from './list/due.rules';

const X_RAY = ['DX', 'CR', 'DR', 'RG', 'RF'];
const HEAD = ['HEAD', 'BRAIN', 'SKULL', '头', '颅', '脑'];

/** The limits an installation starts with (county imaging practice; targets are each installation's own). */
export const DEFAULT_LIMITS: Limits = {
  rules: [
    { priority: 'STAT', modalities: X_RAY, limit: { minutes: 30 } },
    { priority: 'STAT', modalities: ['CT'], bodyParts: HEAD, limit: { minutes: 30 } },
    { priority: 'STAT', limit: { minutes: 60 } },
    { priority: 'URGENT', limit: { minutes: 60 } },
    { priority: 'ROUTINE', limit: { minutes: 60, countedFrom: 'duty' } },
    { priority: 'SCREENING', limit: { workingDays: 3 } },
  ],
  // The national emergency indicator counts from the start of the exam, not from the queue.
  statMinutesFromStart: 120,
  ceilingMinutes: { URGENT: 4 * 60, ROUTINE: 24 * 60, SCREENING: 7 * 24 * 60 },
  // A STAT exam is at risk from its first minute: it is everybody's at once (docs/how-to/rosters.md says why).
  broadenPercent: { STAT: 0, URGENT: 50, ROUTINE: 50, SCREENING: 50 },
  calendar: {
    timeZone: 'Asia/Shanghai',
    startMinute: 8 * 60,
    endMinute: 17 * 60 + 30,
    dutyDays: [1, 2, 3, 4, 5, 6, 7],
    workingDays: [1, 2, 3, 4, 5],
    holidays: [],
  },
};
