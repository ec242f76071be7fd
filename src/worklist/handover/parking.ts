import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import { Config } from '../../platform/config';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { Claims } from '../claiming/claims';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';
import { UNPARK } from '../worklist.subscriptions';
import { type ItemView, WorklistQueries } from '../list/worklist.queries';
import type { ParkInput, UnparkInput } from './handover.dto';
import { NOT_PARKED, parked, parkFault } from './park.rules';
import { ReaderNotices } from './reader-notices';

/** 挂起: the exam waits with its reader for something from outside; the limit brings it back to him. */
@Injectable()
export class Parking {
  constructor(
    private readonly commands: Commands,
    private readonly items: Items,
    private readonly claims: Claims,
    private readonly notices: ReaderNotices,
    private readonly queries: WorklistQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Parks, or moves the limit of what is parked. The due time stays, the draft may still be written. Throws
   * `park_limit`, `not_found`, `stale_fence`, `exam_state_conflict`.
   */
  async park(ctx: Ctx, examId: string, { fence, reason, until }: ParkInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.park', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence });
      const now = this.clock.now();
      if (parkFault(until, now))
        throw new DomainError(worklistErrors.park_limit, { field: 'until', state: item.state, fence });
      const leaseMs = this.config.env.LEASE_SECONDS * 1_000;
      const after = await this.items.change(tx, item, parked({ until, reason }, leaseMs, now));
      await this.items.arm(tx, UNPARK, after, until);
      await this.record(tx, 'exam.park', item, { reason, until });
      return this.queries.one(tx, examId);
    });
  }

  /** Ends it before its limit. Throws `not_parked`, `not_found`, `stale_fence`, `exam_state_conflict`. */
  async unpark(ctx: Ctx, examId: string, { fence }: UnparkInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.unpark', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence });
      if (!item.parked_until) throw new DomainError(worklistErrors.not_parked, { state: item.state, fence });
      await this.end(tx, item);
      return this.queries.one(tx, examId);
    });
  }

  /** Looks at what was parked under this fence: ends it at its limit and tells the reader, or sets the timer anew. */
  async look(tx: Tx, examId: string, fence: number): Promise<void> {
    const item = await this.items.lock(tx, examId);
    if (!item?.parked_until || item.fence !== fence) return;
    if (item.parked_until > this.clock.now()) return this.items.arm(tx, UNPARK, item, item.parked_until);
    await this.end(tx, item);
    await this.notices.unparked(tx, item);
  }

  /** From here on the lease counts again: a whole one, for whoever was not at his desk has to come back first. */
  private async end(tx: Tx, item: ReadingItem): Promise<void> {
    const now = this.clock.now();
    const leaseUntil = this.items.leaseEnd();
    const at = { lease_until: leaseUntil, heartbeat_at: now, active_at: now };
    const after = await this.items.change(tx, item, { ...NOT_PARKED, ...at });
    await this.items.armExpiry(tx, after, leaseUntil);
    await this.record(tx, 'exam.unpark', item, {});
  }

  private record(
    tx: Tx,
    action: string,
    item: ReadingItem,
    { reason, until }: { readonly reason?: string; readonly until?: Date },
  ): Promise<void> {
    const details = { fence: item.fence, stage: item.stage, until: until ?? item.parked_until };
    return this.audit.record(tx, { action, subjectType: 'exam', subjectId: item.exam_id, reason, details });
  }
}
