import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Limits } from '../list/due.rules';
import type { AssignmentPolicy, ItemMode } from './assignment.rules';
import type { Credits } from './quota.rules';

/** A county's limits and its way of dealing exams out. */
@Entity('reading_policy')
export class ReadingPolicy {
  @PrimaryColumn('uuid') county_id!: string;
  @Column('int') limits_rev!: number;
  /** null = what an installation starts with. */
  @Column('jsonb', { nullable: true }) limits!: Limits | null;
  @Column('int') assignment_rev!: number;
  @Column('jsonb', { nullable: true }) assignment!: AssignmentPolicy | null;
  @Column('timestamptz') updated_at!: Date;
}

/** What each hospital is owed by the quota; locked by whoever deals an exam out, and by nobody who claims. */
@Entity('reading_quota')
export class ReadingQuota {
  @PrimaryColumn('uuid') county_id!: string;
  @Column('jsonb') credits!: Credits;
}

/** A reader's place in the ceiling rule, and when he last asked for work. */
@Entity('reading_turn')
export class ReadingTurn {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') person_id!: string;
  @Column('int') since_ceiling!: number;
  @Column('timestamptz') asked_at!: Date;
}

/** 放弃: an exam that a reader has given up; `next` looks past it for a while, for him alone. */
@Entity('reading_release')
export class ReadingRelease {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') person_id!: string;
  @PrimaryColumn('uuid') exam_id!: string;
  @Column('timestamptz') released_at!: Date;
}

export type AssignmentKind = 'assigned' | 'broadened' | 'handed_over' | 'cleared';

/** Who was to read an exam, since when and why: a record of what happened; never changed. */
@Entity('reading_assignment')
export class ReadingAssignment {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('text') kind!: AssignmentKind;
  @Column('text') mode!: ItemMode;
  @Column('uuid', { nullable: true }) hospital_id!: string | null;
  @Column('uuid', { nullable: true }) person_id!: string | null;
  @Column('text') reason!: string;
  @Column('text') done_by!: string;
  @Column('timestamptz') done_at!: Date;
}
