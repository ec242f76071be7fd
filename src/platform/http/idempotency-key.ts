import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { Repeat } from '../context';
import { commonErrors, DomainError } from '../errors';

const HEADER = 'Idempotency-Key';
/** Long enough not to be met by chance; a uuid, as it is or in quotes (RFC 8941 string), is what clients send. */
const KEY = /^"?([\w-]{16,64})"?$/;

/**
 * What a request says of being a repetition; undefined where it says nothing. Under one key only the same method, path and
 * body are the same request. Throws `invalid_input`.
 */
export function repeatOf(req: Pick<Request, 'headers' | 'method' | 'originalUrl' | 'is' | 'body'>): Repeat | undefined {
  const given = req.headers['idempotency-key'];
  if (given === undefined) return undefined;
  const key = KEY.exec(String(given))?.[1];
  if (key === undefined) throw new DomainError(commonErrors.invalid_input, { field: HEADER, problem: '应为 UUID' });
  // A streamed body is not read for this; its length, and whoever takes it in, tell others apart.
  const body: unknown = req.is('json') ? req.body : [req.headers['content-type'], req.headers['content-length']];
  const request = JSON.stringify([req.method, req.originalUrl, body ?? null]);
  return { key, fingerprint: createHash('sha256').update(request).digest('hex') };
}
