import { decodeCursor } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { isUuid } from '../platform/ids';

/** The id that a keyset cursor stands on; null for the first page. Throws `invalid_input` for a forged one. */
export function idCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const [id] = decodeCursor(cursor, 1);
  if (typeof id === 'string' && isUuid(id)) return id;
  throw new DomainError(commonErrors.invalid_input, { field: 'cursor', problem: '不是有效的翻页位置' });
}
