import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a command answered to a request with an Idempotency-Key; kept for a day. */
@Entity('command_answer')
export class CommandAnswer {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') actor_id!: string;
  @PrimaryColumn('text') key!: string;
  @PrimaryColumn('text') action!: string;
  @PrimaryColumn('uuid') subject_id!: string;
  /** Of the request that the key came with: another one under the same key is a fault of the client. */
  @Column('text') fingerprint!: string;
  @Column('jsonb', { nullable: true }) answer!: unknown;
  @Column('timestamptz') made_at!: Date;
}
