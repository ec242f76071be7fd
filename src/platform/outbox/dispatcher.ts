import { Injectable } from '@nestjs/common';
import { UnrecoverableError } from 'bullmq';
import { Clock } from '../clock';
import { systemCtx } from '../context';
import { Db, type Tx } from '../database';
import { Logger, loggedMessage } from '../logging';
import { Metrics } from '../metrics';
import type { JobData } from '../queue';
import { Handlers, type Message, PermanentFailure } from './handler';
import { Subscriptions } from './subscription';

interface Stored {
  id: string;
  event: string;
  consumer: string;
  subject_id: string;
  payload: Record<string, unknown>;
}

/** Runs the handler of one job: takes the message's row, does the work, marks it handled; never swallows an error. */
@Injectable()
export class Dispatcher {
  private readonly duration;

  constructor(
    private readonly db: Db,
    private readonly handlers: Handlers,
    private readonly subscriptions: Subscriptions,
    private readonly clock: Clock,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.duration = metrics.seconds('cic_job_seconds', 'Duration of one message by consumer and outcome', [
      'consumer',
      'outcome',
    ]);
  }

  async dispatch(consumer: string, data: JobData): Promise<void> {
    const handler = this.handlers.of(consumer);
    const end = this.duration.startTimer({ consumer });
    const ctx = systemCtx(consumer, data.countyId, data.requestId, data.traceparent);
    try {
      if ('handle' in handler) {
        await this.db.write(ctx, async (tx) => {
          const messages = await this.take(tx, consumer, data.messageId);
          const latest = messages.at(-1);
          if (!latest) return;
          await handler.handle(tx, latest);
          await this.markHandled(tx, messages);
        });
      } else {
        const messages = await this.db.read(ctx, (tx) => this.waiting(tx, consumer, data.messageId, ''));
        const latest = messages.at(-1);
        if (latest) {
          await handler.run(ctx, latest);
          await this.db.write(ctx, (tx) => this.markHandled(tx, messages));
        }
      }
      end({ outcome: 'ok' });
    } catch (error) {
      end({ outcome: 'failed' });
      await this.recordFailure(consumer, data, error);
      throw error instanceof PermanentFailure ? new UnrecoverableError(error.message) : error;
    }
  }

  /**
   * Locks the waiting messages. It waits for a lock: the relay publishes before it commits, so a quick worker finds the row
   * still in the relay's hands, and passing over it would leave the message to the sweeper. A twin's work is waited for
   * too, and found handled.
   */
  private take(tx: Tx, consumer: string, messageId: string): Promise<Message[]> {
    return this.waiting(tx, consumer, messageId, 'FOR UPDATE');
  }

  private async waiting(tx: Tx, consumer: string, messageId: string, lock: string): Promise<Message[]> {
    // A coalescing consumer also serves the subject's other due messages; timers of the future stay untouched.
    const which = this.subscriptions.consumer(consumer).coalesce
      ? `consumer = $1 AND subject_id = (SELECT subject_id FROM outbox_message WHERE id = $2)
         AND (id = $2 OR not_before IS NULL OR not_before <= $3)`
      : 'consumer = $1 AND id = $2 AND $3::timestamptz IS NOT NULL';
    const rows = await tx.rows<Stored>(
      `SELECT id, event, consumer, subject_id, payload FROM outbox_message
       WHERE ${which} AND handled_at IS NULL AND failed_at IS NULL ORDER BY id ${lock}`,
      [consumer, messageId, this.clock.now()],
    );
    return rows.map((row) => ({ ...row, subjectId: row.subject_id }));
  }

  private async markHandled(tx: Tx, messages: readonly Message[]): Promise<void> {
    await tx.change('UPDATE outbox_message SET handled_at = $2 WHERE id = ANY($1) AND handled_at IS NULL', [
      messages.map((message) => message.id),
      this.clock.now(),
    ]);
  }

  private async recordFailure(consumer: string, data: JobData, error: unknown): Promise<void> {
    const permanent = error instanceof PermanentFailure;
    const text = error instanceof Error ? `${error.name}: ${loggedMessage(error)}` : String(error);
    this.logger.failure(
      error,
      { consumer, messageId: data.messageId, requestId: data.requestId, permanent },
      'message failed',
    );
    await this.db
      .write(systemCtx(consumer, data.countyId, data.requestId), (tx) =>
        tx.change(
          `UPDATE outbox_message SET attempts = attempts + 1, last_error = $2, failed_at = CASE WHEN $3 THEN $4::timestamptz END
           WHERE id = $1 AND handled_at IS NULL`,
          [data.messageId, text.slice(0, 500), permanent, this.clock.now()],
        ),
      )
      // The failure itself is rethrown by the caller; not being able to note it must not hide it.
      .catch((noteError: unknown) =>
        this.logger.failure(noteError, { messageId: data.messageId }, 'failure could not be noted'),
      );
  }
}
