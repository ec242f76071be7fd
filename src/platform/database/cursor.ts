import { commonErrors, DomainError } from '../errors';

/** Keyset position as an opaque text: the sort values of the last row shown, in index order. */
export function encodeCursor(values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Reads a cursor back; a forged or foreign one is refused as invalid input of the field `cursor`. */
export function decodeCursor(cursor: string, length: number): (string | number | null)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(values) && values.length === length && values.every(isScalar)) return values;
  } catch {
    // Falls through to the one error below.
  }
  throw new DomainError(commonErrors.invalid_input, { field: 'cursor', problem: '不是有效的翻页位置' });
}

const isScalar = (value: unknown): value is string | number | null =>
  value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
