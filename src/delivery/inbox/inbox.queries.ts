import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config';
import type { Actor, Ctx } from '../../platform/context';
import { Db } from '../../platform/database';
import type { Exam } from '../../exams';
import type { Delivery } from '../delivery.entities';
import type { DeliveryState } from '../delivery.state';
import {
  CONTENT_COLUMNS,
  CONTENT_TABLES,
  contentOf,
  type ContentRow,
  type ReportContent,
  withheld,
} from '../report-content';

/**
 * One entry of a clinic's inbox. `seq` is gap-free per clinic and the cursor of every way to read it. Its text (`report`,
 * `changes`) is for the clinic's system alone: see {@link forReader}.
 */
export interface InboxEntry extends ReportContent {
  readonly deliveryId: string;
  readonly seq: number;
  /** There is a report that this entry keeps back: the person opens it under `reportUrl` or `pdfUrl`, and has seen it then. */
  readonly mustOpen: boolean;
  /** The exam's report; null for a version that was called back. */
  readonly reportUrl: string | null;
  readonly state: DeliveryState;
  /** The delivery of a later version that takes this one's place: file that one. */
  readonly supersededBy: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly seenAt: Date | null;
  readonly seenBy: string | null;
  /**
   * It is in doubt whose images these are (身份存疑): the copy is to be shown under a banner, and its sheet is refused. As
   * of now, not of the signing; null when there is no doubt, or none any more.
   */
  readonly identityHold: { readonly since: Date; readonly reason: string | null } | null;
  /** 更正中: the version stands, and a correction of it is on its way. As of now. */
  readonly amending: { readonly since: Date; readonly reason: string } | null;
}

type EntryRow = ContentRow &
  Pick<
    Delivery,
    'seq' | 'event' | 'state' | 'superseded_by' | 'created_at' | 'sent_at' | 'delivered_at' | 'seen_at' | 'seen_by_name'
  > &
  Pick<Exam, 'identity_hold_at' | 'identity_hold_reason'> & {
    readonly delivery_id: string;
    readonly amending_since: Date | null;
    readonly amending_reason: string | null;
  };

/** Parameters: county, clinic, number to go on behind, rows. Named, because its plan is tested. */
export const INBOX_PAGE = `
  SELECT d.id AS delivery_id, d.seq, d.event, d.state, d.superseded_by, d.created_at, d.sent_at, d.delivered_at, d.seen_at, d.seen_by_name,
    e.identity_hold_at, e.identity_hold_reason, amending.opened_at AS amending_since, amending.reason AS amending_reason,
    ${CONTENT_COLUMNS}
  FROM (SELECT * FROM delivery
        WHERE county_id = $1 AND clinic_id = $2 AND channel_kind = 'inbox' AND seq > $3 ORDER BY seq LIMIT $4) d
  JOIN (${CONTENT_TABLES}) ON v.id = d.report_version_id
  LEFT JOIN report_amendment amending ON d.superseded_by IS NULL AND amending.exam_id = v.exam_id AND amending.version_id = v.id AND amending.kind = 'corrected'
    AND amending.state IN ('WRITING', 'SUBMITTED')
  LEFT JOIN exam e ON e.county_id = d.county_id AND e.id = d.exam_id ORDER BY d.seq`;

@Injectable()
export class InboxQueries {
  private readonly publicUrl: string;

  constructor(
    private readonly db: Db,
    config: Config,
  ) {
    this.publicUrl = (config.env.PUBLIC_URL ?? '').replace(/\/$/, '');
  }

  /** Up to `limit` entries behind `after`, in their order. A number is visible only when all before it are. */
  async after(ctx: Ctx, clinicId: string, after: number, limit: number): Promise<InboxEntry[]> {
    const rows = await this.db.read(ctx, (tx) => tx.rows<EntryRow>(INBOX_PAGE, [ctx.countyId, clinicId, after, limit]));
    return rows.map((row) => this.entry(row, ctx.actor));
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

  /** Nothing of a version that was called back is handed out any more, not even under its old number. */
  private content(row: EntryRow): ReportContent {
    const content = contentOf(row, this.publicUrl);
    return row.recalled_at === null ? content : withheld(content, row);
  }

  private entry(row: EntryRow, reader: Actor): InboxEntry {
    return {
      deliveryId: row.delivery_id,
      seq: Number(row.seq),
      ...forReader(this.content(row), reader, this.publicUrl),
      state: row.state,
      supersededBy: row.superseded_by,
      createdAt: row.created_at,
      sentAt: row.sent_at,
      deliveredAt: row.delivered_at,
      seenAt: row.seen_at,
      seenBy: row.seen_by_name,
      amending: row.amending_since && { since: row.amending_since, reason: row.amending_reason ?? '' },
      identityHold: row.identity_hold_at && { since: row.identity_hold_at, reason: row.identity_hold_reason },
    };
  }
}

/**
 * The same content for a person and for the clinic's system. A page that stands open has been read by nobody, so a person
 * is told that a report is there and opens it: that look is what ends its signer's time to call it back. The system files
 * what it gets: its pull and its ack are a delivery, no look, and a recall follows them as an entry that takes the text away.
 */
function forReader(
  content: ReportContent,
  reader: Actor,
  publicUrl: string,
): ReportContent & Pick<InboxEntry, 'mustOpen' | 'reportUrl'> {
  const reportUrl = content.report === null ? null : `${publicUrl}/api/exams/${content.examId}/report`;
  if (reader.kind !== 'person') return { ...content, mustOpen: false, reportUrl };
  return { ...content, report: null, changes: null, mustOpen: content.report !== null, reportUrl };
}
