import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import type { Delivery } from './delivery.entities';
import type { DeliveryState } from './delivery.state';
import { type ReportContent, reportContents } from './report-content';

/** One entry of a clinic's inbox. `seq` is gap-free per clinic and the cursor of every way to read it. */
export interface InboxEntry extends ReportContent {
  readonly deliveryId: string;
  readonly seq: number;
  readonly state: DeliveryState;
  /** The delivery of a later version that takes this one's place: file that one. */
  readonly supersededBy: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly seenAt: Date | null;
  readonly seenBy: string | null;
}

type EntryRow = Pick<
  Delivery,
  | 'id'
  | 'seq'
  | 'state'
  | 'report_version_id'
  | 'superseded_by'
  | 'created_at'
  | 'sent_at'
  | 'delivered_at'
  | 'seen_at'
  | 'seen_by_name'
>;

/** Parameters: county, clinic, number to go on behind, rows. Named, because its plan is tested. */
export const INBOX_PAGE = `SELECT id, seq, state, report_version_id, superseded_by, created_at, sent_at, delivered_at, seen_at, seen_by_name
  FROM delivery WHERE county_id = $1 AND clinic_id = $2 AND channel_kind = 'inbox' AND seq > $3 ORDER BY seq LIMIT $4`;

@Injectable()
export class InboxQueries {
  private readonly publicUrl: string;

  constructor(
    private readonly db: Db,
    config: Config,
  ) {
    this.publicUrl = config.env.PUBLIC_URL ?? '';
  }

  /** Up to `limit` entries behind `after`, in their order. A number is visible only when all before it are. */
  async after(ctx: Ctx, clinicId: string, after: number, limit: number): Promise<InboxEntry[]> {
    return this.db.read(ctx, async (tx) => {
      const rows = await tx.rows<EntryRow>(INBOX_PAGE, [ctx.countyId, clinicId, after, limit]);
      return this.entries(tx, rows);
    });
  }

  /** Where a listener without a position begins: before the oldest entry that the clinic has not acknowledged. */
  async start(ctx: Ctx, clinicId: string): Promise<number> {
    const row = await this.db.read(ctx, (tx) =>
      tx.row<{ start: string | null }>(
        `SELECT coalesce(
           (SELECT min(seq) - 1 FROM delivery
            WHERE county_id = $1 AND clinic_id = $2 AND channel_kind = 'inbox' AND state IN ('PENDING', 'SENT')),
           (SELECT last_seq FROM inbox_lane WHERE county_id = $1 AND clinic_id = $2)) AS start`,
        [ctx.countyId, clinicId],
      ),
    );
    return Number(row?.start ?? 0);
  }

  /**
   * Notes that these entries have been handed out for the first time. Our leg only: whether the clinic has them is for
   * the clinic to say.
   */
  async markSent(ctx: Ctx, entries: readonly InboxEntry[], now: Date): Promise<void> {
    const fresh = entries.filter(({ state }) => state === 'PENDING').map(({ deliveryId }) => deliveryId);
    if (fresh.length === 0) return;
    await this.db.write(ctx, (tx) =>
      tx.change(
        `UPDATE delivery SET state = 'SENT', sent_at = $3, updated_at = $3
         WHERE county_id = $1 AND id = ANY($2) AND state = 'PENDING'`,
        [ctx.countyId, fresh, now],
      ),
    );
  }

  private async entries(tx: Tx, rows: readonly EntryRow[]): Promise<InboxEntry[]> {
    const contents = await reportContents(
      tx,
      rows.map((row) => row.report_version_id),
      this.publicUrl,
    );
    return rows.map((row) => ({
      deliveryId: row.id,
      seq: Number(row.seq),
      // A foreign key makes sure that the version is there.
      ...contents.get(row.report_version_id)!,
      state: row.state,
      supersededBy: row.superseded_by,
      createdAt: row.created_at,
      sentAt: row.sent_at,
      deliveredAt: row.delivered_at,
      seenAt: row.seen_at,
      seenBy: row.seen_by_name,
    }));
  }
}
