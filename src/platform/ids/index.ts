import { createHash, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

/** A new uuid v7: sorts by time, so primary keys stay dense in their B-tree. */
export const newId = (): string => v7();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const isUuid = (value: string): boolean => UUID.test(value);

/** `bytes` of cryptographic randomness as base64url text, for tokens that are shown once. */
export const newSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url');

/** SHA-256 in hex: enough for secrets of 256 random bits (no dictionary to try), so a look-up by hash is possible. */
export const sha256 = (value: string | Buffer): string => createHash('sha256').update(value).digest('hex');
