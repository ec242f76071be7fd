import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import { Db, type Tx } from '../platform/database';
import type { Message, Sweep, TransactionalHandler } from '../platform/outbox';
import { OPEN } from './claiming/claim.sql';
import { dueItems, eachDue } from './due-items';
import { Items } from './items';
import { LeaseExpiry } from './claiming/lease-expiry';
import { RANKS } from './list/priority.rules';
import { Projection } from './list/projection';
import type { ReadingItem } from './reading-item.entity';
import { EXPIRE_CLAIM, MARK_OVERDUE, PROJECT } from './worklist.subscriptions';

@Injectable()
export class ProjectHandler implements TransactionalHandler {
  readonly consumer = PROJECT;

  constructor(private readonly projection: Projection) {}

  handle(tx: Tx, message: Message): Promise<void> {
    return this.projection.project(tx, message.subjectId);
  }
}

@Injectable()
export class ExpireClaimHandler implements TransactionalHandler {
  readonly consumer = EXPIRE_CLAIM;

  constructor(private readonly expiry: LeaseExpiry) {}

  handle(tx: Tx, message: Message): Promise<void> {
    return this.expiry.look(tx, message.subjectId, Number(message.payload['fence']));
  }
}

@Injectable()
export class MarkOverdueHandler implements TransactionalHandler {
  readonly consumer = MARK_OVERDUE;

  constructor(
    private readonly items: Items,
    private readonly clock: Clock,
  ) {}

  /** A due time that was moved meanwhile has its own timer: this one then finds nothing to mark. */
  async handle(tx: Tx, message: Message): Promise<void> {
    const marked = await tx.change(
      `UPDATE reading_item SET overdue = true, updated_at = $3
       WHERE county_id = $1 AND exam_id = $2 AND NOT overdue AND due_at <= $3 AND ${OPEN}`,
      [tx.ctx.countyId, message.subjectId, this.clock.now()],
    );
    if (marked > 0) this.items.wakeUp(tx, tx.ctx.countyId);
  }
}

/** Claims whose time is over; along the index of what is held. */
export const LAPSED = dueItems('lease_until', "holder_id IS NOT NULL AND state IN ('CLAIMED', 'REVIEWING')");

/**
 * Flips the flag of open items whose due time was over at $1; $2 = all ranks. County by county and rank by rank, because
 * that is how the list's own index runs.
 */
export const MARK_OVERDUE_ITEMS = `
  UPDATE reading_item SET overdue = true, updated_at = $1 WHERE exam_id IN (
    SELECT due.exam_id FROM county CROSS JOIN unnest($2::int[]) AS one (rank) CROSS JOIN LATERAL (
      SELECT exam_id FROM reading_item
      WHERE county_id = county.id AND rank = one.rank AND NOT overdue AND due_at <= $1 AND ${OPEN}
      ORDER BY due_at LIMIT 1000 FOR UPDATE SKIP LOCKED) AS due)
  RETURNING county_id`;

/** The net under the lease timers: every claim whose time is over, in a transaction of its own county each. */
@Injectable()
export class ExpireClaimsSweep implements Sweep {
  readonly name = 'worklist-leases';

  constructor(
    private readonly db: Db,
    private readonly expiry: LeaseExpiry,
  ) {}

  sweep(tx: Tx, now: Date): Promise<number> {
    const round = { db: this.db, tx, now, as: EXPIRE_CLAIM };
    return eachDue(round, LAPSED, (own, { exam_id: examId, fence }) => this.expiry.look(own, examId, fence));
  }
}

/** The net under the due timers. */
@Injectable()
export class MarkOverdueSweep implements Sweep {
  readonly name = 'worklist-overdue';

  constructor(private readonly items: Items) {}

  async sweep(tx: Tx, now: Date): Promise<number> {
    const marked = await tx.rows<Pick<ReadingItem, 'county_id'>>(MARK_OVERDUE_ITEMS, [now, RANKS]);
    for (const countyId of new Set(marked.map((row) => row.county_id))) this.items.wakeUp(tx, countyId);
    return marked.length;
  }
}
