import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ShiftKind } from './roster.rules';
import type { Specialty } from './specialty.rules';

/** 排班: a weekly time of duty of one person for one hospital, or the exception of one date. */
@Entity('roster_shift')
export class RosterShift {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') hospital_id!: string;
  /** null only for a day on which the whole hospital is off. */
  @Column('uuid', { nullable: true }) person_id!: string | null;
  @Column('text') kind!: ShiftKind;
  /** DICOM modalities; none = all. */
  @Column('text', { array: true, default: () => "'{}'" }) modalities!: string[];
  /** ISO, 1 = Monday. */
  @Column('int', { array: true, default: () => "'{}'" }) weekdays!: number[];
  /** Minutes after local midnight; an end not after the start is on the next day. */
  @Column('int') start_minute!: number;
  @Column('int') end_minute!: number;
  /** Local dates YYYY-MM-DD, both included. */
  @Column('date') valid_from!: string;
  @Column('date', { nullable: true }) valid_until!: string | null;
  @Column('text', { default: '' }) note!: string;
  @Column('timestamptz') created_at!: Date;
}

/** 请假: from … until (exclusive) the person is on no duty, whatever the roster says. */
@Entity('roster_leave')
export class RosterLeave {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') person_id!: string;
  @Column('timestamptz') from_at!: Date;
  @Column('timestamptz') until_at!: Date;
  @Column('text') reason!: string;
  @Column('timestamptz') created_at!: Date;
}

/** 专业方向 of a reader. */
@Entity('reader_specialty')
export class ReaderSpecialty {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') person_id!: string;
  @PrimaryColumn('text') tag!: Specialty;
}
