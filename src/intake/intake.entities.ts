import { Column, Entity, PrimaryColumn } from 'typeorm';

export type UploadState = 'open' | 'complete' | 'abandoned';

/** One upload by manifest: what a clinic has announced, and how far it has come. */
@Entity('upload')
export class Upload {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column({ type: 'text', collation: 'C', nullable: true }) accession_number!: string | null;
  @Column({ type: 'text', collation: 'C', nullable: true }) study_uid!: string | null;
  @Column('text') state!: UploadState;
  @Column('int') instance_count!: number;
  @Column('text') created_by!: string;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz', { nullable: true }) completed_at!: Date | null;
}

export type PartState = 'missing' | 'stored' | 'refused';

@Entity('upload_instance')
export class UploadInstance {
  @PrimaryColumn('uuid') upload_id!: string;
  @PrimaryColumn({ type: 'text', collation: 'C' }) sop_uid!: string;
  @Column('uuid') county_id!: string;
  @Column('bigint') bytes!: string;
  @Column({ type: 'text', collation: 'C' }) sha256!: string;
  @Column('bigint') received_bytes!: string;
  @Column('text') state!: PartState;
  @Column('uuid', { nullable: true }) study_id!: string | null;
  @Column('text', { nullable: true }) refusal!: string | null;
  @Column('text', { nullable: true }) refusal_detail!: string | null;
  @Column('timestamptz') updated_at!: Date;
}
