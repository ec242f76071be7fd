import { sha256 } from '../../platform/ids';
import { canonicalJson } from '../../signature';
import type { ReportVersion } from '../reporting.entities';

/** What a link speaks of: the content by its hash, and what stands beside the content. */
export type Linked = Pick<
  ReportVersion,
  'id' | 'content_sha256' | 'signature' | 'signature_key_id' | 'verification_code'
>;

/** What the first link of a county's chain stands on. */
export const FIRST_HASH = '0'.repeat(64);

/** SHA-256 (hex) over the hash before, the place in the chain and the version: whoever changes one has to change all behind it. */
export function linkHash(previous: string, seq: number, version: Linked): string {
  const { id, content_sha256, signature, signature_key_id, verification_code } = version;
  return sha256(canonicalJson([previous, seq, id, content_sha256, signature, signature_key_id, verification_code]));
}

/** A link as it is stored, and the version it is for; null where that is gone. */
export interface StoredLink {
  readonly seq: number;
  readonly prev_hash: string;
  readonly hash: string;
  readonly version: Linked | null;
}

/** Whether a link is the one that must follow `previous`. */
export function linkHolds(previous: string, link: StoredLink): boolean {
  return (
    link.version !== null && link.prev_hash === previous && link.hash === linkHash(previous, link.seq, link.version)
  );
}
