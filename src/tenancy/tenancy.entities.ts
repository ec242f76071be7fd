import { Column, Entity, PrimaryColumn } from 'typeorm';

/** 县: the tenant. Every row of the system belongs to one. */
@Entity('county')
export class County {
  @PrimaryColumn('uuid') id!: string;
  @Column('text', { unique: true }) code!: string;
  @Column('text') name!: string;
  /** Printed at the head of every report. */
  @Column('text') centre_name!: string;
  @Column('timestamptz') created_at!: Date;
}

/** 县级医院: lends radiologists. Or an institution outside the county, which is asked for its opinion and no more. */
@Entity('hospital')
export class Hospital {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column({ type: 'text', collation: 'C' }) code!: string;
  @Column('text') name!: string;
  @Column('boolean', { default: true }) active!: boolean;
  @Column('boolean', { default: false }) external!: boolean;
  @Column('timestamptz') created_at!: Date;
}

/** 乡镇卫生院: uploads and waits. */
@Entity('clinic')
export class Clinic {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column({ type: 'text', collation: 'C' }) code!: string;
  @Column('text') name!: string;
  @Column('boolean', { default: true }) active!: boolean;
  @Column('timestamptz') created_at!: Date;
  /** Reached when a STAT exam names no ordering doctor's phone. */
  @Column('text', { default: '' }) duty_phone!: string;
  /** What unlabelled text of this clinic's consoles most likely is. */
  @Column('text', { nullable: true }) default_charset!: 'GB18030' | 'ISO_IR 192' | 'ISO_IR 100' | null;
}

export type ReadingMode = 'diagnose' | 'review';

/** Who writes for a clinic × modality: the centre (diagnose) or the clinic's own doctor (review). */
@Entity('clinic_agreement')
export class ClinicAgreement {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('text') modality!: string;
  @Column('text') mode!: ReadingMode;
  @Column('timestamptz') created_at!: Date;
}
