import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Ctx, visibleClinics } from '../../platform/context';
import { cursorTime, Db, decodeCursor, type Page, pageOf, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { uuid } from '../../platform/http';
import { type ItemRow, type ItemView, itemView, withNames } from './item.view';
import { pageSql, type Position } from './list.sql';
import { RANKS } from './priority.rules';
import type { WorklistInput } from '../worklist.dto';

export type { ItemView } from './item.view';

/** Reads of the list. */
@Injectable()
export class WorklistQueries {
  constructor(private readonly db: Db) {}

  /** One page in the list's order (STAT first, then by due time); no total, because counting a list costs the whole list. */
  async list(ctx: Ctx, input: WorklistInput): Promise<Page<ItemView>> {
    const clinics = visibleClinics(ctx);
    const { text, params } = pageSql({
      ...input,
      countyId: ctx.countyId,
      personId: ctx.actor.id,
      clinicIds: clinics,
      after: input.cursor === undefined ? null : positionOf(input.cursor),
    });
    const rows = await this.db.read(ctx, (tx) => tx.rows<ItemRow>(withNames(text), params));
    return pageOf(rows, input.limit, itemView, (last) => [last.rank, last.due_at.toISOString(), last.exam_id]);
  }

  /** The exam's item for pages made of several slices; undefined while it is on no list, or not the caller's to see. */
  async ofExam(ctx: Ctx, examId: string): Promise<ItemView | undefined> {
    const clinics = visibleClinics(ctx);
    const row = await this.db.read(ctx, (tx) =>
      tx.row<ItemRow>(
        withNames(
          'SELECT * FROM reading_item WHERE county_id = $1 AND exam_id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))',
        ),
        [ctx.countyId, examId, clinics],
      ),
    );
    return row && itemView(row);
  }

  /**
   * When these exams are due, by exam, for pages made of several slices; without those that are on no list or not the
   * caller's.
   */
  async dueTimes(ctx: Ctx, examIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<Pick<ItemRow, 'exam_id' | 'due_at'>>(DUE_TIMES, [ctx.countyId, examIds, visibleClinics(ctx)]),
    );
    return new Map(rows.map((row) => [row.exam_id, row.due_at]));
  }

  /** One item as lists show it, read in the caller's transaction. Throws `not_found`. */
  async one(tx: Tx, examId: string): Promise<ItemView> {
    const row = await tx.row<ItemRow>(withNames('SELECT * FROM reading_item WHERE county_id = $1 AND exam_id = $2'), [
      tx.ctx.countyId,
      examId,
    ]);
    if (!row) throw new DomainError(commonErrors.not_found);
    return itemView(row);
  }
}

/** $1 county, $2 exams, $3 the caller's clinics. Named, because its plan is tested. */
export const DUE_TIMES = `SELECT exam_id, due_at FROM reading_item
  WHERE county_id = $1 AND exam_id = ANY($2) AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))`;

/** Times in the cursor are exact to the millisecond, as the rows are: due times are written from JavaScript dates. */
export function positionOf(cursor: string): Position {
  const [rank, dueAt, examId] = decodeCursor(cursor, positionSchema);
  return { rank, dueAt, examId };
}

const positionSchema = z.tuple([z.literal([...RANKS]), cursorTime, uuid]);
