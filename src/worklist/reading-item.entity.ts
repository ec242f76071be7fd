import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Exam, ExamState, Priority, Sex, Source } from '../exams';
import type { Specialty } from '../rosters';
import type { ItemMode } from './assignment/assignment.rules';

/** What is being worked on: the report's text, or its review. */
export type Stage = 'write' | 'review';

/** 放弃 驳回 退回 撤回 召回 */
export type BackKind = 'release' | 'reject' | 'return' | 'withdraw' | 'recall';

/** By a chief's word, because the tab was left alone, or at the change of shifts. */
export type TakenHow = 'takeover' | 'idle' | 'handover';

/**
 * One line of the reading list (待读片单): the list's own copy of an exam plus the claim on it. Copied columns are written
 * by the projection alone, claim columns by commands alone, `state` by both under `state_rev`.
 */
@Entity('reading_item')
export class ReadingItem {
  @PrimaryColumn('uuid') exam_id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  /** The exam's state, as of exam revision `state_rev`. */
  @Column('text') state!: ExamState;
  @Column('int') state_rev!: number;
  /** Exam revision the copied columns were taken from. */
  @Column('int') exam_rev!: number;
  /** Who writes: the centre, or the clinic's own doctor (*review*), whose turn it is until he hands in. */
  @Column('text', { default: 'diagnose' }) mode!: Exam['mode'];
  @Column('text') priority!: Priority;
  /** First sort key: 0 = STAT, 1 = everything else. */
  @Column('int') rank!: number;
  @Column('timestamptz') due_at!: Date;
  @Column('boolean', { default: false }) overdue!: boolean;
  @Column({ type: 'text', collation: 'C', default: '' }) accession_number!: string;
  @Column({ type: 'text', collation: 'C', default: '' }) patient_name!: string;
  @Column({ type: 'text', collation: 'C', default: '' }) name_pinyin!: string;
  @Column({ type: 'text', collation: 'C', default: '' }) name_initials!: string;
  @Column('text', { nullable: true }) patient_sex!: Sex | null;
  /** As people say it: `45岁`, `8月`; empty when unknown. */
  @Column('text', { default: '' }) patient_age!: string;
  @Column('text') modality!: string;
  @Column('text', { default: '' }) body_part!: string;
  @Column('text', { default: '' }) item_name!: string;
  @Column('text', { nullable: true }) source!: Source | null;
  @Column('text', { default: '' }) clinical_history!: string;
  @Column('text', { array: true, default: () => "'{}'" }) study_uids!: string[];
  @Column('int', { default: 0 }) image_set!: number;
  @Column('boolean', { default: false }) identity_hold!: boolean;
  /** 分派: the hospital or person the item is meant for, and why; null = anybody's. */
  @Column('uuid', { nullable: true }) hospital_id!: string | null;
  @Column('uuid', { nullable: true }) assigned_person_id!: string | null;
  @Column('text', { nullable: true }) assignment_reason!: string | null;
  /** By which rule it got its first group; null = nobody's yet. */
  @Column('text', { nullable: true }) assignment_mode!: ItemMode | null;
  @Column('timestamptz', { nullable: true }) assigned_at!: Date | null;
  /** When it leaves its first group by itself, and when it did. */
  @Column('timestamptz', { nullable: true }) broaden_at!: Date | null;
  @Column('timestamptz', { nullable: true }) broadened_at!: Date | null;
  /** From then on "next" may hand it out before a STAT exam now and then. */
  @Column('timestamptz', { nullable: true }) ceiling_at!: Date | null;
  @Column('text', { nullable: true }) specialty!: Specialty | null;
  @Column('uuid', { nullable: true }) patient_id!: string | null;
  /** Revision of the county's limits that due time and ceiling were computed with. */
  @Column('int', { default: 0 }) limits_rev!: number;
  /** The one person, hospital or county that "next" offers it to. Computed by the database from the columns above. */
  @Column('uuid') offered_to!: string;
  @Column('text', { default: 'write' }) stage!: Stage;
  @Column('uuid', { nullable: true }) holder_id!: string | null;
  @Column('uuid', { nullable: true }) holder_hospital_id!: string | null;
  /** Raised by every claim of either stage; a command that carries an older one is refused. */
  @Column('int', { default: 0 }) fence!: number;
  @Column('timestamptz', { nullable: true }) lease_until!: Date | null;
  @Column('timestamptz', { nullable: true }) heartbeat_at!: Date | null;
  /** Last sign of work in the holder's tab; a heartbeat alone only says that the tab is open. */
  @Column('timestamptz', { nullable: true }) active_at!: Date | null;
  /** 挂起: until then the claim needs no heartbeat. */
  @Column('timestamptz', { nullable: true }) parked_until!: Date | null;
  @Column('timestamptz', { nullable: true }) parked_at!: Date | null;
  @Column('text', { nullable: true }) park_reason!: string | null;
  /** The last back, until the work has gone on. */
  @Column('text', { nullable: true }) badge_kind!: BackKind | null;
  @Column('text', { nullable: true }) badge_reason!: string | null;
  /** Name, as of then. */
  @Column('text', { nullable: true }) badge_by!: string | null;
  @Column('timestamptz', { nullable: true }) badge_at!: Date | null;
  /** From whom the present claim, or the assignment, was taken over; until somebody claims anew. */
  @Column('text', { nullable: true }) taken_how!: TakenHow | null;
  @Column('uuid', { nullable: true }) taken_from_id!: string | null;
  @Column('text', { nullable: true }) taken_reason!: string | null;
  @Column('timestamptz', { nullable: true }) taken_at!: Date | null;
  /** Who claimed the writing last; from submitting on, whose text it is. */
  @Column('uuid', { nullable: true }) writer_id!: string | null;
  @Column('uuid', { nullable: true }) writer_hospital_id!: string | null;
  /** Everybody whose words were handed in, as of the last submission: nobody reviews his own. */
  @Column('uuid', { array: true, default: () => "'{}'" }) hand_ids!: string[];
  /** 驳回待改 is the writer's alone until then. */
  @Column('timestamptz', { nullable: true }) reserved_until!: Date | null;
  /** T3, since when it may be read. */
  @Column('timestamptz') queued_at!: Date;
  /** T4 */
  @Column('timestamptz', { nullable: true }) claimed_at!: Date | null;
  /** T5 */
  @Column('timestamptz', { nullable: true }) submitted_at!: Date | null;
  /** T6 */
  @Column('timestamptz', { nullable: true }) review_claimed_at!: Date | null;
  /** T7 */
  @Column('timestamptz', { nullable: true }) signed_at!: Date | null;
  /** Id of the transaction that last changed what a list shows: the cursor of the change stream. Set by a trigger. */
  @Column('bigint') change_tx!: string;
  @Column('timestamptz') updated_at!: Date;
  /** The client's own id of the `next` that handed it out last, by which that is known when it is sent again. */
  @Column('uuid', { nullable: true }) client_id!: string | null;
}
