import { EXAM_ENDED } from '../exams';
import type { Subscription } from '../platform/outbox';
import { REPORT_RECALLED, REPORT_SIGNED } from '../reporting';

export const LADDER = 'critical.ladder';
export const COMPARE = 'critical.compare';
export const REVIEW_RECALLED = 'critical.review-recalled';
export const END_WITH_EXAM = 'critical.end-with-exam';
export const IMPORTANT_DUE = 'critical.important-due';
export const PATIENT_NOTICE_DUE = 'critical.patient-notice-due';
export const OPEN_PATIENT_NOTICE = 'critical.open-patient-notice';

export const criticalSubscriptions: readonly Subscription[] = [
  { consumer: COMPARE, event: REPORT_SIGNED, queue: 'events' },
  { consumer: OPEN_PATIENT_NOTICE, event: REPORT_SIGNED, queue: 'events' },
  { consumer: REVIEW_RECALLED, event: REPORT_RECALLED, queue: 'events' },
  { consumer: END_WITH_EXAM, event: EXAM_ENDED, queue: 'events' },
  { consumer: LADDER, queue: 'timers' },
  { consumer: IMPORTANT_DUE, queue: 'timers' },
  { consumer: PATIENT_NOTICE_DUE, queue: 'timers' },
];
