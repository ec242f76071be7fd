import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who did what to which thing, when and why. Append-only; `details` holds ids and states, never patient data. */
@Entity('audit_event')
export class AuditEvent {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('timestamptz') at!: Date;
  @Column('text') actor_kind!: 'person' | 'gateway' | 'system';
  @Column('uuid', { nullable: true }) actor_id!: string | null;
  @Column('text') actor_name!: string;
  @Column('text') action!: string;
  @Column('text') subject_type!: string;
  @Column('uuid', { nullable: true }) subject_id!: string | null;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('jsonb') details!: Record<string, unknown>;
  @Column('text') request_id!: string;
  @Column('text', { nullable: true }) ip!: string | null;
  /** Position in the county's chain and hash over the row and the seal before it; set by the sealer after commit. */
  @Column('bigint', { nullable: true }) seal_number!: string | null;
  @Column('text', { nullable: true }) seal!: string | null;
}
