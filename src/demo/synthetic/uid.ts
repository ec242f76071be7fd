import { createHash } from 'node:crypto';

/** Namespace of the name-based UUIDs below (RFC 9562 §5.5): a random UUID, drawn once for this library. */
const NAMESPACE = Buffer.from('ecc46daa164d49debeb9f0d34500c691', 'hex');

/**
 * A DICOM UID that depends on nothing but its path, e.g. `uidFrom('seed', 'series', 2)`.
 * It is a version 5 UUID written as one decimal number under 2.25 (PS3.5 B.2): at most 5 + 39 = 44 of the 64 characters.
 */
export function uidFrom(...path: readonly (string | number)[]): string {
  // JSON keeps ('a', 'bc') and ('ab', 'c') apart, which a plain join would not.
  const hash = createHash('sha1').update(NAMESPACE).update(JSON.stringify(path)).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return `2.25.${BigInt(`0x${hash.toString('hex', 0, 16)}`)}`;
}
