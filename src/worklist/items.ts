import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import { Config } from '../platform/config';
import { visibleClinics } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { Outbox } from '../platform/outbox';
import { WakeBus } from '../platform/wake';
import { AssignmentLog } from './assignment/assignment-log';
import { regrouped, type Regrouped } from './assignment/regroup.rules';
import { HELD_IN, type ItemPatch } from './claiming/claim.rules';
import type { ReadingItem } from './reading-item.entity';
import { readingProgressed } from './worklist.events';
import { BROADEN, EXPIRE_CLAIM } from './worklist.subscriptions';

/** Said of an exam that goes back to everybody, or from a person to his hospital. */
const CLEARED = '原分派已结束';

interface Beat {
  readonly fence: number;
  /** Somebody works in the tab; otherwise it is only open. */
  readonly active: boolean;
}

/** Wakes whoever shows the county's list. */
export const worklistTopic = (countyId: string): string => `worklist:${countyId}`;

/** The rows of the list: locking, guarded change, and the news of a change, always in the caller's transaction. */
@Injectable()
export class Items {
  constructor(
    private readonly outbox: Outbox,
    private readonly groups: AssignmentLog,
    private readonly wake: WakeBus,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** The item; undefined when it is not on the list or not the caller's to see. */
  find(tx: Tx, examId: string, lock: 'FOR UPDATE' | '' = ''): Promise<ReadingItem | undefined> {
    const visible = visibleClinics(tx.ctx);
    return tx.row<ReadingItem>(
      `SELECT * FROM reading_item WHERE county_id = $1 AND exam_id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3)) ${lock}`,
      [tx.ctx.countyId, examId, visible],
    );
  }

  /** The same, locked until the transaction ends. Always before the exam's row, so that no two commands wait for each other. */
  lock(tx: Tx, examId: string): Promise<ReadingItem | undefined> {
    return this.find(tx, examId, 'FOR UPDATE');
  }

  /**
   * A sign of life of whoever holds the item under this fence, and with `active` of work too: his lease begins anew (what
   * is parked has its own limit), and neither the silence of his hospital nor the thirty minutes of an abandoned tab count
   * any longer. Locks the row like {@link lock}; undefined when he does not hold it, or not any more.
   */
  beat(tx: Tx, examId: string, { fence, active }: Beat): Promise<ReadingItem | undefined> {
    return tx.row<ReadingItem>(
      `UPDATE reading_item SET lease_until = CASE WHEN parked_until IS NULL THEN $5 ELSE lease_until END, heartbeat_at = $6,
         active_at = CASE WHEN $8 THEN $6 ELSE active_at END
       WHERE county_id = $1 AND exam_id = $2 AND holder_id = $3 AND fence = $4 AND state = ANY($7) RETURNING *`,
      [tx.ctx.countyId, examId, tx.ctx.actor.id, fence, this.leaseEnd(), this.clock.now(), HELD_IN, active],
    );
  }

  /** Writes the columns named, guarded by the fence the item was read with, and tells the news. */
  async change(tx: Tx, item: ReadingItem, patch: ItemPatch): Promise<ReadingItem> {
    const group = regrouped(item, patch, this.clock.now());
    const entries = Object.entries({ ...patch, ...group?.patch, updated_at: this.clock.now() });
    const assignments = entries.map(([column], i) => `${column} = $${i + 4}`).join(', ');
    const changed = await tx.row<ReadingItem>(
      `UPDATE reading_item SET ${assignments} WHERE county_id = $1 AND exam_id = $2 AND fence = $3 RETURNING *`,
      [tx.ctx.countyId, item.exam_id, item.fence, ...entries.map(([, value]) => value)],
    );
    if (!changed) throw new DomainError(commonErrors.state_conflict, { state: item.state });
    if (group) await this.noteGroup(tx, item, changed, group.kind);
    await this.announce(tx, changed);
    return changed;
  }

  /** Keeps why the exam has the group or the reader it has now, and sets the timer that broadens it. */
  private async noteGroup(tx: Tx, before: ReadingItem, after: ReadingItem, kind: Regrouped['kind']): Promise<void> {
    const { exam_id: examId, hospital_id, broaden_at: broadenAt } = after;
    const mode = after.assignment_mode ?? before.assignment_mode ?? 'manual';
    const taken = kind === 'handed_over' && after.holder_id !== null;
    await this.groups.record(tx, {
      examId,
      kind,
      mode,
      hospitalId: taken ? after.holder_hospital_id : hospital_id,
      personId: taken ? after.holder_id : after.assigned_person_id,
      reason:
        (kind === 'cleared' ? null : kind === 'handed_over' ? after.taken_reason : after.assignment_reason) ?? CLEARED,
    });
    if (kind !== 'cleared' && broadenAt && broadenAt.getTime() !== before.broaden_at?.getTime())
      await this.outbox.schedule(tx, { consumer: BROADEN, subjectId: examId, at: broadenAt });
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
    await this.arm(tx, EXPIRE_CLAIM, item, at);
  }

  /** Lets `consumer` look at the item at `at`, as it was under this fence. */
  async arm(tx: Tx, consumer: string, item: ReadingItem, at: Date): Promise<void> {
    await this.outbox.schedule(tx, { consumer, subjectId: item.exam_id, at, payload: { fence: item.fence } });
  }
}
