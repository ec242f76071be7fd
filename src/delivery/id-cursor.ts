import { z } from 'zod';
import { decodeCursor } from '../platform/database';

const position = z.tuple([z.uuid()]);

/** The id that a keyset cursor stands on; null for the first page. Throws `invalid_input` for a forged one. */
export const idCursor = (cursor: string | undefined): string | null =>
  cursor === undefined ? null : decodeCursor(cursor, position)[0];
