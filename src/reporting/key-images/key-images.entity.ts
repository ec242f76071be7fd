import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { KeyImage } from './key-image';

/** 关键图像 that the exam's next version carries: the whole list, as its reader last put it. */
@Entity('report_key_images')
export class ReportKeyImages {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') exam_id!: string;
  @Column('jsonb') images!: readonly KeyImage[];
  @Column('uuid') marked_by!: string;
  @Column('timestamptz') marked_at!: Date;
}
