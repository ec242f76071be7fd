import { Injectable } from '@nestjs/common';
import { type Ctx, systemCtx, visibleClinics } from '../../platform/context';
import { Db } from '../../platform/database';
import type { SseStream } from '../../platform/http';
import { newId } from '../../platform/ids';
import { WakeBus } from '../../platform/wake';
import { type ItemRow, itemView, withNames } from './item.view';
import { worklistTopic } from '../items';

/** A wake-up that got lost costs at most this long. */
const LOOK_AGAIN_MS = 3_000;
/** Wake-ups within this time are served by one look. */
const GATHER_MS = 40;
/** Whoever missed more than this is told to load the list anew. */
const MAX_CATCH_UP = 500;
/** Then the browser connects again with its cursor. */
const MAX_AGE_MS = 10 * 60_000;

interface Horizon {
  /** Transactions below this have ended: what they changed can be seen. */
  readonly settled: string;
  /** First transaction id not given out yet. */
  readonly upcoming: string;
}

interface Look {
  /** The earliest cursor among those who look. */
  from: string;
  readonly changes: Promise<Changes>;
}

interface Changes {
  readonly rows: readonly ItemRow[];
  readonly next: string;
  readonly tooMany: boolean;
}

/**
 * Tells an open list what has changed. The cursor is a transaction id below which everything is settled (see the
 * trigger on reading_item): rows that commit late, or on another server's clock, are never jumped over. It re-reads the
 * table on every wake-up and also by itself, so it needs nothing from the process that made the change. All lists of a
 * county that are woken together share one read: sixty open lists must not mean sixty reads per claim.
 */
@Injectable()
export class WorklistStream {
  private readonly looks = new Map<string, Look>();

  constructor(
    private readonly db: Db,
    private readonly wake: WakeBus,
  ) {}

  /**
   * Sends `ready` once, then `item` with the item as lists show it (also when it left the list: look at `state`), or
   * `reload` when too much was missed. Event ids are cursors for Last-Event-ID; an item may come twice after a reconnect.
   */
  async run(ctx: Ctx, stream: SseStream, lastEventId: string | undefined): Promise<void> {
    const topic = worklistTopic(ctx.countyId);
    let cursor = await this.start(ctx, stream, lastEventId);
    let shown = new Map<string, string>();
    let late = true;
    const end = AbortSignal.any([stream.closed, AbortSignal.timeout(MAX_AGE_MS)]);
    while (!end.aborted) {
      // Armed before the look, so that a change during it is not slept through.
      const news = this.wake.next(topic, LOOK_AGAIN_MS, end);
      // Whoever comes back, or takes long to be told, does not make the others read what they have seen.
      const changes = visibleTo(
        ctx,
        cursor,
        late ? await this.changes(ctx.countyId, cursor) : await this.look(ctx.countyId, cursor),
      );
      if (changes.tooMany) late = !(await stream.send('reload', {}, changes.next));
      else late = await this.send(stream, changes, cursor, shown);
      // Rows above the settled cursor are read again next time; what was shown of them is remembered.
      shown = new Map(
        changes.rows
          .filter((row) => BigInt(row.change_tx) >= BigInt(changes.next))
          .map((row) => [row.exam_id, row.change_tx]),
      );
      cursor = changes.next;
      await news;
      await this.wake.next(`${topic} gather`, GATHER_MS, end);
    }
    stream.end();
  }

  /** Where to go on: after what the client saw last, or now. A cursor from before a restore of the database is void. */
  private async start(ctx: Ctx, stream: SseStream, lastEventId: string | undefined): Promise<string> {
    const { settled, upcoming } = await this.horizon(ctx);
    const known =
      lastEventId !== undefined && /^\d{1,18}$/.test(lastEventId) && BigInt(lastEventId) <= BigInt(upcoming);
    if (lastEventId !== undefined && !known) await stream.send('reload', {}, settled);
    const cursor = known ? lastEventId : settled;
    await stream.send('ready', {}, cursor);
    return cursor;
  }

  /** Answers whether the client was slow to take it. */
  private async send(
    stream: SseStream,
    { rows, next }: Changes,
    cursor: string,
    shown: ReadonlyMap<string, string>,
  ): Promise<boolean> {
    let slow = false;
    const fresh = rows.filter((row) => shown.get(row.exam_id) !== row.change_tx);
    for (const [i, row] of fresh.entries()) {
      // Only the last of a batch moves the client's cursor: whoever is cut off in the middle gets the batch again.
      if (!(await stream.send('item', itemView(row), i === fresh.length - 1 ? next : cursor))) {
        slow = true;
        await stream.drained();
      }
      if (stream.closed.aborted) break;
    }
    return slow;
  }

  /** One read for all who ask in the same turn of the event loop; it begins after the last of them has asked. */
  private look(countyId: string, cursor: string): Promise<Changes> {
    const begun = this.looks.get(countyId);
    if (begun) {
      if (BigInt(cursor) < BigInt(begun.from)) begun.from = cursor;
      return begun.changes;
    }
    const look: Look = {
      from: cursor,
      changes: new Promise(setImmediate).then(() => {
        this.looks.delete(countyId);
        return this.changes(countyId, look.from);
      }),
    };
    this.looks.set(countyId, look);
    return look.changes;
  }

  private changes(countyId: string, cursor: string): Promise<Changes> {
    return this.db.read(systemCtx('worklist', countyId, newId()), async (tx) => {
      // Taken before the rows: whatever settles in between is then read twice, never missed.
      const horizon = (await tx.row<Horizon>(HORIZON))!;
      const rows = await tx.rows<ItemRow>(CHANGES, [countyId, cursor]);
      const tooMany = rows.length > MAX_CATCH_UP;
      return { rows: tooMany ? [] : rows, next: horizon.settled, tooMany };
    });
  }

  private horizon(ctx: Ctx): Promise<Horizon> {
    return this.db.read(ctx, async (tx) => (await tx.row<Horizon>(HORIZON))!);
  }
}

const HORIZON = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS settled, pg_snapshot_xmax(pg_current_snapshot())::text AS upcoming`;

/** The upper bound keeps rows out that were marked in another cluster before the database was restored into this one. */
const CHANGES = withNames(
  `SELECT * FROM reading_item
   WHERE county_id = $1 AND change_tx >= $2 AND change_tx < (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
   ORDER BY change_tx, exam_id LIMIT ${MAX_CATCH_UP + 1}`,
  'i.change_tx, i.exam_id',
);

/** What of a shared read is this caller's to see, and new to him. */
function visibleTo(ctx: Ctx, cursor: string, { rows, ...rest }: Changes): Changes {
  const visible = visibleClinics(ctx);
  const mine = (row: ItemRow): boolean => visible === null || visible.includes(row.clinic_id);
  return { ...rest, rows: rows.filter((row) => mine(row) && BigInt(row.change_tx) >= BigInt(cursor)) };
}
