import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One piece of work for one consumer, written in the transaction that made it necessary. */
@Entity('outbox_message')
export class OutboxMessage {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('text') event!: string;
  @Column('text') consumer!: string;
  @Column('uuid') subject_id!: string;
  @Column('jsonb') payload!: Record<string, unknown>;
  @Column('text') request_id!: string;
  @Column('text', { nullable: true }) traceparent!: string | null;
  @Column('timestamptz', { nullable: true }) not_before!: Date | null;
  @Column('int') generation!: number;
  @Column('int') attempts!: number;
  @Column('text', { nullable: true }) last_error!: string | null;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz', { nullable: true }) sent_at!: Date | null;
  @Column('timestamptz', { nullable: true }) handled_at!: Date | null;
  @Column('timestamptz', { nullable: true }) failed_at!: Date | null;
}
