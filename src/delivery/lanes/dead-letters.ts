import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { Logger } from '../../platform/logging';
import { Metrics } from '../../platform/metrics';
import { Outbox } from '../../platform/outbox';
import type { Delivery } from '../delivery.entities';
import { deliveryProgressed } from '../delivery.events';
import { statesBefore } from '../delivery.state';
import { overdueBefore } from './verdict.rules';

const HELD_BATCH = 500;

/** Deliveries that are given up, and telling the operator: a line in the log, a metric to alert on, an audit row. */
@Injectable()
export class DeadLetters {
  private readonly alarmed;

  constructor(
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.alarmed = metrics.counter('cic_delivery_alarms_total', 'Things about deliveries that a person must look at', [
      'code',
    ]);
  }

  /** Gives up what has waited behind the channel's open breaker for longer than the retry table lasts. */
  async giveUpHeld(tx: Tx, channelId: string): Promise<void> {
    const now = this.clock.now();
    const given = await tx.rows<Delivery>(
      `UPDATE delivery SET state = 'DEAD', next_attempt_at = NULL, last_error = coalesce(last_error, 'endpoint_down'), updated_at = $3
       WHERE county_id = $1 AND id IN (
         SELECT id FROM delivery
         WHERE county_id = $1 AND channel_id = $2 AND channel_kind = 'webhook' AND state IN ('PENDING', 'FAILED') AND tries_since < $4
         LIMIT ${HELD_BATCH} FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [tx.ctx.countyId, channelId, now, overdueBefore(now)],
    );
    for (const delivery of given) {
      await this.alarm(tx, delivery, delivery.last_error ?? 'endpoint_down');
      await this.outbox.emit(tx, deliveryProgressed(delivery));
    }
  }

  /** Moves one delivery to DEAD after an attempt. False: the clinic has acknowledged it meanwhile. */
  async giveUp(tx: Tx, deliveryId: string, code: string, ambiguous: boolean): Promise<boolean> {
    const given = await tx.row<Delivery>(
      `UPDATE delivery SET state = 'DEAD', ambiguous = $4, last_error = $5, next_attempt_at = NULL, updated_at = $3
       WHERE county_id = $1 AND id = $2 AND state = ANY($6) RETURNING *`,
      [tx.ctx.countyId, deliveryId, this.clock.now(), ambiguous, code, statesBefore('DEAD')],
    );
    if (given) await this.outbox.emit(tx, deliveryProgressed(given));
    return given !== undefined;
  }

  /** Tells the operator. `detail` is free of patient data. */
  async alarm(
    tx: Tx,
    delivery: Pick<Delivery, 'id' | 'channel_id' | 'clinic_id' | 'exam_id' | 'attempts' | 'state'>,
    code: string,
    detail = '',
  ): Promise<void> {
    const { channel_id: channelId, clinic_id: clinicId, exam_id: examId, attempts, state } = delivery;
    const facts = { channelId, clinicId, examId, attempts, state, code, detail };
    await this.audit.record(tx, {
      action: 'delivery.alarm',
      subjectType: 'delivery',
      subjectId: delivery.id,
      details: facts,
    });
    tx.afterCommit(() => {
      this.alarmed.inc({ code });
      this.logger.warn({ deliveryId: delivery.id, ...facts }, 'a delivery needs a person');
    });
  }
}
