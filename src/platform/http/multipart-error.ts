/** What can be wrong with a multipart body; the HTTP layer maps the code to a status. */
export type MultipartErrorCode =
  'boundary_missing' | 'part_headers_too_large' | 'too_many_parts' | 'part_too_large' | 'body_too_large' | 'truncated';

/**
 * A multipart body that cannot be taken as sent. `part_too_large` concerns one part only: iteration may go on with the
 * next one. Every other code ends the iteration.
 */
export class MultipartError extends Error {
  override readonly name = 'MultipartError';

  constructor(
    readonly code: MultipartErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
