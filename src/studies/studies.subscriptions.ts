import type { Subscription } from '../platform/outbox';

/** Reached by schedule alone: the end of a burst of images. */
export const ANNOUNCE = 'studies.announce';

export const studiesSubscriptions: readonly Subscription[] = [{ consumer: ANNOUNCE, queue: 'timers' }];
