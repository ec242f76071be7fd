import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { commonErrors, DomainError } from '../../platform/errors';
import type { SseStream, StillAllowed } from '../../platform/http';
import { WakeBus } from '../../platform/wake';
import type { InboxInput, InboxStreamInput } from '../delivery.dto';
import { deliveryErrors } from '../delivery.errors';
import { type InboxEntry, InboxQueries } from './inbox.queries';
import { inboxTopic } from './inboxes';

/** A wake-up that got lost costs at most this long. */
export const LOOK_AGAIN_MS = 5_000;
const STREAM_PAGE = 50;
/** Then the listener connects again with its position. */
const STREAM_LIFE_MS = 15 * 60_000;

/** Who holds the line of a long poll. */
export interface Waiting {
  readonly gone: AbortSignal;
  readonly stillAllowed: StillAllowed;
}

export interface InboxPage {
  readonly items: readonly InboxEntry[];
  /** To be given as `after` for more that is there already; null: the last item's `seq` is where news will begin. */
  readonly nextCursor: string | null;
}

/** The inbox as clinics read it: pull, long poll and stream, all from the table, so that no process needs another. */
@Injectable()
export class InboxService {
  constructor(
    private readonly queries: InboxQueries,
    private readonly wake: WakeBus,
    private readonly clock: Clock,
  ) {}

  /**
   * A page of entries behind `after`. With `wait` it comes as soon as there is one, or empty after so many seconds.
   * @throws DomainError `unauthenticated` when the caller's session or key, or its rights, have ended during the wait
   */
  async pull(ctx: Ctx, input: InboxInput, { gone, stillAllowed }: Waiting): Promise<InboxPage> {
    const clinicId = clinicOf(ctx, input.clinic);
    const deadline = performance.now() + input.wait * 1_000;
    for (let waited = false; ; waited = true) {
      const left = deadline - performance.now();
      // Armed before the look, so that an entry made during it is not slept through.
      const news = left > 0 ? this.wake.next(inboxTopic(clinicId), Math.min(left, LOOK_AGAIN_MS), gone) : undefined;
      const found = await this.queries.after(ctx, clinicId, input.after, input.limit + 1);
      if (waited && !gone.aborted && !(await stillAllowed())) throw new DomainError(commonErrors.unauthenticated);
      if (found.length > 0 || news === undefined || gone.aborted) return this.handOut(ctx, found, input.limit);
      await news;
    }
  }

  /**
   * Sends one event `report` per entry, its id the `seq`, from Last-Event-ID (or `after`) on; without a position, from the
   * oldest entry that is not acknowledged. An entry may come again after a reconnect; its `deliveryId` tells.
   */
  async stream(ctx: Ctx, input: InboxStreamInput, lastEventId: string | undefined, stream: SseStream): Promise<void> {
    const clinicId = clinicOf(ctx, input.clinic);
    let position = positionOf(lastEventId) ?? input.after ?? (await this.queries.start(ctx, clinicId));
    const end = performance.now() + STREAM_LIFE_MS;
    while (!stream.closed.aborted && performance.now() < end) {
      const news = this.wake.next(inboxTopic(clinicId), LOOK_AGAIN_MS, stream.closed);
      const entries = await this.queries.after(ctx, clinicId, position, STREAM_PAGE);
      position = await this.send(ctx, stream, entries, position);
      if (entries.length < STREAM_PAGE) await news;
    }
    stream.end();
  }

  private async send(ctx: Ctx, stream: SseStream, entries: readonly InboxEntry[], from: number): Promise<number> {
    const now = this.clock.now();
    const sent: InboxEntry[] = [];
    for (const entry of entries) {
      const taken = await stream.send('report', handedOut(entry, now), String(entry.seq));
      if (stream.closed.aborted) break;
      sent.push(entry);
      // A line that takes no more is waited for: a slow clinic costs one page of memory, not all it has missed.
      if (!taken) await stream.drained();
    }
    await this.queries.markSent(ctx, sent, now);
    return sent.at(-1)?.seq ?? from;
  }

  private async handOut(ctx: Ctx, found: readonly InboxEntry[], limit: number): Promise<InboxPage> {
    const now = this.clock.now();
    const items = found.slice(0, limit).map((entry) => handedOut(entry, now));
    await this.queries.markSent(ctx, found.slice(0, limit), now);
    const last = items.at(-1);
    return { items, nextCursor: found.length > limit && last ? String(last.seq) : null };
  }
}

/** As the receiver sees it: what it holds in its hands has been sent. */
function handedOut(entry: InboxEntry, now: Date): InboxEntry {
  return entry.state === 'PENDING' ? { ...entry, state: 'SENT', sentAt: now } : entry;
}

/** Last-Event-ID, if it is one of ours. */
function positionOf(lastEventId: string | undefined): number | undefined {
  return lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : undefined;
}

/**
 * Whose inbox is meant. It is open to the clinic's own people and gateway alone: readers of the county see reports, not
 * mail. Throws `no_clinic`, `clinic_ambiguous`; another clinic's is `not_found`.
 */
export function clinicOf(ctx: Ctx, asked: string | undefined): string {
  const { clinicIds } = ctx.actor;
  const [only, ...others] = clinicIds;
  if (only === undefined) throw new DomainError(deliveryErrors.no_clinic);
  if (asked === undefined) {
    if (others.length > 0) throw new DomainError(deliveryErrors.clinic_ambiguous, { field: 'clinic', clinicIds });
    return only;
  }
  if (!clinicIds.some((id) => id === asked)) throw new DomainError(commonErrors.not_found);
  return asked;
}
