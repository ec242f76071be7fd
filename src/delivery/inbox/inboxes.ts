import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import type { Message, TransactionalHandler } from '../../platform/outbox';
import { OPEN_INBOX } from '../delivery.subscriptions';

/** The topic on which new entries of a clinic's inbox are announced. */
export const inboxTopic = (clinicId: string): string => `inbox:${clinicId}`;

/** Inboxes: every clinic has one, from its opening on. */
@Injectable()
export class Inboxes {
  constructor(private readonly clock: Clock) {}

  /** Makes the clinic's inbox; does nothing when there is one. Answers the new channel's id, or undefined. */
  async open(tx: Tx, clinicId: string): Promise<string | undefined> {
    const made = await tx.row<{ id: string }>(
      `WITH lane AS (
         INSERT INTO inbox_lane (clinic_id, county_id) VALUES ($3, $2) ON CONFLICT DO NOTHING)
       INSERT INTO channel (id, county_id, clinic_id, kind, name, created_at, updated_at)
       VALUES ($1, $2, $3, 'inbox', '收件箱', $4, $4) ON CONFLICT DO NOTHING RETURNING id`,
      [newId(), tx.ctx.countyId, clinicId, this.clock.now()],
    );
    return made?.id;
  }
}

@Injectable()
export class OpenInboxHandler implements TransactionalHandler {
  readonly consumer = OPEN_INBOX;

  constructor(private readonly inboxes: Inboxes) {}

  async handle(tx: Tx, message: Message): Promise<void> {
    await this.inboxes.open(tx, message.subjectId);
  }
}
