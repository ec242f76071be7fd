import type { System } from './system';

interface RefusalTrace {
  readonly action: string;
  readonly actor_id: string;
  readonly details: Record<string, unknown>;
}

/** What the audit trail keeps of the commands on this subject that were refused, in their order. */
export const refusalsOf = (system: System, countyId: string, subjectId: string): Promise<RefusalTrace[]> =>
  system.db.relay(system.ctx(countyId), (tx) =>
    tx.rows(
      `SELECT action, actor_id, details FROM audit_event WHERE subject_id = $1 AND action LIKE '%.refused' ORDER BY at, id`,
      [subjectId],
    ),
  );
