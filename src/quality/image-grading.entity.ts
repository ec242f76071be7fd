import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Capacity } from './grading-right.rules';
import type { DeficiencyCode, GradeCode, Grading, Scheme } from './image-quality.rules';

export interface StudyGrading extends Grading {
  readonly studyInstanceUid: string;
}

/** What one radiologist said of an exam's images at one moment. Rows are added, never changed; the newest counts. */
@Entity('image_grading')
export class ImageGrading {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') exam_id!: string;
  /** 1, 2, … within the exam. */
  @PrimaryColumn('int') number!: number;
  /** The exam's imageSet that was before his eyes. */
  @Column('int') image_set!: number;
  @Column('text') scheme!: Scheme;
  /** Of the worst study where there are several. */
  @Column('text') grade!: GradeCode;
  @Column('text', { array: true }) deficiencies!: DeficiencyCode[];
  @Column('text', { nullable: true }) note!: string | null;
  /** Each study's own grade; null when the exam was graded as one. */
  @Column('jsonb', { nullable: true }) studies!: readonly StudyGrading[] | null;
  @Column('text') graded_as!: Capacity;
  @Column('uuid') graded_by!: string;
  /** As of then. */
  @Column('text') graded_by_name!: string;
  @Column('uuid') hospital_id!: string;
  @Column('timestamptz') graded_at!: Date;
}
