import { Injectable } from '@nestjs/common';
import { Db, type Tx } from '../../platform/database';
import { eachOf, type Message, type Sweep, type TransactionalHandler } from '../../platform/outbox';
import { dueItems, eachDue } from '../due-items';
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

/** Rejected reports whose reservation is over, and parked exams whose limit has come. */
export const RESERVED_TOO_LONG = dueItems('reserved_until', "state = 'REVISING'");
export const PARKED_TOO_LONG = dueItems('parked_until', 'parked_until IS NOT NULL');

/** The net under both timers: what fails of the one keeps nothing of the other. */
@Injectable()
export class HandoverSweep implements Sweep {
  readonly name = 'worklist-handover';

  constructor(
    private readonly db: Db,
    private readonly reservations: Reservations,
    private readonly parking: Parking,
  ) {}

  async sweep(tx: Tx, now: Date): Promise<number> {
    const round = { db: this.db, tx, now, as: this.name };
    let due = 0;
    await eachOf(
      [
        () => eachDue(round, RESERVED_TOO_LONG, (own, item) => this.reservations.look(own, item.exam_id)),
        () => eachDue(round, PARKED_TOO_LONG, (own, item) => this.parking.look(own, item.exam_id, item.fence)),
      ],
      async (net) => void (due += await net()),
    );
    return due;
  }
}
