import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '../../platform/database';
import type { BreakerRow } from './breaker.rules';
import type { Channel } from '../delivery.entities';

/** The breaker as it stands in the channel's row. */
export const breakerOf = (channel: Channel): BreakerRow => ({
  state: channel.breaker_state,
  failures: channel.breaker_failures,
  lastFailureBy: channel.breaker_last_failure_by,
  pauses: channel.breaker_pauses,
  downSince: channel.breaker_down_since,
  until: channel.breaker_until,
  probeBy: channel.breaker_probe_by,
});

/** Writes it back into the row, which the caller has locked; a healthy endpoint's row is not written at all. */
export async function saveBreaker(tx: Tx, channel: Channel, row: BreakerRow): Promise<void> {
  if (isDeepStrictEqual(breakerOf(channel), row)) return;
  await tx.change(
    `UPDATE channel SET breaker_state = $3, breaker_failures = $4, breaker_last_failure_by = $5, breaker_pauses = $6,
       breaker_down_since = $7, breaker_until = $8, breaker_probe_by = $9
     WHERE county_id = $1 AND id = $2`,
    [
      tx.ctx.countyId,
      channel.id,
      row.state,
      row.failures,
      row.lastFailureBy,
      row.pauses,
      row.downSince,
      row.until,
      row.probeBy,
    ],
  );
}
