import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import { Config } from '../platform/config';
import { visibleClinics } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { Outbox } from '../platform/outbox';
import { WakeBus } from '../platform/wake';
import type { ItemPatch } from './claim.rules';
import type { ReadingItem } from './reading-item.entity';
import { readingProgressed } from './worklist.events';
import { EXPIRE_CLAIM } from './worklist.subscriptions';

/** Wakes whoever shows the county's list. */
export const worklistTopic = (countyId: string): string => `worklist:${countyId}`;

/** The rows of the list: locking, guarded change, and the news of a change, always in the caller's transaction. */
@Injectable()
export class Items {
  constructor(
    private readonly outbox: Outbox,
    private readonly wake: WakeBus,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** The item; undefined when it is not on the list or not the caller's to see. */
  find(tx: Tx, examId: string, lock: 'FOR UPDATE' | '' = ''): Promise<ReadingItem | undefined> {
    const visible = visibleClinics(tx.ctx);
    return tx.row<ReadingItem>(
      `SELECT * FROM reading_item WHERE county_id = $1 AND exam_id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3)) ${lock}`,
      [tx.ctx.countyId, examId, visible === 'all' ? null : visible],
    );
  }

  /** The same, locked until the transaction ends. Always before the exam's row, so that no two commands wait for each other. */
  lock(tx: Tx, examId: string): Promise<ReadingItem | undefined> {
    return this.find(tx, examId, 'FOR UPDATE');
  }

  /** Writes the columns named, guarded by the fence the item was read with, and tells the news. */
  async change(tx: Tx, item: ReadingItem, patch: ItemPatch): Promise<ReadingItem> {
    const entries = Object.entries({ ...patch, updated_at: this.clock.now() });
    const assignments = entries.map(([column], i) => `${column} = $${i + 4}`).join(', ');
    const changed = await tx.row<ReadingItem>(
      `UPDATE reading_item SET ${assignments} WHERE county_id = $1 AND exam_id = $2 AND fence = $3 RETURNING *`,
      [tx.ctx.countyId, item.exam_id, item.fence, ...entries.map(([, value]) => value)],
    );
    if (!changed) throw new DomainError(commonErrors.state_conflict, { state: item.state });
    await this.announce(tx, changed);
    return changed;
  }

  async announce(tx: Tx, item: ReadingItem): Promise<void> {
    await this.outbox.emit(tx, readingProgressed(item));
    this.wakeUp(tx, item.county_id);
  }

  wakeUp(tx: Tx, countyId: string): void {
    tx.afterCommit(() => this.wake.announce(worklistTopic(countyId)));
  }

  /** End of a lease that begins now. */
  leaseEnd(): Date {
    return new Date(this.clock.now().getTime() + this.config.env.LEASE_SECONDS * 1_000);
  }

  /** Sets the timer that ends the claim; heartbeats do not move it, it looks again when it comes. */
  async armExpiry(tx: Tx, item: ReadingItem, at: Date): Promise<void> {
    await this.outbox.schedule(tx, {
      consumer: EXPIRE_CLAIM,
      subjectId: item.exam_id,
      at,
      payload: { fence: item.fence },
    });
  }
}
