/**
 * - `bad_key`: text that is no blob key (or a key that is not the one of the bytes)
 * - `too_large`, `size_mismatch`, `hash_mismatch`: the stream is not what was allowed or announced
 * - `offset_mismatch`: an append would leave a hole; `part_busy`: another append to this part is under way
 * - `not_found`, `range_unsatisfiable`: nothing stored there, or not that far
 * - `disk_full`: no space or quota left; nothing was stored
 */
export type BlobErrorCode =
  | 'bad_key'
  | 'too_large'
  | 'size_mismatch'
  | 'hash_mismatch'
  | 'offset_mismatch'
  | 'part_busy'
  | 'not_found'
  | 'range_unsatisfiable'
  | 'disk_full';

/** A blob operation that was refused or could not be done. Errors of the incoming stream are passed on as they are. */
export class BlobError extends Error {
  override readonly name = 'BlobError';

  constructor(
    readonly code: BlobErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Gives a full disk its name; all other errors stay as they are. */
export function namedFileError(error: unknown): unknown {
  if (!isErrno(error, 'ENOSPC') && !isErrno(error, 'EDQUOT')) return error;
  return new BlobError('disk_full', 'no space left', { cause: error });
}

export function isErrno(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code;
}
