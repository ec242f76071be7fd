import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import { prepared, type Tx } from '../platform/database';
import { newId } from '../platform/ids';

export interface AuditEntry {
  /** `<thing>.<what was done>`, for example `exam.withdraw`. */
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string | null;
  readonly reason?: string | null | undefined;
  /** Ids, states, counts. Never names of patients, never text of a report. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const INSERT = prepared(
  `INSERT INTO audit_event (id, county_id, at, actor_kind, actor_id, actor_name, action, subject_type, subject_id, reason, details, request_id, ip)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
);

/** Writes the audit row in the caller's own transaction: no change without its row, no row without its change. */
@Injectable()
export class Audit {
  constructor(private readonly clock: Clock) {}

  record(tx: Tx, entry: AuditEntry): Promise<void> {
    const { actor, countyId, requestId, ip } = tx.ctx;
    return tx.send(INSERT, [
      newId(),
      countyId,
      this.clock.now(),
      actor.kind,
      actor.id,
      actor.name,
      entry.action,
      entry.subjectType,
      entry.subjectId,
      entry.reason ?? null,
      JSON.stringify(entry.details ?? {}),
      requestId,
      ip ?? null,
    ]);
  }

  /**
   * The same, unless this caller has left this entry since `since`: for what happens hundreds of times a minute and is
   * worth one row. Callers in several processes at the same moment leave one.
   */
  async recordOnce(tx: Tx, since: Date, entry: AuditEntry): Promise<void> {
    const { actor, countyId } = tx.ctx;
    await tx.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${entry.action} ${actor.id} ${entry.subjectId}`,
    ]);
    const known = await tx.row(
      `SELECT 1 AS known FROM audit_event
       WHERE county_id = $1 AND subject_id = $2 AND at >= $3 AND action = $4 AND actor_id = $5 LIMIT 1`,
      [countyId, entry.subjectId, since, entry.action, actor.id],
    );
    if (!known) await this.record(tx, entry);
  }
}
