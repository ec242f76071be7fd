import { Injectable } from '@nestjs/common';
import { type Ctx, visibleClinics } from '../platform/context';
import { Db } from '../platform/database';
import type { SseStream } from '../platform/http';
import { WakeBus } from '../platform/wake';
import { type ItemRow, itemView, withNames } from './item.view';
import { worklistTopic } from './items';

/** A wake-up that got lost costs at most this long. */
const LOOK_AGAIN_MS = 3_000;
/** Wake-ups within this time are served by one look: sixty open lists must not mean sixty reads per claim. */
const GATHER_MS = 400;
/** Whoever missed more than this is told to load the list anew. */
const MAX_CATCH_UP = 500;
/** Then the browser connects again with its cursor, and who may read is checked anew. */
const MAX_LOOKS = 1_500;

interface Horizon {
  /** Transactions below this have ended: what they changed can be seen. */
  readonly settled: string;
  /** First transaction id not given out yet. */
  readonly upcoming: string;
}

interface Changes {
  readonly rows: readonly ItemRow[];
  readonly next: string;
  readonly tooMany: boolean;
}

/**
 * Tells an open list what has changed. The cursor is a transaction id below which everything is settled (see the
 * trigger on reading_item): rows that commit late, or on another server's clock, are never jumped over. It re-reads the
 * table on every wake-up and also by itself, so it needs nothing from the process that made the change.
 */
@Injectable()
export class WorklistStream {
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
    for (let look = 0; look < MAX_LOOKS && !stream.closed.aborted; look += 1) {
      // Armed before the look, so that a change during it is not slept through.
      const news = this.wake.next(topic, LOOK_AGAIN_MS, stream.closed);
      const changes = await this.changes(ctx, cursor);
      if (changes.tooMany) stream.send('reload', {}, changes.next);
      else await this.send(stream, changes, cursor, shown);
      // Rows above the settled cursor are read again next time; what was shown of them is remembered.
      shown = new Map(
        changes.rows
          .filter((row) => BigInt(row.change_tx) >= BigInt(changes.next))
          .map((row) => [row.exam_id, row.change_tx]),
      );
      cursor = changes.next;
      await news;
      await this.wake.next(`${topic} gather`, GATHER_MS, stream.closed);
    }
    stream.end();
  }

  /** Where to go on: after what the client saw last, or now. A cursor from before a restore of the database is void. */
  private async start(ctx: Ctx, stream: SseStream, lastEventId: string | undefined): Promise<string> {
    const { settled, upcoming } = await this.horizon(ctx);
    const known =
      lastEventId !== undefined && /^\d{1,18}$/.test(lastEventId) && BigInt(lastEventId) <= BigInt(upcoming);
    if (lastEventId !== undefined && !known) stream.send('reload', {}, settled);
    const cursor = known ? lastEventId : settled;
    stream.send('ready', {}, cursor);
    return cursor;
  }

  private async send(
    stream: SseStream,
    { rows, next }: Changes,
    cursor: string,
    shown: ReadonlyMap<string, string>,
  ): Promise<void> {
    const fresh = rows.filter((row) => shown.get(row.exam_id) !== row.change_tx);
    for (const [i, row] of fresh.entries()) {
      // Only the last of a batch moves the client's cursor: whoever is cut off in the middle gets the batch again.
      if (!stream.send('item', itemView(row), i === fresh.length - 1 ? next : cursor)) await stream.drained();
      if (stream.closed.aborted) return;
    }
  }

  private changes(ctx: Ctx, cursor: string): Promise<Changes> {
    return this.db.read(ctx, async (tx) => {
      // Taken before the rows: whatever settles in between is then read twice, never missed.
      const horizon = (await tx.row<Horizon>(HORIZON))!;
      const rows = await tx.rows<ItemRow>(CHANGES, [ctx.countyId, cursor, clinicsOf(ctx)]);
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
     AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))
   ORDER BY change_tx, exam_id LIMIT ${MAX_CATCH_UP + 1}`,
  'i.change_tx, i.exam_id',
);

function clinicsOf(ctx: Ctx): readonly string[] | null {
  const visible = visibleClinics(ctx);
  return visible === 'all' ? null : visible;
}
