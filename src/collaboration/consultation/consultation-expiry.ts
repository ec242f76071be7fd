import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { systemCtx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { eachOf, type Message, type Sweep, type TransactionalHandler } from '../../platform/outbox';
import type { Consultation } from '../collaboration.entities';
import { EXPIRE_CONSULTATION } from '../collaboration.subscriptions';
import { OPEN_CONSULTATION } from './consultation.state';
import { Consultations } from './consultations';

const NO_ANSWER = '超过答复时限';

/** Ends a consultation that nobody answered in time: the exam must not wait for ever. */
@Injectable()
export class ExpireConsultation implements TransactionalHandler {
  readonly consumer = EXPIRE_CONSULTATION;

  constructor(
    private readonly consultations: Consultations,
    private readonly clock: Clock,
  ) {}

  handle(tx: Tx, message: Message): Promise<void> {
    return this.expire(tx, message.subjectId);
  }

  /** Does nothing to one that is over already, or not yet due. */
  async expire(tx: Tx, id: string): Promise<void> {
    const due = await tx.row<Consultation>(
      'SELECT * FROM consultation WHERE county_id = $1 AND id = $2 AND state = ANY($3) AND expires_at <= $4 FOR UPDATE',
      [tx.ctx.countyId, id, OPEN_CONSULTATION, this.clock.now()],
    );
    if (!due) return;
    const set = this.consultations.ended(tx, NO_ANSWER);
    const step = { to: 'EXPIRED', action: 'consultation.expire', reason: NO_ANSWER, set } as const;
    const after = await this.consultations.finish(tx, due, step);
    await this.consultations.tellAsker(tx, after, '超时未答复，检查已回到书写（审核）医师');
    await this.consultations.tellAsked(tx, after, '的会诊已超过答复时限');
  }
}

/** Open consultations whose time was over at $1, of all counties. Exported for the plan test. */
export const DUE_CONSULTATIONS = `
  SELECT id, county_id FROM consultation WHERE state IN ('REQUESTED', 'ACCEPTED') AND expires_at <= $1 LIMIT 1000`;

/** The net under the timers. */
@Injectable()
export class ExpireConsultationsSweep implements Sweep {
  readonly name = 'collaboration-consultations';

  constructor(
    private readonly db: Db,
    private readonly expiry: ExpireConsultation,
  ) {}

  async sweep(tx: Tx, now: Date): Promise<number> {
    const due = await tx.rows<Pick<Consultation, 'id' | 'county_id'>>(DUE_CONSULTATIONS, [now]);
    // One that cannot be ended must not keep the others waiting.
    await eachOf(due, ({ id, county_id: countyId }) =>
      this.db.write(systemCtx(EXPIRE_CONSULTATION, countyId, newId()), (own) => this.expiry.expire(own, id)),
    );
    return due.length;
  }
}
