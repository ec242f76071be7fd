import type { Ctx } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { type Level, mayWrite, type Shelf, shelfMeant } from './shelves.rules';
import { templatesErrors } from './templates.errors';

/** The shelf a caller may read at a level. Throws `hospital_ambiguous`, `not_found` for a hospital that is not his. */
export function readableShelf(ctx: Ctx, level: Level, hospitalId?: string): Shelf {
  const shelf = shelfMeant(ctx, level, hospitalId);
  if (shelf === 'hospital_ambiguous')
    throw new DomainError(templatesErrors.hospital_ambiguous, { field: 'hospitalId' });
  if (shelf !== 'no_such_shelf') return shelf;
  if (hospitalId !== undefined) throw new DomainError(commonErrors.not_found, { field: 'hospitalId' });
  throw new DomainError(templatesErrors.no_such_shelf, { field: 'level' });
}

/** The shelf a caller may write at a level. Throws as {@link readableShelf}, and `shelf_not_yours`. */
export function writableShelf(ctx: Ctx, level: Level, hospitalId?: string): Shelf {
  const shelf = readableShelf(ctx, level, hospitalId);
  if (!mayWrite(ctx, shelf)) throw new DomainError(templatesErrors.shelf_not_yours, { level });
  return shelf;
}

/**
 * Holds a shelf until the transaction ends: an import alone, because it plans with a picture of the whole shelf; those who
 * add one thing together with one another.
 */
export async function lockShelf(tx: Tx, shelfId: string, how: 'alone' | 'together'): Promise<void> {
  const lock = how === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await tx.rows(`SELECT ${lock}(hashtextextended($1, 0))`, [`report library ${shelfId}`]);
}
