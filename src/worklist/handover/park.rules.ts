import type { ReadingItem } from '../reading-item.entity';

const HOUR_MS = 3_600_000;

/** Over a long weekend; what waits longer is better returned or released than kept out of everybody's sight. */
export const MAX_PARK_MS = 72 * HOUR_MS;

export type ParkFault = 'too_short' | 'too_long';

/** Whether an exam may be parked until then. The clock keeps running: parking moves no due time. */
export function parkFault(until: Date, now: Date): ParkFault | undefined {
  const length = until.getTime() - now.getTime();
  if (length <= 0) return 'too_short';
  return length > MAX_PARK_MS ? 'too_long' : undefined;
}

export type ParkColumns = Pick<ReadingItem, 'parked_at' | 'parked_until' | 'park_reason'>;
export const NOT_PARKED: ParkColumns = { parked_at: null, parked_until: null, park_reason: null };

/**
 * Parked, the lease stands until the limit and one lease beyond, so that its reader finds it still his when it ends.
 */
export function parked(
  park: { readonly until: Date; readonly reason: string },
  leaseMs: number,
  now: Date,
): ParkColumns & Pick<ReadingItem, 'lease_until'> {
  return {
    parked_at: now,
    parked_until: park.until,
    park_reason: park.reason,
    lease_until: new Date(park.until.getTime() + leaseMs),
  };
}

export function parkView(
  columns: ParkColumns,
): { readonly reason: string; readonly until: Date; readonly since: Date } | null {
  const { parked_until: until, parked_at: since, park_reason: reason } = columns;
  return until && since && { reason: reason ?? '', until, since };
}
