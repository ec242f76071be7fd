import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { PART_STORE } from '../images';
import type { PartStore } from '../platform/blob';
import { systemCtx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { eachOf, type Sweep } from '../platform/outbox';

/** A clinic may be away for a long holiday; after this much silence an open upload is given up and its parts removed. */
const KEEP_MS = 14 * 24 * 3_600_000;
const BATCH = 100;

/** Ends uploads that nobody goes on with. Registered instances stay; only parts that never became whole are removed. */
@Injectable()
export class ExpireUploadsSweep implements Sweep {
  readonly name = 'studies-expire-uploads';

  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    @Inject(PART_STORE) private readonly parts: PartStore,
  ) {}

  async sweep(tx: Tx, now: Date): Promise<number> {
    const before = new Date(now.getTime() - KEEP_MS);
    const silent = await tx.rows<{ id: string; county_id: string }>(
      `SELECT id, county_id FROM upload u WHERE state = 'open' AND created_at < $1
         AND NOT EXISTS (SELECT 1 FROM upload_instance p WHERE p.upload_id = u.id AND p.updated_at >= $1)
       ORDER BY created_at LIMIT ${BATCH}`,
      [before],
    );
    await eachOf(silent, async ({ id, county_id }) => {
      await this.abandon(county_id, id);
      await this.parts.removeUpload(id);
    });
    return silent.length;
  }

  /** In a transaction of its county, so that the audit row is the county's. */
  private async abandon(countyId: string, uploadId: string): Promise<void> {
    await this.db.write(systemCtx(`sweep.${this.name}`, countyId, newId()), async (tx) => {
      const changed = await tx.change(
        "UPDATE upload SET state = 'abandoned' WHERE county_id = $1 AND id = $2 AND state = 'open'",
        [countyId, uploadId],
      );
      if (changed === 1)
        await this.audit.record(tx, { action: 'upload.abandon', subjectType: 'upload', subjectId: uploadId });
    });
  }
}
