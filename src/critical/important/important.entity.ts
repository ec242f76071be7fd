import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ImportantState, Tier } from './important.state';

/** The second tier: no minutes count, but the clinic must receive it and say what came of it. */
@Entity('important_finding')
export class ImportantFinding {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('text') tier!: Tier;
  @Column('text') finding!: string;
  @Column('text') state!: ImportantState;
  @Column('timestamptz') raised_at!: Date;
  @Column('uuid') raised_by!: string;
  @Column('text') raised_by_name!: string;
  @Column('uuid', { nullable: true }) hospital_id!: string | null;
  @Column('timestamptz') due_at!: Date;
  /** When the limit passed without receipt and follow-up. */
  @Column('timestamptz', { nullable: true }) overdue_at!: Date | null;
  @Column('timestamptz', { nullable: true }) next_due_at!: Date | null;
  @Column('timestamptz', { nullable: true }) received_at!: Date | null;
  @Column('uuid', { nullable: true }) received_by!: string | null;
  @Column('text', { nullable: true }) received_by_name!: string | null;
  @Column('timestamptz', { nullable: true }) followed_up_at!: Date | null;
  @Column('uuid', { nullable: true }) followed_up_by!: string | null;
  @Column('text', { nullable: true }) followed_up_by_name!: string | null;
  @Column('text', { nullable: true }) follow_up!: string | null;
  @Column('timestamptz', { nullable: true }) closed_at!: Date | null;
  @Column('text', { nullable: true }) closed_by_name!: string | null;
  @Column('text', { nullable: true }) close_reason!: string | null;
  @Column('int', { default: 1 }) rev!: number;
  @Column('timestamptz') updated_at!: Date;
}
