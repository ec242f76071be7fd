import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import type { SseStream } from '../platform/http';
import { WakeBus } from '../platform/wake';
import { noticesTopic } from './notices';
import { NoticesQueries, type NoticeView } from './notices.queries';

/** A wake-up that got lost costs at most this long. */
const LOOK_AGAIN_MS = 5_000;
/** Wake-ups within this time are served by one look. */
const GATHER_MS = 40;
/** Unread notices held before a person at once; further ones follow as these are read. */
const WINDOW = 100;
/** Then the browser connects again. */
const MAX_AGE_MS = 10 * 60_000;
/** How often an open screen says that somebody is there. */
const HEARD_MS = 60_000;

/**
 * Shows a person what he has not read. There is no cursor: what is unread is shown, on every connection anew, and a notice
 * that commits late is found by the next look like any other.
 */
@Injectable()
export class NoticesStream {
  constructor(
    private readonly db: Db,
    private readonly queries: NoticesQueries,
    private readonly wake: WakeBus,
    private readonly clock: Clock,
  ) {}

  /** Sends `notice` for each unread notice, once per connection, the oldest first; the event id is the notice's. */
  async run(ctx: Ctx, stream: SseStream): Promise<void> {
    const topic = noticesTopic(ctx.countyId);
    const end = AbortSignal.any([stream.closed, AbortSignal.timeout(MAX_AGE_MS)]);
    let shown: ReadonlySet<string> = new Set();
    let heard = -Infinity;
    while (!end.aborted) {
      // Armed before the look, so that a notice told during it is not slept through.
      const news = this.wake.next(topic, LOOK_AGAIN_MS, end);
      if (performance.now() - heard >= HEARD_MS) {
        heard = performance.now();
        await this.hear(ctx);
      }
      const unread = await this.queries.unread(ctx, WINDOW);
      await this.send(
        stream,
        unread.filter((notice) => !shown.has(notice.noticeId)),
      );
      shown = new Set(unread.map((notice) => notice.noticeId));
      await news;
      await this.wake.next(`${topic} gather`, GATHER_MS, end);
    }
    stream.end();
  }

  private async send(stream: SseStream, notices: readonly NoticeView[]): Promise<void> {
    for (const notice of notices) {
      if (stream.closed.aborted) return;
      if (!(await stream.send('notice', notice, notice.noticeId))) await stream.drained();
    }
  }

  /** Of people alone: a gateway's open line says nothing about who stands before a screen. */
  private async hear(ctx: Ctx): Promise<void> {
    if (ctx.actor.kind !== 'person') return;
    await this.db.write(ctx, (tx) =>
      tx.change(
        `INSERT INTO notice_listener (county_id, person_id, heard_at) VALUES ($1, $2, $3)
         ON CONFLICT (county_id, person_id) DO UPDATE SET heard_at = greatest(notice_listener.heard_at, excluded.heard_at)`,
        [ctx.countyId, ctx.actor.id, this.clock.now()],
      ),
    );
  }
}
