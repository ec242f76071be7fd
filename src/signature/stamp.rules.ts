import { VERIFIERS } from './algorithms';
import type { Stamp } from './signer';

export interface PublicKey {
  readonly keyId: string;
  readonly algorithm: string;
  /** DER in base64. */
  readonly publicKey: string;
}

/**
 * - `valid`: made by this key over exactly these bytes
 * - `invalid`: not made by this key over these bytes
 * - `unknown_key`: the key, or its scheme, is not registered here (or under another scheme): nothing can be said for it
 */
export type StampState = 'valid' | 'invalid' | 'unknown_key';

/** What a signature is worth. A key only counts under the scheme it was registered for. */
export function stampState(bytes: Buffer, stamp: Stamp, key: PublicKey | undefined): StampState {
  const verifier = key && key.algorithm === stamp.algorithm ? VERIFIERS.get(key.algorithm) : undefined;
  if (!key || !verifier) return 'unknown_key';
  try {
    return verifier(bytes, Buffer.from(stamp.signature, 'base64url'), key.publicKey) ? 'valid' : 'invalid';
  } catch {
    // A registered key that is no key any more: somebody has changed it.
    return 'unknown_key';
  }
}
