import { EXAM_CHANGED } from '../exams';
import type { Subscription } from '../platform/outbox';

export const PROJECT = 'worklist.project';
export const EXPIRE_CLAIM = 'worklist.expire-claim';
export const OPEN_RESERVATION = 'worklist.open-reservation';
export const UNPARK = 'worklist.unpark';
export const MARK_OVERDUE = 'worklist.mark-overdue';
export const BROADEN = 'worklist.broaden';
export const APPLY_LIMITS = 'worklist.apply-limits';

export const worklistSubscriptions: readonly Subscription[] = [
  { consumer: PROJECT, event: EXAM_CHANGED, queue: 'events', coalesce: true },
  { consumer: EXPIRE_CLAIM, queue: 'timers' },
  { consumer: OPEN_RESERVATION, queue: 'timers' },
  { consumer: UNPARK, queue: 'timers' },
  { consumer: MARK_OVERDUE, queue: 'timers' },
  { consumer: BROADEN, queue: 'timers' },
  { consumer: APPLY_LIMITS, queue: 'events' },
];
