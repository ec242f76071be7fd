import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { type Message, Outbox, type TransactionalHandler } from '../platform/outbox';
import { imagesReceived } from './studies.events';
import { ANNOUNCE } from './studies.subscriptions';

/** The end of a burst of images: tells them together. Locking the study's row waits for requests still under way. */
@Injectable()
export class AnnounceHandler implements TransactionalHandler {
  readonly consumer = ANNOUNCE;

  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async handle(tx: Tx, { subjectId }: Message): Promise<void> {
    const changed = await tx.change(
      `UPDATE dicom_study SET announced_at = $3, announce_due_at = NULL
       WHERE county_id = $1 AND id = $2 AND announce_due_at IS NOT NULL`,
      [tx.ctx.countyId, subjectId, this.clock.now()],
    );
    // A timer set twice (after one was thought lost) has nothing left to tell.
    if (changed === 1) await this.outbox.emit(tx, imagesReceived(subjectId));
  }
}
