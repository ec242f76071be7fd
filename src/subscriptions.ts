import { collaborationSubscriptions } from './collaboration';
import { criticalSubscriptions } from './critical';
import { deliverySubscriptions } from './delivery';
import { examsSubscriptions } from './exams';
import type { Subscription } from './platform/outbox';
import { reportingSubscriptions } from './reporting';
import { priorsSubscriptions } from './priors';
import { sheetsSubscriptions } from './sheets';
import { studiesSubscriptions } from './studies';
import { turnaroundSubscriptions } from './turnaround';
import { worklistSubscriptions } from './worklist';

/** Who listens to whom, over all slices; known to every process, so that emitting writes one row per listener. */
export const subscriptions: readonly Subscription[] = [
  ...studiesSubscriptions,
  ...examsSubscriptions,
  ...worklistSubscriptions,
  ...reportingSubscriptions,
  ...sheetsSubscriptions,
  ...priorsSubscriptions,
  ...criticalSubscriptions,
  ...deliverySubscriptions,
  ...collaborationSubscriptions,
  ...turnaroundSubscriptions,
];
