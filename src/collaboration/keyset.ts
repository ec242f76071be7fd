import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../platform/database';
import { uuid } from '../platform/http';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const position = z.tuple([uuid]);

/** The id that a cursor stands on; null for the first page. Ids grow with time: newest first is by id. */
export const idAfter = (cursor: string | undefined): string | null =>
  cursor === undefined ? null : decodeCursor(cursor, position)[0];

/**
 * The condition that a column is one of the ids in $2. Of a single one it is an equality, as nearly always: then an index
 * gives the page in its order, while the rows of several have to be sorted.
 */
export const among = (ids: number): string => (ids === 1 ? '= ($2::uuid[])[1]' : '= ANY($2::uuid[])');

/** A page of rows that were asked for with one more than the limit. */
export function pageOf<R extends { readonly id: string }, T>(
  rows: readonly R[],
  limit: number,
  view: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(view), nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null };
}
