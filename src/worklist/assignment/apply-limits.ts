import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { systemCtx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { eachOf, type Message, Outbox, type Sweep, type TransactionalHandler } from '../../platform/outbox';
import { OPEN } from '../claiming/claim.sql';
import { broadenAt, ceilingAt, dueAt, type Limits } from '../list/due.rules';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';
import { readingProgressed } from '../worklist.events';
import { APPLY_LIMITS } from '../worklist.subscriptions';
import { stillHeldUntil } from './broadening.rules';
import { Policies } from './policy';

/** In one transaction: short enough that nobody notices the locks. */
const BATCH = 500;

/** Open items whose due time was computed with older limits ($2 = the present revision). */
export const STALE = `
  SELECT i.*, (SELECT exam_started_at FROM exam WHERE id = i.exam_id) AS started_at,
    (SELECT first_byte_at FROM exam WHERE id = i.exam_id) AS first_byte_at,
    (SELECT preliminary_at FROM exam WHERE id = i.exam_id) AS preliminary_at
  FROM (SELECT * FROM reading_item WHERE county_id = $1 AND limits_rev < $2 AND ${OPEN}
    ORDER BY limits_rev LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) i`;

/** The times that a limit depends on and that the list does not copy. */
type StaleItem = ReadingItem & {
  readonly started_at: Date | null;
  readonly first_byte_at: Date | null;
  readonly preliminary_at: Date | null;
};

const REWRITE = `
  UPDATE reading_item i SET due_at = new_row.due_at, overdue = new_row.due_at <= $3, ceiling_at = new_row.ceiling_at,
    broaden_at = new_row.broaden_at, limits_rev = $2, updated_at = $3
  FROM unnest($4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[]) AS new_row (exam_id, due_at, ceiling_at, broaden_at)
  WHERE i.county_id = $1 AND i.exam_id = new_row.exam_id RETURNING i.*`;

/**
 * Changed limits reach the exams that are open: due time, ceiling and the time of broadening are computed anew, a batch per
 * transaction. What has broadened stays broadened, and who was given an exam on purpose keeps his time. Timers are left to the sweeps, which find every time that has come.
 */
@Injectable()
export class ApplyLimits {
  constructor(
    private readonly policies: Policies,
    private readonly items: Items,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** One batch; answers how many items it brought up to the present limits. */
  async batch(tx: Tx): Promise<number> {
    const { countyId } = tx.ctx;
    const { limits, limitsRev } = await this.policies.of(tx);
    const stale = await tx.rows<StaleItem>(STALE, [countyId, limitsRev]);
    if (stale.length === 0) return 0;
    const now = this.clock.now();
    const times = stale.map((item) => timesOf(item, limits, now));
    const before = new Map(stale.map((item) => [item.exam_id, item.due_at.getTime()]));
    const written = await tx.rows<ReadingItem>(REWRITE, [
      countyId,
      limitsRev,
      now,
      stale.map((item) => item.exam_id),
      times.map((time) => time.dueAt),
      times.map((time) => time.ceilingAt),
      times.map((time) => time.broadenAt),
    ]);
    const moved = written.filter((item) => item.due_at.getTime() !== before.get(item.exam_id));
    await this.outbox.emit(tx, ...moved.map(readingProgressed));
    this.items.wakeUp(tx, countyId);
    return stale.length;
  }

  /** Asks for the next batch. */
  async goOn(tx: Tx): Promise<void> {
    await this.outbox.schedule(tx, { consumer: APPLY_LIMITS, subjectId: tx.ctx.countyId });
  }
}

interface Times {
  readonly dueAt: Date;
  readonly ceilingAt: Date | null;
  readonly broadenAt: Date | null;
}

function timesOf(item: StaleItem, limits: Limits, now: Date): Times {
  const facts = {
    priority: item.priority,
    clinicId: item.clinic_id,
    modality: item.modality,
    bodyPart: item.body_part,
    itemName: item.item_name,
    startedAt: item.started_at,
    firstByteAt: item.first_byte_at,
    queuedAt: item.queued_at,
    preliminaryAt: item.preliminary_at,
  };
  const due = dueAt(facts, limits);
  const atRisk = broadenAt(item.priority, item.queued_at, due, limits);
  return {
    dueAt: due,
    ceilingAt: ceilingAt(facts, limits),
    broadenAt: stillHeldUntil(item, { atRisk, dueAt: due }, now),
  };
}

@Injectable()
export class ApplyLimitsHandler implements TransactionalHandler {
  readonly consumer = APPLY_LIMITS;

  constructor(private readonly limits: ApplyLimits) {}

  async handle(tx: Tx, _: Message): Promise<void> {
    if ((await this.limits.batch(tx)) === BATCH) await this.limits.goOn(tx);
  }
}

/** Counties in which an open item has older limits. */
export const COUNTIES_BEHIND = `
  SELECT p.county_id FROM reading_policy p WHERE EXISTS (
    SELECT 1 FROM reading_item i WHERE i.county_id = p.county_id AND i.limits_rev < p.limits_rev AND ${OPEN})`;

/** The net under the handler, and what sees the items that were locked, or projected with the older limits, meanwhile. */
@Injectable()
export class ApplyLimitsSweep implements Sweep {
  readonly name = 'worklist-limits';

  constructor(
    private readonly db: Db,
    private readonly limits: ApplyLimits,
  ) {}

  async sweep(tx: Tx): Promise<number> {
    const behind = await tx.rows<{ county_id: string }>(COUNTIES_BEHIND);
    let done = 0;
    await eachOf(behind, async ({ county_id: countyId }) => {
      done += await this.db.write(systemCtx(APPLY_LIMITS, countyId, newId()), (own) => this.limits.batch(own));
    });
    return done;
  }
}
