import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { type Exam, Exams } from '../../exams';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { Outbox } from '../../platform/outbox';
import { badgeFollows } from '../handover/badge.rules';
import { ReaderNotices } from '../handover/reader-notices';
import { Assigner } from '../assignment/assigner';
import { Policies, type Policy } from '../assignment/policy';
import { Items } from '../items';
import { copyOf, followed, isOpen, type ItemCopy, stageFor, stillGrouped } from './projection.rules';
import { ReadingItem } from '../reading-item.entity';
import { MARK_OVERDUE } from '../worklist.subscriptions';

/** An exam and what the list copies of it. */
interface Seen {
  readonly exam: Exam;
  readonly copy: ItemCopy;
  readonly policy: Policy;
}

/**
 * Keeps the list's copy of an exam. It locks the item before it reads the exam, so what it reads is at least as new as
 * any claim on the item; news that arrives late or twice finds the revision it knows and changes nothing.
 */
@Injectable()
export class Projection {
  constructor(
    private readonly exams: Exams,
    private readonly items: Items,
    private readonly policies: Policies,
    private readonly assigner: Assigner,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly notices: ReaderNotices,
    private readonly clock: Clock,
  ) {}

  /** Brings the item up to the exam as it is now; puts the exam on the list when readers may have it for the first time. */
  async project(tx: Tx, examId: string): Promise<void> {
    const item = await this.items.lock(tx, examId);
    const seen = await this.look(tx, examId);
    if (item) await this.follow(tx, item, seen);
    else if (isOpen(seen.exam) && !(await this.enlist(tx, seen))) await this.project(tx, examId);
  }

  /**
   * The item, locked by the caller, brought up to the exam as it is now: whoever begins to work on it must not be shown the
   * former patient because the news of a correction is still on its way.
   */
  async broughtUp(tx: Tx, item: ReadingItem): Promise<ReadingItem> {
    return this.follow(tx, item, await this.look(tx, item.exam_id));
  }

  private async look(tx: Tx, examId: string): Promise<Seen> {
    const { exam, studyUids } = await this.exams.brief(tx, examId);
    const policy = await this.policies.of(tx);
    return { exam, policy, copy: copyOf(exam, studyUids, policy, this.clock.now()) };
  }

  /** Adds the item; false when a neighbour was quicker. */
  private async enlist(tx: Tx, { exam, copy, policy }: Seen): Promise<boolean> {
    const row = {
      ...copy,
      exam_id: exam.id,
      county_id: exam.county_id,
      state: exam.state,
      state_rev: exam.rev,
      stage: stageFor(exam.state) ?? 'write',
      updated_at: this.clock.now(),
    };
    const columns = Object.keys(row);
    const item = await tx.row<ReadingItem>(
      `INSERT INTO reading_item (${columns.join()}) VALUES (${columns.map((_, i) => `$${i + 1}`).join()})
       ON CONFLICT (exam_id) DO NOTHING RETURNING *`,
      Object.values(row),
    );
    if (!item) return false;
    await this.items.announce(tx, await this.assigner.place(tx, item, policy));
    await this.armOverdue(tx, item);
    return true;
  }

  private async follow(tx: Tx, item: ReadingItem, { exam, copy, policy }: Seen): Promise<ReadingItem> {
    if (item.exam_rev >= exam.rev) return item;
    const group = stillGrouped(item, exam, copy, policy.limits, this.clock.now());
    const overdue = isOpen(exam) ? copy.overdue : item.overdue;
    const patch = { ...copy, ...followed(item, exam), ...badgeFollows(item, exam), ...group, overdue };
    const columns = Object.keys(patch);
    const after = await tx.row<ReadingItem>(
      `UPDATE reading_item SET ${columns.map((column, i) => `${column} = $${i + 4}`).join()}, updated_at = $3
       WHERE county_id = $1 AND exam_id = $2 RETURNING *`,
      [item.county_id, item.exam_id, this.clock.now(), ...Object.values(patch)],
    );
    if (!after) throw new Error('a locked row cannot be gone');
    if (item.holder_id && !after.holder_id) await this.recordEnd(tx, item, exam);
    if (exam.state === 'WITHDRAWN' && item.state !== 'WITHDRAWN') await this.notices.withdrawn(tx, item);
    const moved = after.state !== item.state || after.due_at.getTime() !== item.due_at.getTime();
    if (moved) await this.items.announce(tx, after);
    else this.items.wakeUp(tx, item.county_id);
    if (after.due_at.getTime() !== item.due_at.getTime()) await this.armOverdue(tx, after);
    if (group.broaden_at) await this.assigner.armBroadening(tx, after.exam_id, group.broaden_at);
    return after;
  }

  private async recordEnd(tx: Tx, item: ReadingItem, exam: Exam): Promise<void> {
    await this.audit.record(tx, {
      action: 'exam.claim-ended',
      subjectType: 'exam',
      subjectId: item.exam_id,
      reason: '检查已离开阅片流程',
      details: { fence: item.fence, stage: item.stage, holderId: item.holder_id, state: exam.state },
    });
  }

  private async armOverdue(tx: Tx, item: ReadingItem): Promise<void> {
    if (item.overdue) return;
    await this.outbox.schedule(tx, { consumer: MARK_OVERDUE, subjectId: item.exam_id, at: item.due_at });
  }
}
