import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Sex } from './exam.entity';

/** A patient as one clinic knows him: (clinic, local id). Never overwritten by a contradiction, only filled in. */
@Entity('patient')
export class Patient {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column({ type: 'text', collation: 'C' }) local_id!: string;
  @Column('text') name!: string;
  @Column('text', { nullable: true }) sex!: Sex | null;
  @Column('text', { nullable: true }) birth_date!: string | null;
  @Column({ type: 'text', collation: 'C', nullable: true }) id_number!: string | null;
  @Column('text', { nullable: true }) phone!: string | null;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz') updated_at!: Date;
}

export type LinkedHow = 'accession' | 'created' | 'person' | 'rebind' | 'merge' | 'split' | 'exchange' | 'undo';

/** Which DICOM study belongs to which exam; ended links stay as history. */
@Entity('exam_study')
export class ExamStudy {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') study_id!: string;
  @Column('text') linked_how!: LinkedHow;
  @Column('timestamptz') linked_at!: Date;
  @Column('text') linked_by!: string;
  /** The study as it was when the exam's image_set was last raised for it. */
  @Column('int') instance_count!: number;
  @Column('timestamptz') images_at!: Date;
  @Column('timestamptz', { nullable: true }) unlinked_at!: Date | null;
  @Column('text', { nullable: true }) unlinked_by!: string | null;
  @Column('text', { nullable: true }) unlink_reason!: string | null;
}

export type ImageMoveKind = 'link' | 'rebind' | 'share' | 'merge' | 'split' | 'exchange';

/** One thing a person did to the images of exams; can be undone as long as nothing else happened to them. */
@Entity('exam_image_move')
export class ExamImageMove {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('text') kind!: ImageMoveKind;
  @Column('uuid', { nullable: true }) from_exam_id!: string | null;
  @Column('uuid') to_exam_id!: string;
  @Column('uuid', { array: true }) study_ids!: string[];
  /** Only of an exchange: what went the other way. */
  @Column('uuid', { array: true, default: () => "'{}'" }) back_study_ids!: string[];
  @Column('text') reason!: string;
  @Column('text') done_by!: string;
  @Column('timestamptz') done_at!: Date;
  @Column('text', { nullable: true }) undone_by!: string | null;
  @Column('timestamptz', { nullable: true }) undone_at!: Date | null;
  @Column('text', { nullable: true }) undo_reason!: string | null;
}

/** Something odd about an exam that a person should look at. */
@Entity('exam_flag')
export class ExamFlag {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid', { nullable: true }) study_id!: string | null;
  @Column('text') code!: string;
  @Column('jsonb') details!: Record<string, unknown>;
  @Column('timestamptz') raised_at!: Date;
  @Column('timestamptz', { nullable: true }) resolved_at!: Date | null;
  @Column('text', { nullable: true }) resolved_by!: string | null;
  @Column('text', { nullable: true }) resolution!: string | null;
}
