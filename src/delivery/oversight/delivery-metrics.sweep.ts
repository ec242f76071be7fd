import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { Metrics } from '../../platform/metrics';
import type { Sweep } from '../../platform/outbox';
import type { ChannelKind } from '../delivery.entities';
import type { DeliveryState } from '../delivery.state';

const KINDS: readonly ChannelKind[] = ['inbox', 'webhook'];
const UNFINISHED: readonly DeliveryState[] = ['PENDING', 'SENT', 'FAILED', 'DEAD'];
const ENDPOINTS = ['closed', 'open', 'half_open', 'off'] as const;
/** The numbers of one day's deliveries move slowly; a scraper asks every 15 to 60 s. */
const REFRESH_MS = 30_000;

interface Count {
  channel_kind: ChannelKind;
  state: DeliveryState;
  n: string;
  oldest: Date;
}

/** Keeps the gauges on deliveries that are not through: how many, how old the oldest is, how the endpoints are doing. */
@Injectable()
export class DeliveryMetricsSweep implements Sweep {
  readonly name = 'delivery-metrics';
  private readonly count;
  private readonly oldest;
  private readonly endpoints;
  private refreshedAt = 0;

  constructor(metrics: Metrics) {
    this.count = metrics.gauge('cic_deliveries', 'Deliveries that are not acknowledged yet, by channel and state', [
      'channel',
      'state',
    ]);
    this.oldest = metrics.gauge(
      'cic_delivery_oldest_age_seconds',
      'Age of the oldest delivery in a state; 0 when there is none',
      ['channel', 'state'],
    );
    this.endpoints = metrics.gauge('cic_webhook_endpoints', 'Webhook endpoints by breaker state; off = switched off', [
      'state',
    ]);
  }

  async sweep(tx: Tx, now: Date): Promise<number> {
    if (Math.abs(now.getTime() - this.refreshedAt) < REFRESH_MS) return 0;
    this.refreshedAt = now.getTime();
    const counts = await tx.rows<Count>(
      `SELECT channel_kind, state, count(*) AS n, min(created_at) AS oldest FROM delivery
       WHERE state IN ('PENDING', 'SENT', 'FAILED', 'DEAD') GROUP BY channel_kind, state`,
    );
    for (const channel of KINDS) {
      for (const state of UNFINISHED) {
        const found = counts.find((row) => row.channel_kind === channel && row.state === state);
        this.count.set({ channel, state }, Number(found?.n ?? 0));
        const age = found ? Math.max(0, now.getTime() - found.oldest.getTime()) / 1_000 : 0;
        this.oldest.set({ channel, state }, age);
      }
    }
    const endpoints = await tx.rows<{ state: string; n: string }>(
      `SELECT CASE WHEN active THEN breaker_state ELSE 'off' END AS state, count(*) AS n
       FROM channel WHERE kind = 'webhook' GROUP BY 1`,
    );
    for (const state of ENDPOINTS) {
      this.endpoints.set({ state }, Number(endpoints.find((row) => row.state === state)?.n ?? 0));
    }
    return 0;
  }
}
