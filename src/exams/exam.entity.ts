import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReadingMode } from '../tenancy';
import type { ExamState } from './exam.state';

export type Priority = 'STAT' | 'URGENT' | 'ROUTINE' | 'SCREENING';
export type Source = 'outpatient' | 'emergency' | 'inpatient' | 'checkup' | 'public_health';
export type Sex = 'M' | 'F' | 'O';
export type AgeUnit = 'Y' | 'M' | 'W' | 'D' | 'H';
export type Laterality = 'L' | 'R' | 'B';
export type ImagesComplete = 'manifest' | 'metadata_only' | 'assumed';

/** A study that the request announced before, or instead of, its images. */
export interface DeclaredStudy {
  readonly studyInstanceUid: string;
  readonly modality?: string | undefined;
  readonly description?: string | undefined;
  readonly seriesCount?: number | undefined;
  readonly instanceCount?: number | undefined;
}

/** 检查: the reading unit, one accession number (检查号) of one clinic. Stateful columns change only by guarded UPDATE. */
@Entity('exam')
export class Exam {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column({ type: 'text', collation: 'C', nullable: true }) accession_number!: string | null;
  @Column('uuid', { nullable: true }) patient_id!: string | null;
  @Column({ type: 'text', collation: 'C', nullable: true }) patient_local_id!: string | null;
  @Column({ type: 'text', collation: 'C' }) patient_name!: string;
  @Column({ type: 'text', collation: 'C', default: '' }) name_given!: string;
  @Column({ type: 'text', collation: 'C', default: '' }) name_pinyin!: string;
  @Column({ type: 'text', collation: 'C', default: '' }) name_initials!: string;
  @Column('text', { nullable: true }) sex!: Sex | null;
  /** YYYY-MM-DD: a calendar date, no moment. */
  @Column('text', { nullable: true }) birth_date!: string | null;
  @Column('int', { nullable: true }) age_value!: number | null;
  @Column('text', { nullable: true }) age_unit!: AgeUnit | null;
  @Column({ type: 'text', collation: 'C', nullable: true }) id_number!: string | null;
  @Column('text', { nullable: true }) phone!: string | null;
  @Column('text', { nullable: true }) modality!: string | null;
  @Column('text', { nullable: true }) item_code!: string | null;
  @Column('text', { nullable: true }) item_name!: string | null;
  @Column('text', { nullable: true }) body_part!: string | null;
  @Column('text', { nullable: true }) laterality!: Laterality | null;
  @Column('text', { nullable: true }) source!: Source | null;
  @Column('text') priority!: Priority;
  @Column('text') mode!: ReadingMode;
  @Column('text', { nullable: true }) department!: string | null;
  @Column('text', { nullable: true }) visit_number!: string | null;
  @Column('text', { nullable: true }) ordering_doctor!: string | null;
  @Column('text', { nullable: true }) ordering_phone!: string | null;
  /** 技师: who took the pictures, as the clinic says it. */
  @Column('text', { nullable: true }) technician!: string | null;
  @Column('text', { nullable: true }) clinical_diagnosis!: string | null;
  @Column('text', { nullable: true }) symptoms!: string | null;
  @Column('text') state!: ExamState;
  @Column('text', { nullable: true }) state_before_consulting!: ExamState | null;
  @Column('text', { nullable: true }) state_reason!: string | null;
  /** Name of who withdrew or returned it, and when, while it is withdrawn or returned. */
  @Column('text', { nullable: true }) back_by!: string | null;
  @Column('timestamptz', { nullable: true }) back_at!: Date | null;
  @Column('int', { default: 1 }) attempt!: number;
  @Column('int', { default: 0 }) image_set!: number;
  @Column('boolean', { default: false }) metadata_only!: boolean;
  @Column('jsonb', { default: () => "'[]'" }) declared_studies!: readonly DeclaredStudy[];
  @Column('text', { nullable: true }) request_digest!: string | null;
  @Column('text', { nullable: true }) images_complete!: ImagesComplete | null;
  @Column('text', { array: true, default: () => "'{}'" }) missing!: string[];
  @Column('timestamptz', { nullable: true }) identity_hold_at!: Date | null;
  @Column('text', { nullable: true }) identity_hold_reason!: string | null;
  @Column('text', { nullable: true }) limitation!: string | null;
  @Column('text', { nullable: true }) return_code!: string | null;
  @Column('text', { nullable: true }) return_wanted!: string | null;
  @Column('text', { nullable: true }) return_note!: string | null;
  @Column('text', { nullable: true }) return_answer!: string | null;
  @Column('timestamptz', { nullable: true }) returned_at!: Date | null;
  @Column('int', { default: 0 }) returned_seconds!: number;
  @Column('timestamptz', { nullable: true }) urged_at!: Date | null;
  @Column('timestamptz', { nullable: true }) exam_started_at!: Date | null;
  @Column('timestamptz', { nullable: true }) exam_ended_at!: Date | null;
  @Column('timestamptz', { nullable: true }) first_byte_at!: Date | null;
  @Column('timestamptz', { nullable: true }) last_image_at!: Date | null;
  @Column('timestamptz', { nullable: true }) queued_at!: Date | null;
  /** When a preliminary report of it went out: the formal one is due from then on. */
  @Column('timestamptz', { nullable: true }) preliminary_at!: Date | null;
  @Column('text') created_by!: string;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz') updated_at!: Date;
  @Column('int', { default: 1 }) rev!: number;
}
