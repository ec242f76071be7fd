import { Injectable } from '@nestjs/common';
import { Exams } from '../../exams';
import { Clock } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import { Db, type Page, pageOf } from '../../platform/database';
import type { PageInput } from '../collaboration.dto';
import type { ExamMessage, Side } from '../collaboration.entities';
import { byId, idAfter } from '../keyset';
import { sideOf } from '../people';

export interface MessageView {
  readonly messageId: string;
  readonly side: Side;
  readonly author: { readonly personId: string; readonly name: string; readonly site: string };
  readonly replyTo: string | null;
  readonly text: string;
  readonly createdAt: Date;
  /** Who of the other side has read it, and when. */
  readonly readBy: readonly { readonly personId: string; readonly name: string; readonly at: string }[];
}

export interface Unread {
  readonly examId: string;
  readonly accessionNumber: string | null;
  readonly unread: number;
  readonly lastAt: Date;
}

type Row = ExamMessage & { readonly read_by: MessageView['readBy'] };

/** Older ones are history: nobody is waiting at the window for them any more. */
const UNREAD_FOR_MS = 30 * 24 * 3_600_000;
const MAX_UNREAD = 200;

/** The page's statement. Exported for the plan test. */
export const MESSAGES_PAGE = `
  SELECT m.*, (SELECT coalesce(json_agg(json_build_object('personId', r.person_id, 'name', r.person_name, 'at', r.read_at)
      ORDER BY r.read_at), '[]') FROM exam_message_receipt r WHERE r.county_id = $1 AND r.message_id = m.id) AS read_by
  FROM exam_message m WHERE m.county_id = $1 AND m.exam_id = $2 AND ($3::uuid IS NULL OR m.id < $3)
  ORDER BY m.id DESC LIMIT $4`;

/** Clinics: of their own exams; readers: of the exams they hold, wrote, or said something about. */
const UNREAD_OF: Readonly<Record<Side, string>> = {
  clinic: 'm.clinic_id = ANY($5::uuid[])',
  reader: `EXISTS (SELECT 1 FROM reading_item i WHERE i.county_id = $1 AND i.exam_id = m.exam_id AND $2 IN (i.holder_id, i.writer_id)
      UNION ALL SELECT 1 FROM exam_message own WHERE own.county_id = $1 AND own.exam_id = m.exam_id AND own.author_id = $2)`,
};

@Injectable()
export class MessagesQueries {
  constructor(
    private readonly db: Db,
    private readonly exams: Exams,
    private readonly clock: Clock,
  ) {}

  /** An exam's messages, newest first, and how many of the other side's the caller has not read. Throws `not_found`. */
  async list(
    ctx: Ctx,
    examId: string,
    { cursor, limit }: PageInput,
  ): Promise<Page<MessageView> & { readonly unread: number }> {
    const person = personOf(ctx);
    return this.db.read(ctx, async (tx) => {
      await this.exams.brief(tx, examId);
      const rows = await tx.rows<Row>(MESSAGES_PAGE, [ctx.countyId, examId, idAfter(cursor), limit + 1]);
      const counted = await tx.row<{ n: string }>(
        `SELECT count(*) AS n FROM exam_message m WHERE m.county_id = $1 AND m.exam_id = $2 AND m.side <> $3 AND NOT EXISTS (
           SELECT 1 FROM exam_message_receipt r WHERE r.county_id = $1 AND r.message_id = m.id AND r.person_id = $4)`,
        [ctx.countyId, examId, sideOf(person), person.id],
      );
      return { ...pageOf(rows, limit, messageView, byId), unread: Number(counted?.n) };
    });
  }

  /** The exams in which somebody of the other side has said what the caller has not read, the newest word first. */
  async unread(ctx: Ctx): Promise<{ items: readonly Unread[]; unread: number }> {
    const person = personOf(ctx);
    const side = sideOf(person);
    const items = await this.db.read(ctx, (tx) =>
      tx.rows<Unread>(
        `SELECT m.exam_id AS "examId", e.accession_number AS "accessionNumber", count(*)::int AS unread, max(m.created_at) AS "lastAt"
         FROM exam_message m JOIN exam e ON e.id = m.exam_id
         WHERE m.county_id = $1 AND m.side = $3 AND m.created_at > $4 AND ${UNREAD_OF[side]}
           AND NOT EXISTS (SELECT 1 FROM exam_message_receipt r WHERE r.county_id = $1 AND r.message_id = m.id AND r.person_id = $2)
         GROUP BY m.exam_id, e.accession_number ORDER BY max(m.created_at) DESC LIMIT ${MAX_UNREAD}`,
        [
          ctx.countyId,
          person.id,
          side === 'clinic' ? 'reader' : 'clinic',
          new Date(this.clock.now().getTime() - UNREAD_FOR_MS),
          ...(side === 'clinic' ? [person.clinicIds] : []),
        ],
      ),
    );
    return { items, unread: items.reduce((sum, one) => sum + one.unread, 0) };
  }
}

const messageView = (row: Row): MessageView => ({
  messageId: row.id,
  side: row.side,
  author: { personId: row.author_id, name: row.author_name, site: row.author_site },
  replyTo: row.reply_to,
  text: row.text,
  createdAt: row.created_at,
  readBy: row.read_by,
});
