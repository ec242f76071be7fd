import type { Subscription } from './platform/outbox';

/** Who listens to whom, over all slices; known to every process, so that emitting writes one row per listener. */
export const subscriptions: readonly Subscription[] = [];
