import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { type Ctx, visibleClinics } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { AssignmentKind } from './assignment.entities';
import type { ItemMode } from './assignment.rules';

export interface LogEntry {
  readonly examId: string;
  readonly kind: AssignmentKind;
  readonly mode: ItemMode;
  readonly hospitalId: string | null;
  readonly personId: string | null;
  readonly reason: string;
}

/** The history of who was to read an exam: written in the caller's transaction, read newest first. */
@Injectable()
export class AssignmentLog {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  record(tx: Tx, { examId, kind, mode, hospitalId, personId, reason }: LogEntry): Promise<void> {
    const { countyId, actor } = tx.ctx;
    return tx.send(
      `INSERT INTO reading_assignment (id, county_id, exam_id, kind, mode, hospital_id, person_id, reason, done_by, done_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [newId(), countyId, examId, kind, mode, hospitalId, personId, reason, actor.name, this.clock.now()],
    );
  }

  /** Everything that was decided about one exam, newest first; never long. Throws `not_found`. */
  async ofExam(ctx: Ctx, examId: string): Promise<object> {
    const clinics = visibleClinics(ctx);
    const items = await this.db.read(ctx, async (tx) => {
      const known = await tx.row(
        'SELECT 1 FROM reading_item WHERE county_id = $1 AND exam_id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))',
        [ctx.countyId, examId, clinics],
      );
      if (!known) throw new DomainError(commonErrors.not_found);
      return tx.rows(
        `SELECT a.kind, a.mode, a.hospital_id AS "hospitalId", (SELECT name FROM hospital WHERE id = a.hospital_id) AS "hospitalName",
           a.person_id AS "personId", (SELECT name FROM person WHERE id = a.person_id) AS "personName", a.reason, a.done_by AS "by", a.done_at AS "at"
         FROM reading_assignment a WHERE a.county_id = $1 AND a.exam_id = $2 ORDER BY a.done_at DESC, a.id DESC LIMIT 200`,
        [ctx.countyId, examId],
      );
    });
    return { items, nextCursor: null };
  }
}
