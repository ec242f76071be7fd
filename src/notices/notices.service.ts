import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';

@Injectable()
export class NoticesService {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The caller has read it; said again, the first time stands. Throws `not_found` for what he was not told. */
  async read(ctx: Ctx, noticeId: string): Promise<{ noticeId: string; readAt: Date }> {
    return this.db.write(ctx, async (tx) => {
      const now = this.clock.now();
      const mine = [ctx.countyId, ctx.actor.id, noticeId] as const;
      const marked = await tx.change(
        `UPDATE notice_receipt SET read_at = $4
         WHERE county_id = $1 AND person_id = $2 AND notice_id = $3 AND read_at IS NULL`,
        [...mine, now],
      );
      if (marked > 0) {
        await this.audit.record(tx, { action: 'notice.read', subjectType: 'notice', subjectId: noticeId });
        return { noticeId, readAt: now };
      }
      const known = await tx.row<{ read_at: Date }>(
        'SELECT read_at FROM notice_receipt WHERE county_id = $1 AND person_id = $2 AND notice_id = $3',
        mine,
      );
      if (!known) throw new DomainError(commonErrors.not_found);
      return { noticeId, readAt: known.read_at };
    });
  }
}
