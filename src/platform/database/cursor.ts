import { z } from 'zod';
import { commonErrors, DomainError } from '../errors';

/** Keyset position as an opaque text: the sort values of the last row shown, in index order. */
export function encodeCursor(values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * Reads a cursor back as the position that `schema` describes, so that nothing reaches a cast of Postgres that it would
 * refuse. A forged or foreign one is refused as invalid input of the field `cursor`.
 */
export function decodeCursor<T extends readonly unknown[]>(cursor: string, schema: z.ZodType<T>): T {
  const found = schema.safeParse(json(cursor));
  if (found.success) return found.data;
  throw new DomainError(commonErrors.invalid_input, { field: 'cursor', problem: '不是有效的翻页位置' });
}

export interface Page<T> {
  readonly items: readonly T[];
  /** null on the last page. */
  readonly nextCursor: string | null;
}

/** The page of rows that were asked for with one more than the limit; `position` are a row's sort values, in index order. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  view: (row: R) => T,
  position: (row: R) => readonly (string | number | null)[],
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(view), nextCursor: last ? encodeCursor(position(last)) : null };
}

/** As `toISOString` writes it, exact to the millisecond; Postgres knows no year 0. */
export const cursorTime = z.iso.datetime({ precision: 3 }).refine((value) => !value.startsWith('0000'));

/** The position of lists that run by a time and, within it, by id. */
export const timeAndId = z.tuple([cursorTime, z.uuid()]);

/** Undefined, which no position is, for what is not JSON. */
function json(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
