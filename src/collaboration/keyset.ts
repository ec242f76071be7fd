import { z } from 'zod';
import { decodeCursor } from '../platform/database';
import { uuid } from '../platform/http';

/** The position of lists that run by id alone. */
export const byId = ({ id }: { readonly id: string }): readonly [string] => [id];

const position = z.tuple([uuid]);

/** The id that a cursor stands on; null for the first page. Ids grow with time: newest first is by id. */
export const idAfter = (cursor: string | undefined): string | null =>
  cursor === undefined ? null : decodeCursor(cursor, position)[0];

/**
 * The condition that a column is one of the ids in $2. Of a single one it is an equality, as nearly always: then an index
 * gives the page in its order, while the rows of several have to be sorted.
 */
export const among = (ids: number): string => (ids === 1 ? '= ($2::uuid[])[1]' : '= ANY($2::uuid[])');
