import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

export const ED25519 = 'Ed25519';

export interface KeyPair {
  /** SubjectPublicKeyInfo (RFC 8410), DER in base64. */
  readonly publicKey: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

/** A new Ed25519 key pair (RFC 8032). */
export function newEd25519(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { publicKey: publicKey.toString('base64'), privateKey };
}

/** base64url */
export const signEd25519 = (bytes: Buffer, key: KeyObject): string => sign(null, bytes, key).toString('base64url');

/** Names a public key by what it is: the first 64 bits of its SHA-256. */
export function keyIdOf(algorithm: string, publicKey: string): string {
  const hash = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex');
  return `${algorithm.toLowerCase()}-${hash.slice(0, 16)}`;
}

type Verifier = (bytes: Buffer, signature: Buffer, publicKey: string) => boolean;

/** How each signature scheme is verified; a driver with another scheme adds its line here. */
export const VERIFIERS: ReadonlyMap<string, Verifier> = new Map([
  [
    ED25519,
    (bytes, signature, publicKey) =>
      verify(
        null,
        bytes,
        createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' }),
        signature,
      ),
  ],
]);
