import { IDENTITY_DOUBT } from '../exams';
import type { Subscription } from '../platform/outbox';
import { REPORT_RECALLED, REPORT_SIGNED } from '../reporting';

export const EXPIRE_CONSULTATION = 'collaboration.expire-consultation';
export const FOLLOW_REPORT = 'collaboration.follow-report';
export const FOLLOW_RECALL = 'collaboration.follow-recall';
export const FOLLOW_DOUBT = 'collaboration.follow-doubt';

export const collaborationSubscriptions: readonly Subscription[] = [
  { consumer: EXPIRE_CONSULTATION, queue: 'timers' },
  { consumer: FOLLOW_REPORT, event: REPORT_SIGNED, queue: 'events' },
  { consumer: FOLLOW_RECALL, event: REPORT_RECALLED, queue: 'events' },
  { consumer: FOLLOW_DOUBT, event: IDENTITY_DOUBT, queue: 'events' },
];
