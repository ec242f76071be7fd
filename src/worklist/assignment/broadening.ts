import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import { Db, type Tx } from '../../platform/database';
import { type Message, Outbox, type Sweep, type TransactionalHandler } from '../../platform/outbox';
import { OPEN } from '../claiming/claim.sql';
import { DUE_BATCH, eachDue } from '../due-items';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';
import { BROADEN } from '../worklist.subscriptions';
import { broadenAt } from '../list/due.rules';
import { AssignmentLog } from './assignment-log';
import { widened } from './broadening.rules';
import { Policies } from './policy';

/** Nobody has begun with it, its time with its first group is over at $1, and it has not broadened. */
const DUE = `broaden_at <= $1 AND broadened_at IS NULL AND holder_id IS NULL AND ${OPEN}`;

/** Said of the two steps. */
const TO_HOSPITAL = '指定医师未及时领取，转由本院当班医师';
const TO_COUNTY = '时限将到，已开放给全县各医院';

/** An exam whose limit is at risk leaves its first group and is offered to every hospital; once, and for good. */
@Injectable()
export class Broadening {
  constructor(
    private readonly items: Items,
    private readonly policies: Policies,
    private readonly log: AssignmentLog,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Offers the exam to the next wider group if its time has come; a timer that comes early, late or twice changes nothing. */
  async look(tx: Tx, examId: string): Promise<void> {
    const now = this.clock.now();
    const item = await tx.row<ReadingItem>(
      `SELECT * FROM reading_item WHERE county_id = $2 AND exam_id = $3 AND ${DUE} FOR UPDATE`,
      [now, tx.ctx.countyId, examId],
    );
    if (!item) return;
    const { limits } = await this.policies.of(tx);
    const step = widened(item, broadenAt(item.priority, item.queued_at, item.due_at, limits), now);
    const columns = Object.keys(step);
    await tx.change(
      `UPDATE reading_item SET ${columns.map((column, i) => `${column} = $${i + 4}`).join()}, updated_at = $3
       WHERE county_id = $1 AND exam_id = $2`,
      [item.county_id, examId, now, ...Object.values(step)],
    );
    if ('broaden_at' in step)
      await this.outbox.schedule(tx, { consumer: BROADEN, subjectId: examId, at: step.broaden_at });
    await this.note(tx, { ...item, ...step }, 'broaden_at' in step ? TO_HOSPITAL : TO_COUNTY);
    this.items.wakeUp(tx, item.county_id);
  }

  private async note(tx: Tx, item: ReadingItem, reason: string): Promise<void> {
    const { exam_id: examId, hospital_id: hospitalId, assigned_person_id: personId, due_at: dueAt } = item;
    const mode = item.assignment_mode ?? 'manual';
    await this.log.record(tx, { examId, kind: 'broadened', mode, hospitalId, personId, reason });
    const details = { hospitalId, personId, dueAt, mode };
    await this.audit.record(tx, { action: 'exam.broaden', subjectType: 'exam', subjectId: examId, reason, details });
  }
}

@Injectable()
export class BroadenHandler implements TransactionalHandler {
  readonly consumer = BROADEN;

  constructor(private readonly broadening: Broadening) {}

  handle(tx: Tx, message: Message): Promise<void> {
    return this.broadening.look(tx, message.subjectId);
  }
}

/**
 * A batch of the exams whose time with their group was over at $1, the longest first, beyond the position $2, $3 (null =
 * from the beginning): each county's first ones, because that is how the index runs, and of these the first.
 */
export const TO_BROADEN = `
  SELECT due.exam_id, county.id AS county_id, due.fence, due.broaden_at::text AS due FROM county CROSS JOIN LATERAL (
    SELECT exam_id, fence, broaden_at FROM reading_item
    WHERE county_id = county.id AND ${DUE}
      AND ($2::timestamptz IS NULL OR broaden_at >= $2::timestamptz AND (broaden_at, exam_id) > ($2::timestamptz, $3::uuid))
    ORDER BY broaden_at, exam_id LIMIT ${DUE_BATCH}) AS due
  ORDER BY due.broaden_at, due.exam_id LIMIT ${DUE_BATCH}`;

/** The net under the timers, and what sees the exams that were held when their timer came and were given back since. */
@Injectable()
export class BroadenSweep implements Sweep {
  readonly name = 'worklist-broaden';

  constructor(
    private readonly db: Db,
    private readonly broadening: Broadening,
  ) {}

  sweep(tx: Tx, now: Date): Promise<number> {
    const round = { db: this.db, tx, now, as: BROADEN };
    return eachDue(round, TO_BROADEN, (own, { exam_id: examId }) => this.broadening.look(own, examId));
  }
}
