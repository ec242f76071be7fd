import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReportKind } from '../reporting';
import type { DeliveryState } from './delivery.state';
import type { AllowEntry, AttemptKind, AttemptPhase } from './webhook';

export type ChannelKind = 'inbox' | 'webhook';

/** A way to a clinic. Every clinic has exactly one inbox; webhooks come on top. */
@Entity('channel')
export class Channel {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('text') kind!: ChannelKind;
  @Column('text') name!: string;
  @Column('text', { nullable: true }) url!: string | null;
  @Column('text', { nullable: true }) secret_sealed!: string | null;
  @Column('boolean', { default: true }) active!: boolean;
  @Column('text', { nullable: true }) disabled_reason!: string | null;
  @Column('text', { default: 'closed' }) breaker_state!: 'closed' | 'open' | 'half_open';
  @Column('int', { default: 0 }) breaker_failures!: number;
  @Column('uuid', { nullable: true }) breaker_last_failure_by!: string | null;
  @Column('int', { default: 0 }) breaker_pauses!: number;
  @Column('timestamptz', { nullable: true }) breaker_down_since!: Date | null;
  @Column('timestamptz', { nullable: true }) breaker_until!: Date | null;
  @Column('uuid', { nullable: true }) breaker_probe_by!: string | null;
  @Column('text', { nullable: true }) alarm_code!: string | null;
  @Column('timestamptz', { nullable: true }) alarm_at!: Date | null;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz') updated_at!: Date;
}

/** Where the webhooks of a clinic may go at all, whatever URL is registered. */
@Entity('endpoint_allow_list')
export class EndpointAllowList {
  @PrimaryColumn('uuid') clinic_id!: string;
  @Column('uuid') county_id!: string;
  @Column('jsonb') entries!: AllowEntry[];
  @Column('timestamptz') updated_at!: Date;
}

/** The counter behind the numbers of a clinic's inbox; its row is the lock that keeps them free of gaps. */
@Entity('inbox_lane')
export class InboxLane {
  @PrimaryColumn('uuid') clinic_id!: string;
  @Column('uuid') county_id!: string;
  @Column('bigint', { default: 0 }) last_seq!: string;
}

/** The versions of one exam on one webhook, sent in their order by whoever holds the lease. */
@Entity('delivery_lane')
export class DeliveryLane {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') channel_id!: string;
  @Column('uuid', { nullable: true }) lease_token!: string | null;
  @Column('timestamptz', { nullable: true }) leased_until!: Date | null;
  @Column('timestamptz', { nullable: true }) next_at!: Date | null;
}

/** What a delivery tells: that a version was signed, or that it was called back. */
export type DeliveryEvent = 'signed' | 'recalled';

/** News of one version on one channel. Its id is the `webhook-id` of every attempt. */
@Entity('delivery')
export class Delivery {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') report_version_id!: string;
  @Column('int') version_number!: number;
  @Column('text') version_kind!: ReportKind;
  @Column('text', { default: 'signed' }) event!: DeliveryEvent;
  /** The version was called back after this was made: what has not gone out stays here. */
  @Column('timestamptz', { nullable: true }) recalled_at!: Date | null;
  @Column('uuid') channel_id!: string;
  @Column('text') channel_kind!: ChannelKind;
  /** Position in the clinic's inbox; null on other channels. */
  @Column('bigint', { nullable: true }) seq!: string | null;
  @Column('text') state!: DeliveryState;
  @Column('boolean', { default: false }) ambiguous!: boolean;
  @Column('int', { default: 0 }) attempts!: number;
  @Column('int', { default: 0 }) tries!: number;
  @Column('timestamptz') tries_since!: Date;
  @Column('timestamptz', { nullable: true }) next_attempt_at!: Date | null;
  @Column('text', { nullable: true }) last_error!: string | null;
  @Column('uuid', { nullable: true }) superseded_by!: string | null;
  @Column('timestamptz') signed_at!: Date;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz', { nullable: true }) sent_at!: Date | null;
  @Column('timestamptz', { nullable: true }) delivered_at!: Date | null;
  @Column('timestamptz', { nullable: true }) seen_at!: Date | null;
  @Column('uuid', { nullable: true }) seen_by!: string | null;
  @Column('text', { nullable: true }) seen_by_name!: string | null;
  @Column('timestamptz') updated_at!: Date;
}

/** One webhook request, written before it leaves. */
@Entity('delivery_attempt')
export class DeliveryAttempt {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') delivery_id!: string;
  @Column('int') number!: number;
  @Column('timestamptz') started_at!: Date;
  @Column('timestamptz', { nullable: true }) finished_at!: Date | null;
  @Column('text', { nullable: true }) outcome!: AttemptKind | null;
  @Column('text', { nullable: true }) code!: string | null;
  @Column('text', { nullable: true }) phase!: AttemptPhase | null;
  @Column('int', { nullable: true }) http_status!: number | null;
  @Column('int', { nullable: true }) duration_ms!: number | null;
  @Column('text', { nullable: true }) detail!: string | null;
}
