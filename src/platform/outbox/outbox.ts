import { Injectable } from '@nestjs/common';
import { Clock } from '../clock';
import { prepared, type Tx } from '../database';
import { newId } from '../ids';
import { WakeBus } from '../wake';
import { type DomainEvent, Subscriptions } from './subscription';

export const OUTBOX_TOPIC = 'outbox';

interface Row {
  event: string;
  consumer: string;
  subjectId: string;
  payload: Readonly<Record<string, unknown>>;
  notBefore: Date | null;
}

const INSERT = prepared(
  `INSERT INTO outbox_message (id, county_id, event, consumer, subject_id, payload, not_before, request_id, traceparent, created_at)
   SELECT id, $1, event, consumer, subject_id, payload, not_before, $2, $3, $4
   FROM unnest($5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::jsonb[], $10::timestamptz[])
     AS new_row (id, event, consumer, subject_id, payload, not_before)`,
);

/** Writes news and timers beside the change that caused them, in the same transaction. */
@Injectable()
export class Outbox {
  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly clock: Clock,
    private readonly wake: WakeBus,
  ) {}

  /** One message for every consumer of every event; an event that nobody listens to leaves no row. */
  async emit(tx: Tx, ...events: readonly DomainEvent[]): Promise<void> {
    await this.append(
      tx,
      events.flatMap((event) =>
        this.subscriptions.ofEvent(event.kind).map(({ consumer }) => ({
          event: event.kind,
          consumer,
          subjectId: event.subjectId,
          payload: event.payload ?? {},
          notBefore: null,
        })),
      ),
    );
  }

  /** Asks `consumer` to run for `subjectId` at `at` (or as soon as possible). Timers survive an emptied queue. */
  async schedule(
    tx: Tx,
    timer: { consumer: string; subjectId: string; at?: Date; payload?: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const { consumer } = this.subscriptions.consumer(timer.consumer);
    const row = {
      event: 'timer',
      consumer,
      subjectId: timer.subjectId,
      payload: timer.payload ?? {},
      notBefore: timer.at ?? null,
    };
    await this.append(tx, [row]);
  }

  private async append(tx: Tx, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const { countyId, requestId, traceparent } = tx.ctx;
    await tx.send(INSERT, [
      countyId,
      requestId,
      traceparent ?? null,
      this.clock.now(),
      rows.map(() => newId()),
      rows.map((row) => row.event),
      rows.map((row) => row.consumer),
      rows.map((row) => row.subjectId),
      rows.map((row) => JSON.stringify(row.payload)),
      rows.map((row) => row.notBefore),
    ]);
    tx.afterCommit(() => this.wake.announce(OUTBOX_TOPIC));
  }
}
