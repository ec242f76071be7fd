import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { type Message, Outbox, type TransactionalHandler } from '../../platform/outbox';
import type { OpenedFacts } from '../../reporting';
import type { Delivery } from '../delivery.entities';
import { deliveryProgressed } from '../delivery.events';
import { statesBefore } from '../delivery.state';
import { OPENED } from '../delivery.subscriptions';

/**
 * SEEN is a named person of the clinic who has opened the report, wherever he did: on the exam's page, as a sheet, or by
 * saying so. The sightings tell who was first; the inbox follows them.
 */
@Injectable()
export class Openings {
  constructor(
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * The inbox entry of an opened version becomes SEEN by whoever opened it first; one that is SEEN already stays as it is.
   * The caller holds the clinic's inbox counter, so that an entry that is just being made is not missed.
   */
  async follow(tx: Tx, versionId: string): Promise<void> {
    // Nobody has seen before it was delivered: what was opened before the entry was made counts from then on.
    const row = await tx.row<Delivery>(
      `UPDATE delivery d SET state = 'SEEN', delivered_at = coalesce(d.delivered_at, greatest(first.at, d.created_at)),
         seen_at = greatest(first.at, coalesce(d.delivered_at, d.created_at)), seen_by = first.person_id, seen_by_name = first.by_name,
         updated_at = $3
       FROM (SELECT person_id, by_name, at FROM report_sighting
             WHERE county_id = $1 AND version_id = $2 AND clinic_id IS NOT NULL AND person_id IS NOT NULL
             ORDER BY at, id LIMIT 1) first
       WHERE d.county_id = $1 AND d.report_version_id = $2 AND d.channel_kind = 'inbox' AND d.event = 'signed' AND d.state = ANY($4)
       RETURNING d.*`,
      [tx.ctx.countyId, versionId, this.clock.now(), statesBefore('SEEN')],
    );
    if (!row) return;
    await this.audit.record(tx, {
      action: 'delivery.see',
      subjectType: 'delivery',
      subjectId: row.id,
      details: { examId: row.exam_id, version: row.version_number, personId: row.seen_by },
    });
    await this.outbox.emit(tx, deliveryProgressed(row));
  }
}

@Injectable()
export class OpenedHandler implements TransactionalHandler {
  readonly consumer = OPENED;

  constructor(private readonly openings: Openings) {}

  async handle(tx: Tx, message: Message): Promise<void> {
    const { clinicId } = message.payload as unknown as OpenedFacts;
    await tx.row('SELECT 1 FROM inbox_lane WHERE county_id = $1 AND clinic_id = $2 FOR UPDATE', [
      tx.ctx.countyId,
      clinicId,
    ]);
    await this.openings.follow(tx, message.subjectId);
  }
}
