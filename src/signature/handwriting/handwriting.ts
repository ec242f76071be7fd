import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE } from '../../images';
import { blobKey, type BlobKey, type BlobStore } from '../../platform/blob';
import type { Tx } from '../../platform/database';
import { sha256 } from '../../platform/ids';
import { MAX_PICTURE_BYTES } from './picture.rules';

/** A picture is not a clinic's: it lies under its person, and knowing its hash grants nothing here either. */
export const handwritingKey = (countyId: string, personId: string, hash: string): BlobKey =>
  blobKey(countyId, personId, hash);

/** Reads of handwritten signatures: which one is in force when somebody signs, and the picture behind a hash. */
@Injectable()
export class Handwriting {
  constructor(@Inject(BLOB_STORE) private readonly blobs: BlobStore) {}

  /** SHA-256 of what each of these people signs with now, by person; who has none is left out. */
  async inForce(tx: Tx, personIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await tx.rows<{ person_id: string; sha256: string }>(
      'SELECT person_id, sha256 FROM person_handwriting WHERE county_id = $1 AND person_id = ANY($2) AND ended_at IS NULL',
      [tx.ctx.countyId, personIds],
    );
    return new Map(rows.map((row) => [row.person_id, row.sha256]));
  }

  /** The picture itself; null where the store has lost it, or has other bytes than were signed. */
  async picture(countyId: string, personId: string, hash: string): Promise<Buffer | null> {
    const key = handwritingKey(countyId, personId, hash);
    const stat = await this.blobs.stat(key);
    if (!stat || stat.bytes > MAX_PICTURE_BYTES) return null;
    const chunks: Buffer[] = [];
    for await (const chunk of await this.blobs.open(key)) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    return sha256(bytes) === hash ? bytes : null;
  }
}
