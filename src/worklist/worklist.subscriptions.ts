import { EXAM_CHANGED } from '../exams';
import type { Subscription } from '../platform/outbox';

export const PROJECT = 'worklist.project';
export const EXPIRE_CLAIM = 'worklist.expire-claim';
export const MARK_OVERDUE = 'worklist.mark-overdue';

export const worklistSubscriptions: readonly Subscription[] = [
  { consumer: PROJECT, event: EXAM_CHANGED, queue: 'events', coalesce: true },
  { consumer: EXPIRE_CLAIM, queue: 'timers' },
  { consumer: MARK_OVERDUE, queue: 'timers' },
];
