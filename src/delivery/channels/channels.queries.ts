import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Db, type Page, pageOf } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { ChannelList } from '../delivery.dto';
import type { Channel, EndpointAllowList } from '../delivery.entities';
import { idCursor } from '../id-cursor';
import type { AllowEntry } from '../webhook';

type ChannelRow = Channel & { readonly clinic_name: string };

@Injectable()
export class ChannelsQueries {
  constructor(private readonly db: Db) {}

  /** The county's channels in the order they were made, with how each endpoint is doing; keyset on the id. */
  async list(ctx: Ctx, input: ChannelList): Promise<Page<object>> {
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<ChannelRow>(
        `SELECT c.*, k.name AS clinic_name FROM channel c JOIN clinic k ON k.id = c.clinic_id
         WHERE c.county_id = $1 AND ($2::uuid IS NULL OR c.clinic_id = $2) AND ($3::uuid IS NULL OR c.id > $3)
         ORDER BY c.id LIMIT $4`,
        [ctx.countyId, input.clinic ?? null, idCursor(input.cursor), input.limit + 1],
      ),
    );
    return pageOf(rows, input.limit, channelView, (last) => [last.id]);
  }

  /** Where the clinic's webhooks may go. Throws `not_found`. */
  async allowList(ctx: Ctx, clinicId: string): Promise<{ clinicId: string; entries: readonly AllowEntry[] }> {
    const row = await this.db.read(ctx, (tx) =>
      tx.row<Pick<EndpointAllowList, 'entries'>>(
        `SELECT coalesce(a.entries, '[]'::jsonb) AS entries FROM clinic c LEFT JOIN endpoint_allow_list a ON a.clinic_id = c.id
         WHERE c.county_id = $1 AND c.id = $2`,
        [ctx.countyId, clinicId],
      ),
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return { clinicId, entries: row.entries };
  }
}

const channelView = (row: ChannelRow): object => ({
  channelId: row.id,
  clinicId: row.clinic_id,
  clinicName: row.clinic_name,
  kind: row.kind,
  name: row.name,
  url: row.url,
  active: row.active,
  disabledReason: row.disabled_reason,
  breaker: {
    state: row.breaker_state,
    failures: row.breaker_failures,
    downSince: row.breaker_down_since,
    until: row.breaker_until,
  },
  alarm: row.alarm_code === null ? null : { code: row.alarm_code, at: row.alarm_at },
  createdAt: row.created_at,
});
