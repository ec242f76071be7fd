import { UPLOAD_COMPLETED, UPLOAD_OPENED } from '../intake';
import type { Subscription } from '../platform/outbox';
import { IMAGES_RECEIVED } from '../studies';

/** Reached by schedule alone: the quiet time of an exam without a manifest is over. */
export const ASSUME_COMPLETE = 'exams.assume-complete';
export const ASSEMBLE = 'exams.assemble';
export const FOLLOW_UPLOAD = 'exams.upload-opened';
export const FINISH_UPLOAD = 'exams.upload-completed';

export const examsSubscriptions: readonly Subscription[] = [
  { consumer: ASSEMBLE, event: IMAGES_RECEIVED, queue: 'events', coalesce: true },
  { consumer: FOLLOW_UPLOAD, event: UPLOAD_OPENED, queue: 'events' },
  { consumer: FINISH_UPLOAD, event: UPLOAD_COMPLETED, queue: 'events' },
  { consumer: ASSUME_COMPLETE, queue: 'timers', coalesce: true },
];
