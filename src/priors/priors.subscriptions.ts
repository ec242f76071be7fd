import { PATIENT_IDENTIFIED } from '../exams';
import type { Subscription } from '../platform/outbox';

export const LINK_PATIENTS = 'priors.link-patients';

/** Nobody waits for it: behind the events that bring an exam onto the list. */
export const priorsSubscriptions: readonly Subscription[] = [
  { consumer: LINK_PATIENTS, event: PATIENT_IDENTIFIED, queue: 'readmodels' },
];
