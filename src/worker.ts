import { run } from './run';

/** A worker whatever ROLE says: queues, outbox, clocks; it listens for health probes and metrics only. */
void run((config) => config.with({ ROLE: 'worker' }));
