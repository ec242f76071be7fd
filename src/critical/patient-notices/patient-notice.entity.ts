import { Column, Entity, PrimaryColumn } from 'typeorm';

export type PatientNoticeCause = 'corrected' | 'void' | 'critical';

/** 告知患者: the duty to tell a patient who has gone home with something else. */
@Entity('patient_notice')
export class PatientNotice {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('text') cause!: PatientNoticeCause;
  /** The report version or the critical value. */
  @Column('uuid') cause_id!: string;
  @Column('text') state!: 'OPEN' | 'CLOSED';
  @Column('timestamptz') opened_at!: Date;
  @Column('text') opened_by_name!: string;
  @Column('int', { default: 0 }) level!: number;
  @Column('timestamptz', { nullable: true }) next_due_at!: Date | null;
  @Column('text', { nullable: true }) informed_who!: string | null;
  @Column('timestamptz', { nullable: true }) informed_at!: Date | null;
  @Column('text', { nullable: true }) informed_how!: string | null;
  @Column('boolean', { nullable: true }) old_paper_withdrawn!: boolean | null;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('timestamptz', { nullable: true }) closed_at!: Date | null;
  @Column('uuid', { nullable: true }) closed_by!: string | null;
  @Column('text', { nullable: true }) closed_by_name!: string | null;
  @Column('timestamptz') updated_at!: Date;
}
