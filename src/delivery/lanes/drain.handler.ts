import { Injectable } from '@nestjs/common';
import { type Ctx, systemCtx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { Logger } from '../../platform/logging';
import type { ExternalHandler, Message, Sweep } from '../../platform/outbox';
import type { DeliveryLane } from '../delivery.entities';
import { DRAIN } from '../delivery.subscriptions';
import { Drainer } from './drainer';

/** "Drain this lane": right after a version was made, and when a pause is over. */
@Injectable()
export class DrainHandler implements ExternalHandler {
  readonly consumer = DRAIN;

  constructor(private readonly drainer: Drainer) {}

  run(ctx: Ctx, message: Message): Promise<void> {
    return this.drainer.drain(ctx, String(message.payload['channelId']), message.subjectId);
  }
}

/** The net under the jobs: lanes that are due and that nobody holds (any more). It needs no queue to set them going. */
@Injectable()
export class DueLanesSweep implements Sweep {
  readonly name = 'delivery-lanes';

  constructor(
    private readonly drainer: Drainer,
    private readonly logger: Logger,
  ) {}

  async sweep(tx: Tx, now: Date): Promise<number> {
    const channels = await tx.rows<Pick<DeliveryLane, 'channel_id' | 'county_id'>>(
      `SELECT DISTINCT channel_id, county_id FROM delivery_lane
       WHERE next_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)`,
      [now],
    );
    tx.afterCommit(() => {
      for (const { channel_id: channelId, county_id: countyId } of channels) {
        this.drainer
          .drain(systemCtx(DRAIN, countyId, newId()), channelId)
          .catch((error: unknown) => this.logger.failure(error, { channelId }, 'draining a lane failed'));
      }
    });
    return channels.length;
  }
}
