import { Injectable } from '@nestjs/common';
import { systemCtx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { eachOf, type Message, type Sweep, type TransactionalHandler } from '../../platform/outbox';
import type { ReadingItem } from '../reading-item.entity';
import { OPEN_RESERVATION, UNPARK } from '../worklist.subscriptions';
import { Parking } from './parking';
import { Reservations } from './reservations';

@Injectable()
export class OpenReservationHandler implements TransactionalHandler {
  readonly consumer = OPEN_RESERVATION;

  constructor(private readonly reservations: Reservations) {}

  handle(tx: Tx, message: Message): Promise<void> {
    return this.reservations.look(tx, message.subjectId);
  }
}

@Injectable()
export class UnparkHandler implements TransactionalHandler {
  readonly consumer = UNPARK;

  constructor(private readonly parking: Parking) {}

  handle(tx: Tx, message: Message): Promise<void> {
    return this.parking.look(tx, message.subjectId, Number(message.payload['fence']));
  }
}

type Due = Pick<ReadingItem, 'exam_id' | 'county_id' | 'fence'>;

/** Rejected reports whose reservation was over, and parked exams whose limit had come, at $1; of all counties. */
export const RESERVED_TOO_LONG = `SELECT exam_id, county_id, fence FROM reading_item
  WHERE state = 'REVISING' AND reserved_until <= $1 ORDER BY reserved_until LIMIT 1000`;
export const PARKED_TOO_LONG = `SELECT exam_id, county_id, fence FROM reading_item
  WHERE parked_until <= $1 ORDER BY parked_until LIMIT 1000`;

/** The net under both timers: every exam in a transaction of its own county, so that one which fails keeps no other. */
@Injectable()
export class HandoverSweep implements Sweep {
  readonly name = 'worklist-handover';

  constructor(
    private readonly db: Db,
    private readonly reservations: Reservations,
    private readonly parking: Parking,
  ) {}

  async sweep(tx: Tx, now: Date): Promise<number> {
    const reserved = await tx.rows<Due>(RESERVED_TOO_LONG, [now]);
    const parked = await tx.rows<Due>(PARKED_TOO_LONG, [now]);
    const own = (countyId: string, work: (one: Tx) => Promise<void>): Promise<void> =>
      this.db.write(systemCtx(this.name, countyId, newId()), work);
    await eachOf(reserved, (due) => own(due.county_id, (one) => this.reservations.look(one, due.exam_id)));
    await eachOf(parked, (due) => own(due.county_id, (one) => this.parking.look(one, due.exam_id, due.fence)));
    return reserved.length + parked.length;
  }
}
