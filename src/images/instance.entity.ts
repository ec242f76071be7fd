import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A received DICOM instance: what is needed to find and serve it. Never changed, only superseded. */
@Entity('instance')
export class Instance {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') study_id!: string;
  @Column('uuid') series_id!: string;
  @Column({ type: 'text', collation: 'C' }) sop_uid!: string;
  @Column('text') sop_class_uid!: string;
  @Column('text') transfer_syntax_uid!: string;
  /** Of the file as it was sent; with county and clinic, the key of its bytes in the blob store. */
  @Column({ type: 'text', collation: 'C' }) sha256!: string;
  /** bigint: pg hands it over as text. */
  @Column('bigint') bytes!: string;
  @Column('int', { nullable: true }) instance_number!: number | null;
  @Column('int') frames!: number;
  @Column('int', { nullable: true }) rows!: number | null;
  @Column('int', { nullable: true }) columns!: number | null;
  @Column('timestamptz') received_at!: Date;
  @Column('timestamptz', { nullable: true }) superseded_at!: Date | null;
}
