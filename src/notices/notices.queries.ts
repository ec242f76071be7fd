import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Db, decodeCursor, type Page, pageOf, timeAndId } from '../platform/database';
import type { NoticeList } from './notices.dto';

interface NoticeRow {
  id: string;
  kind: string;
  exam_id: string | null;
  text: string;
  params: Record<string, unknown>;
  urgent: boolean;
  told_at: Date;
  read_at: Date | null;
}

/** A notice as its receiver sees it. */
export interface NoticeView {
  readonly noticeId: string;
  readonly kind: string;
  readonly examId: string | null;
  readonly text: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly urgent: boolean;
  readonly toldAt: Date;
  readonly readAt: Date | null;
}

/**
 * A person's notices, newest first. Parameters: county, person, only open ones, position (time, id), rows. Two texts, so
 * that each has its own index.
 */
export const noticesPage = (open: boolean): string => `
  SELECT n.id, n.kind, n.exam_id, n.text, n.params, n.urgent, r.told_at, r.read_at
  FROM (SELECT notice_id, told_at, read_at FROM notice_receipt
        WHERE county_id = $1 AND person_id = $2 ${open ? 'AND read_at IS NULL' : ''}
          AND ($3::timestamptz IS NULL OR (told_at, notice_id) < ($3, $4::uuid))
        ORDER BY told_at DESC, notice_id DESC LIMIT $5) r
  JOIN notice n ON n.id = r.notice_id ORDER BY r.told_at DESC, n.id DESC`;

@Injectable()
export class NoticesQueries {
  constructor(private readonly db: Db) {}

  /** The caller's own notices; keyset on the time of telling. */
  async list(ctx: Ctx, input: NoticeList): Promise<Page<NoticeView>> {
    const after = input.cursor ? decodeCursor(input.cursor, timeAndId) : [null, null];
    const rows = await this.page(ctx, input.open, after, input.limit + 1);
    return pageOf(rows, input.limit, noticeView, (last) => [last.told_at.toISOString(), last.id]);
  }

  /** The newest that the caller has not read, at most `limit`, the oldest of them first. */
  async unread(ctx: Ctx, limit: number): Promise<NoticeView[]> {
    const rows = await this.page(ctx, true, [null, null], limit);
    return rows.reverse().map(noticeView);
  }

  private page(ctx: Ctx, open: boolean, after: readonly (string | null)[], limit: number): Promise<NoticeRow[]> {
    return this.db.read(ctx, (tx) =>
      tx.rows<NoticeRow>(noticesPage(open), [ctx.countyId, ctx.actor.id, ...after, limit]),
    );
  }
}

function noticeView(row: NoticeRow): NoticeView {
  return {
    noticeId: row.id,
    kind: row.kind,
    examId: row.exam_id,
    text: row.text,
    params: row.params,
    urgent: row.urgent,
    toldAt: row.told_at,
    readAt: row.read_at,
  };
}
