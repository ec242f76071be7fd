import { systemCtx } from '../platform/context';
import type { Db, Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { eachOf } from '../platform/outbox';
import type { ReadingItem } from './reading-item.entity';

export type DueItem = Pick<ReadingItem, 'exam_id' | 'county_id' | 'fence'>;

/** The position in the list: the time as a text, exact as the database keeps it. */
type Row = DueItem & { readonly due: string };

/** Rows kept in memory; a sweep goes on until it has seen all that is due. */
export const DUE_BATCH = 200;

/**
 * A batch of the items of all counties of which `what` is true and whose time was over at $1, the longest first, beyond the
 * position $2, $3 (null = from the beginning).
 */
export const dueItems = (column: 'lease_until' | 'reserved_until' | 'parked_until', what: string): string => `
  SELECT exam_id, county_id, fence, ${column}::text AS due FROM reading_item
  WHERE ${what} AND ${column} <= $1 AND ($2::timestamptz IS NULL OR (${column}, exam_id) > ($2::timestamptz, $3::uuid))
  ORDER BY ${column}, exam_id LIMIT ${DUE_BATCH}`;

/**
 * Looks at every item that such a query finds due, each in a transaction of its own county. What fails stays where it is and
 * would head every batch: the sweep goes on past it and tells of all failures together at its end. Answers how many were due.
 * Throws AggregateError.
 */
export async function eachDue(
  { db, tx, now, as }: { readonly db: Db; readonly tx: Tx; readonly now: Date; readonly as: string },
  text: string,
  look: (own: Tx, item: DueItem) => Promise<void>,
): Promise<number> {
  const faults: AggregateError[] = [];
  let seen = 0;
  let batch: Row[];
  let last: Row | undefined;
  do {
    batch = await tx.rows<Row>(text, [now, last?.due ?? null, last?.exam_id ?? null]);
    await eachOf(batch, (item) => db.write(systemCtx(as, item.county_id, newId()), (own) => look(own, item))).catch(
      (failed: AggregateError) => faults.push(failed),
    );
    last = batch.at(-1);
    seen += batch.length;
  } while (batch.length === DUE_BATCH);
  const errors = faults.flatMap((failed) => failed.errors as unknown[]);
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${seen} failed`);
  return seen;
}
