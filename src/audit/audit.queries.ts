import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Db, decodeCursor, type Page, pageOf, timeAndId } from '../platform/database';
import type { AuditEvent } from './audit-event.entity';
import type { AuditList } from './audit.dto';

const COLUMNS =
  'id, at, actor_kind, actor_id, actor_name, action, subject_type, subject_id, reason, details, request_id, ip, seal_number';

@Injectable()
export class AuditQueries {
  constructor(private readonly db: Db) {}

  /** The county's audit rows, newest first; keyset on (at, id). */
  async list(ctx: Ctx, input: AuditList): Promise<Page<object>> {
    const after = input.cursor ? decodeCursor(input.cursor, timeAndId) : null;
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<AuditEvent>(
        `SELECT ${COLUMNS} FROM audit_event
         WHERE county_id = $1
           AND ($2::timestamptz IS NULL OR (at, id) < ($2::timestamptz, $3::uuid))
           AND ($4::uuid IS NULL OR subject_id = $4)
           AND ($5::text IS NULL OR action = $5)
         ORDER BY at DESC, id DESC LIMIT $6`,
        [
          ctx.countyId,
          after?.[0] ?? null,
          after?.[1] ?? null,
          input.subject ?? null,
          input.action ?? null,
          input.limit + 1,
        ],
      ),
    );
    return pageOf(rows, input.limit, auditView, (last) => [last.at.toISOString(), last.id]);
  }
}

const auditView = (row: AuditEvent): object => ({
  auditId: row.id,
  at: row.at,
  actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
  action: row.action,
  subject: { type: row.subject_type, id: row.subject_id },
  reason: row.reason,
  details: row.details,
  requestId: row.request_id,
  ip: row.ip,
  sealed: row.seal_number !== null,
});
