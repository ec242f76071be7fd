import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Ctx, PersonActor } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { Outbox } from '../../platform/outbox';
import { Sightings } from '../../reporting';
import type { Delivery } from '../delivery.entities';
import { deliveryErrors } from '../delivery.errors';
import { deliveryProgressed } from '../delivery.events';
import { type DeliveryState, statesBefore } from '../delivery.state';
import { Lanes } from '../lanes/lanes';

/** What the clinic's side of a delivery looks like. */
export interface Acknowledgement {
  readonly deliveryId: string;
  readonly state: DeliveryState;
  readonly deliveredAt: Date | null;
  readonly seenAt: Date | null;
  readonly seenBy: string | null;
}

/** Once acknowledged nothing is tried any more; an earlier acknowledgement keeps its time. */
const DELIVERED_NOW = 'delivered_at = coalesce(delivered_at, $4), next_attempt_at = NULL, ambiguous = false';

/**
 * What the clinic says about a delivery, on whatever channel it came. The first word stands: both commands may be
 * repeated at will and answer what is so.
 */
@Injectable()
export class AcknowledgementsService {
  constructor(
    private readonly commands: Commands,
    private readonly lanes: Lanes,
    private readonly sightings: Sightings,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** 送达: the clinic's system (or a technician for it) has the report. T8. Throws `not_found`. */
  acknowledge(ctx: Ctx, deliveryId: string): Promise<Acknowledgement> {
    return this.move(ctx, deliveryId, 'DELIVERED', null);
  }

  /**
   * 已查看: a named person of the clinic has opened the report, which also says that it is there. T9 (and T8). From then on
   * it cannot be called back. Throws `not_found`, `person_required`, `report_recalled`.
   */
  see(ctx: Ctx, deliveryId: string): Promise<Acknowledgement> {
    // A machine that says "seen" would stop the clock on a report that nobody has read.
    if (ctx.actor.kind !== 'person') throw new DomainError(deliveryErrors.person_required);
    return this.move(ctx, deliveryId, 'SEEN', ctx.actor);
  }

  private move(
    ctx: Ctx,
    deliveryId: string,
    to: 'DELIVERED' | 'SEEN',
    seer: PersonActor | null,
  ): Promise<Acknowledgement> {
    const action = to === 'SEEN' ? 'delivery.see' : 'delivery.acknowledge';
    const said = async (tx: Tx) => {
      const present = await this.present(tx, deliveryId);
      // Before everything else is locked: the exam's lock decides between this look and a recall.
      if (seer && present.event === 'signed' && present.state !== 'SEEN')
        await this.sightings.record(tx, present.report_version_id, 'seen');
      if (!statesBefore(to).includes(present.state)) return view(present);
      // A later version that waits behind this one may go now. Before the delivery itself: see the order of locks.
      if (present.channel_kind === 'webhook')
        await this.lanes.due(tx, [{ examId: present.exam_id, channelId: present.channel_id }]);
      const changed = await tx.row<Delivery>(
        `UPDATE delivery SET state = $3, ${DELIVERED_NOW}, updated_at = $4,
           seen_at = CASE WHEN $6::uuid IS NOT NULL THEN $4 END, seen_by = $6, seen_by_name = $7
         WHERE county_id = $1 AND id = $2 AND state = ANY($5) RETURNING *`,
        [ctx.countyId, deliveryId, to, this.clock.now(), statesBefore(to), seer?.id ?? null, seer?.name ?? null],
      );
      // Somebody else was quicker by a moment: his word stands.
      if (!changed) return view(await this.present(tx, deliveryId));
      await this.announce(tx, changed, action);
      return view(changed);
    };
    return this.commands.run(ctx, action, deliveryId, said, 'delivery');
  }

  /** The delivery, if it is one of the caller's own clinic. */
  private async present(tx: Tx, deliveryId: string): Promise<Delivery> {
    const row = await tx.row<Delivery>(
      'SELECT * FROM delivery WHERE county_id = $1 AND id = $2 AND clinic_id = ANY($3)',
      [tx.ctx.countyId, deliveryId, tx.ctx.actor.clinicIds],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return row;
  }

  private async announce(tx: Tx, row: Delivery, action: string): Promise<void> {
    await this.audit.record(tx, {
      action,
      subjectType: 'delivery',
      subjectId: row.id,
      details: { examId: row.exam_id, version: row.version_number },
    });
    await this.outbox.emit(tx, deliveryProgressed(row));
  }
}

const view = (row: Delivery): Acknowledgement => ({
  deliveryId: row.id,
  state: row.state,
  deliveredAt: row.delivered_at,
  seenAt: row.seen_at,
  seenBy: row.seen_by_name,
});
