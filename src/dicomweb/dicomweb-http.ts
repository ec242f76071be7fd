import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Config } from '../platform/config';
import type { CicRequest } from '../platform/http';

/** What a request wishes besides the resource it names. */
export interface Wish {
  readonly accept: string | undefined;
  readonly ifNoneMatch: string | undefined;
  /** HEAD: the headers alone. */
  readonly headOnly: boolean;
  /** URL of the DICOMweb service as this caller reaches it, e.g. `https://host/dicomweb`. */
  readonly service: string;
}

/** Opens the content; called once, and only when it will be sent. */
export type OpenBody = () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;

export interface DicomwebAnswer {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OpenBody | null;
}

export function wishOf(req: CicRequest, config: Config): Wish {
  const origin = config.env.PUBLIC_URL ?? `${req.protocol}://${req.get('host') ?? 'localhost'}`;
  // Where a client cannot set the header, a parameter stands for it (PS3.18 §8.3.3.1).
  const parameter = req.query['accept'];
  return {
    accept: typeof parameter === 'string' && parameter !== '' ? parameter : req.headers.accept,
    ifNoneMatch: req.headers['if-none-match'],
    headOnly: req.method === 'HEAD',
    service: `${origin.replace(/\/$/, '')}/dicomweb`,
  };
}

/**
 * Sends an answer as fast as the line takes it. The first piece is there before the status is sent, so that a failure
 * until then gets its own; a later one cuts the connection. A client that goes away ends the reading.
 */
export async function sendAnswer(req: CicRequest, res: Response, answer: DicomwebAnswer): Promise<void> {
  const body = answer.body !== null && req.method !== 'HEAD' ? await begun(await answer.body()) : undefined;
  if (res.destroyed) {
    await body?.drop();
    return;
  }
  res.status(answer.status);
  for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
  if (!body) {
    res.end();
    return;
  }
  try {
    await pipeline(body.pieces(), res);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

interface Begun {
  pieces(): AsyncGenerator<Uint8Array, void, undefined>;
  drop(): Promise<unknown>;
}

async function begun(source: AsyncIterable<Uint8Array>): Promise<Begun> {
  const rest = source[Symbol.asyncIterator]();
  let piece = await rest.next();
  return {
    drop: async () => rest.return?.(),
    async *pieces() {
      try {
        for (; !piece.done; piece = await rest.next()) yield piece.value;
      } finally {
        await rest.return?.();
      }
    },
  };
}

// --- conditional requests ---------------------------------------------------------------------------------------------

/**
 * Headers of what may be kept by its reader and asked for again with If-None-Match: images never change under a hash.
 * `no-cache` = ask every time, because the right to see them may have ended.
 */
export function cacheHeaders(etag: string): Record<string, string> {
  return { ETag: etag, 'Cache-Control': 'private, no-cache', Vary: 'Accept' };
}

/** For answers that are the same in meaning, not in every byte (a multipart boundary is random). */
export const weakTag = (parts: readonly string[]): string =>
  `W/"${createHash('sha256').update(parts.join('\n')).digest('base64url')}"`;

/** Weak comparison (RFC 9110 §8.8.3.2) with each tag of an If-None-Match field. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '');
  return (
    ifNoneMatch !== undefined && ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || bare(tag) === bare(etag))
  );
}

export const notModified = (etag: string): DicomwebAnswer => ({ status: 304, headers: cacheHeaders(etag), body: null });
