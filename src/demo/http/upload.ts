import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from './api-client';
import { ApiError } from './api-client';

/** Names on the wire of the resumable upload, after tus 1.0 (https://tus.io/protocols/resumable-upload). */
export const UPLOAD_WIRE = {
  path: '/api/uploads',
  offsetHeader: 'upload-offset',
  contentType: 'application/offset+octet-stream',
} as const;

/** What a manifest says about one instance. */
export interface ManifestEntry {
  sopInstanceUid: string;
  /** Length of the Part 10 file. */
  bytes: number;
  /** Of the whole file, in hex. */
  sha256: string;
}

export const manifestEntry = (sopInstanceUid: string, file: Uint8Array): ManifestEntry => ({
  sopInstanceUid,
  bytes: file.length,
  sha256: createHash('sha256').update(file).digest('hex'),
});

/** Opens an upload: `POST /api/uploads`. @throws ApiError */
export const openUpload = <T extends { id: string }>(client: ApiClient, manifest: unknown): Promise<T> =>
  client.call<T>('POST', UPLOAD_WIRE.path, manifest);

/** Closes it: `POST /api/uploads/{id}/complete`; any status, because "incomplete" is an answer. */
export const completeUpload = (client: ApiClient, uploadId: string): Promise<ApiAnswer> =>
  client.request('POST', `${UPLOAD_WIRE.path}/${uploadId}/complete`, {});

const instancePath = (uploadId: string, sopInstanceUid: string): string =>
  `${UPLOAD_WIRE.path}/${uploadId}/instances/${encodeURIComponent(sopInstanceUid)}`;

/** How many bytes of an instance the server holds for good: `HEAD`. @throws ApiError */
export async function storedOffset(client: ApiClient, uploadId: string, sopInstanceUid: string): Promise<number> {
  const path = instancePath(uploadId, sopInstanceUid);
  const answer = await client.raw('HEAD', path);
  const offset = Number(answer.headers[UPLOAD_WIRE.offsetHeader]);
  if (answer.status > 299 || !Number.isInteger(offset)) throw new ApiError(`HEAD ${path}`, answer.status, undefined);
  return offset;
}

export interface PatchOptions {
  /** Where the bytes begin in the file; 0 unless said otherwise. */
  offset?: number;
  /** Breaks the connection after so many bytes of this request. */
  cutAfterBytes?: number;
}

/** Sends `bytes` (a whole file, or the piece of it that starts at `offset`) in one `PATCH`; any status. */
export const patchInstance = (
  client: ApiClient,
  uploadId: string,
  sopInstanceUid: string,
  bytes: Uint8Array,
  o: PatchOptions = {},
): Promise<ApiAnswer> =>
  client.raw('PATCH', instancePath(uploadId, sopInstanceUid), {
    headers: {
      'content-type': UPLOAD_WIRE.contentType,
      'content-length': String(bytes.length),
      [UPLOAD_WIRE.offsetHeader]: String(o.offset ?? 0),
    },
    body: bytes,
    cutAfterBytes: o.cutAfterBytes,
  });

export interface ResumeOptions {
  /** Bytes per request; the whole rest at once unless said otherwise. */
  pieceBytes?: number;
  /** Failures in a row before giving up; 5 unless said otherwise. Progress starts the count anew. */
  attempts?: number;
  /** Milliseconds between a failure and the next try; 200 unless said otherwise. */
  retryDelayMs?: number;
}

/**
 * Sends one file as a clinic's program would: ask for the offset, send from there, and after a broken line or a moved
 * offset (409) ask again.
 * @throws ApiError for a refusal that another try cannot change; the last error when all attempts are used up
 */
export async function sendInstance(
  client: ApiClient,
  uploadId: string,
  sopInstanceUid: string,
  file: Uint8Array,
  o: ResumeOptions = {},
): Promise<void> {
  const attempts = o.attempts ?? 5;
  let failures = 0;
  let reached = -1;
  for (;;) {
    try {
      const offset = await storedOffset(client, uploadId, sopInstanceUid);
      if (offset > reached) failures = 0;
      reached = Math.max(reached, offset);
      if (offset >= file.length) return;
      const piece = file.subarray(offset, offset + (o.pieceBytes ?? file.length));
      const answer = await patchInstance(client, uploadId, sopInstanceUid, piece, { offset });
      if (answer.status > 299) throw new ApiError(`PATCH ${sopInstanceUid}`, answer.status, answer.body);
    } catch (error) {
      failures += 1;
      if (failures >= attempts || !isPassing(error)) throw error;
      await delay(o.retryDelayMs ?? 200);
    }
  }
}

/** A broken line, an overloaded server, or another request that was faster: the next try may succeed. */
const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status >= 500 || error.status === 409 || error.status === 429;
