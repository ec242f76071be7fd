import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * T0 exam start · T1 exam end · T2 first byte · T3 queued · T4 claimed · T5 submitted · T6 review claimed · T7 signed ·
 * T8 delivered · T9 seen.
 */
@Entity('exam_clock')
export class ExamClock {
  @PrimaryColumn('uuid') exam_id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid', { nullable: true }) clinic_id!: string | null;
  @Column('uuid', { nullable: true }) hospital_id!: string | null;
  @Column('text', { default: '' }) modality!: string;
  @Column('text', { default: '' }) priority!: string;
  @Column('text', { nullable: true }) source!: string | null;
  @Column('text', { default: '' }) state!: string;
  @Column('int', { default: 0 }) exam_rev!: number;
  @Column('int', { default: 0 }) reading_rev!: number;
  @Column('timestamptz', { nullable: true }) due_at!: Date | null;
  @Column('timestamptz', { nullable: true }) t0!: Date | null;
  @Column('timestamptz', { nullable: true }) t1!: Date | null;
  @Column('timestamptz', { nullable: true }) t2!: Date | null;
  @Column('timestamptz', { nullable: true }) t3!: Date | null;
  @Column('timestamptz', { nullable: true }) t4!: Date | null;
  @Column('timestamptz', { nullable: true }) t5!: Date | null;
  @Column('timestamptz', { nullable: true }) t6!: Date | null;
  /** The preliminary report has a T7 of its own. */
  @Column('timestamptz', { nullable: true }) t7_preliminary!: Date | null;
  @Column('timestamptz', { nullable: true }) t7!: Date | null;
  @Column('timestamptz', { nullable: true }) t8!: Date | null;
  @Column('timestamptz', { nullable: true }) t9!: Date | null;
  @Column('int', { default: 0 }) returned_seconds!: number;
  @Column('timestamptz') updated_at!: Date;
}
