import { BlobError } from './blob-error';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const KEY = new RegExp(`^(${UUID})/(${UUID})/([0-9a-f]{64})$`);
const PREFIX = new RegExp(`^(?:${UUID}(?:/${UUID})?)?$`);

declare const brand: unique symbol;

/**
 * `<county uuid>/<clinic uuid>/<sha256 of the bytes>`, all lower case. The tenant is part of the key, so that knowing a
 * hash grants nothing; the brand says that the text has been checked and may become a path.
 */
export type BlobKey = string & { readonly [brand]: 'BlobKey' };

export interface BlobKeyParts {
  county: string;
  clinic: string;
  sha256: string;
}

/** Makes a key. @throws BlobError `bad_key` when one of the parts is not exactly of its form */
export function blobKey(county: string, clinic: string, sha256: string): BlobKey {
  return checkedBlobKey(`${county}/${clinic}/${sha256}`);
}

/** Takes a key that was stored as text. @throws BlobError `bad_key` */
export function checkedBlobKey(text: string): BlobKey {
  if (!KEY.test(text)) throw new BlobError('bad_key', 'not a blob key');
  return text as BlobKey;
}

/** @throws BlobError `bad_key` also for a text that only the compiler was told to be a key */
export function partsOfBlobKey(key: BlobKey): BlobKeyParts {
  const [, county, clinic, sha256] = KEY.exec(key) ?? [];
  if (!county || !clinic || !sha256) throw new BlobError('bad_key', 'not a blob key');
  return { county, clinic, sha256 };
}

/** The components of a listing prefix: none, a county, or a county and a clinic. @throws BlobError `bad_key` */
export function partsOfBlobPrefix(prefix: string): string[] {
  if (!PREFIX.test(prefix)) throw new BlobError('bad_key', 'not a blob prefix');
  return prefix === '' ? [] : prefix.split('/');
}
