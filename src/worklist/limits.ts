import type { Limits } from './due.rules';

const X_RAY = ['DX', 'CR', 'DR', 'RG', 'RF'];
const HEAD = ['HEAD', 'BRAIN', 'SKULL', '头', '颅', '脑'];

/**
 * The limits an installation starts with (county imaging practice; targets are each installation's own). The first rule
 * that fits counts.
 */
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
  routineCeilingMinutes: 24 * 60,
  calendar: {
    timeZone: 'Asia/Shanghai',
    startMinute: 8 * 60,
    endMinute: 17 * 60 + 30,
    dutyDays: [1, 2, 3, 4, 5, 6, 7],
    workingDays: [1, 2, 3, 4, 5],
    holidays: [],
  },
};
