import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CriticalState } from './critical.state';
import type { FindingSetting } from './findings';
import type { Rung, StoredStep } from './ladder/ladder.rules';

/** The county's own figures; a county without a row goes by the defaults of settings.ts. */
@Entity('critical_setting')
export class CriticalSetting {
  @PrimaryColumn('uuid') county_id!: string;
  /** Counts the changes; a change names the one it was made from. */
  @Column('int') version!: number;
  @Column('jsonb') ladder!: readonly StoredStep[];
  @Column('int') breach_seconds!: number;
  @Column('int') present_seconds!: number;
  @Column('int') important_hours!: number;
  @Column('int') patient_head_hours!: number;
  @Column('int') patient_county_hours!: number;
  @Column('jsonb') findings!: readonly FindingSetting[];
  @Column('uuid', { nullable: true }) updated_by!: string | null;
  @Column('timestamptz') updated_at!: Date;
}

export const WAYS = ['phone', 'video', 'message', 'in_person'] as const;
/** 电话 / 视频 / 消息 / 当面 */
export type Way = (typeof WAYS)[number];

/** 危急值: one finding of one exam, from the suspicion to its close. */
@Entity('critical_cycle')
export class CriticalCycle {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') exam_id!: string;
  /** withdrawn: tells the clinic that what it was told before is not so. */
  @Column('text') kind!: 'new' | 'withdrawn';
  /** Of a suspicion: `reader` for one in training. */
  @Column('text') source!: 'reader' | 'technician' | 'text' | 'correction';
  /** An entry of the county's list, or the radiologist's own words. */
  @Column('text') finding!: string;
  @Column('boolean') listed!: boolean;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('text') state!: CriticalState;
  @Column('uuid', { nullable: true }) version_id!: string | null;
  @Column('uuid', { nullable: true }) withdraws_id!: string | null;
  @Column('timestamptz') raised_at!: Date;
  @Column('uuid', { nullable: true }) raised_by!: string | null;
  @Column('text') raised_by_name!: string;
  /** The radiologist's mark: here the clock starts. */
  @Column('timestamptz', { nullable: true }) found_at!: Date | null;
  @Column('uuid', { nullable: true }) radiologist_id!: string | null;
  @Column('text', { nullable: true }) radiologist_name!: string | null;
  @Column('uuid', { nullable: true }) hospital_id!: string | null;
  @Column('jsonb', { default: [] }) ladder!: readonly Rung[];
  @Column('int', { default: 0 }) rung!: number;
  /** The limit for the clinic's acknowledgement. */
  @Column('timestamptz', { nullable: true }) breach_at!: Date | null;
  @Column('timestamptz', { nullable: true }) breached_at!: Date | null;
  /** Next rung or limit; what the sweep looks for. */
  @Column('timestamptz', { nullable: true }) next_due_at!: Date | null;
  /** 已通知到人: when the call was made, as the radiologist says. */
  @Column('timestamptz', { nullable: true }) notified_at!: Date | null;
  @Column('uuid', { nullable: true }) notified_by!: string | null;
  @Column('text', { nullable: true }) notified_by_name!: string | null;
  @Column('text', { nullable: true }) receiver!: string | null;
  @Column('text', { nullable: true }) way!: Way | null;
  /** 双方记录: when a person of the clinic entered it, by this server's clock. */
  @Column('timestamptz', { nullable: true }) acknowledged_at!: Date | null;
  @Column('uuid', { nullable: true }) acknowledged_by!: string | null;
  @Column('text', { nullable: true }) acknowledged_by_name!: string | null;
  /** When and how the clinic says that it was told. */
  @Column('timestamptz', { nullable: true }) received_at!: Date | null;
  @Column('text', { nullable: true }) received_way!: Way | 'screen' | null;
  @Column('timestamptz', { nullable: true }) handled_at!: Date | null;
  @Column('uuid', { nullable: true }) handled_by!: string | null;
  @Column('text', { nullable: true }) handled_by_name!: string | null;
  @Column('text', { nullable: true }) measures!: string | null;
  @Column('timestamptz', { nullable: true }) ended_at!: Date | null;
  @Column('uuid', { nullable: true }) ended_by!: string | null;
  @Column('text', { nullable: true }) ended_by_name!: string | null;
  @Column('text', { nullable: true }) end_reason!: string | null;
  @Column('int', { default: 1 }) rev!: number;
  @Column('timestamptz') updated_at!: Date;
}

/** One step of a critical value's trail. */
@Entity('critical_event')
export class CriticalEvent {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') cycle_id!: string;
  @Column('timestamptz') at!: Date;
  @Column('text') action!: string;
  /** After the step. */
  @Column('text') state!: CriticalState;
  @Column('text') actor_kind!: string;
  @Column('uuid', { nullable: true }) actor_id!: string | null;
  @Column('text') actor_name!: string;
  @Column('jsonb', { default: {} }) details!: Record<string, unknown>;
  /** The notice this step was told by. */
  @Column('uuid', { nullable: true }) notice_id!: string | null;
}
