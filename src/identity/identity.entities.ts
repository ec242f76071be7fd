import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RoleName } from './roles';

@Entity('person')
export class Person {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column({ type: 'text', collation: 'C' }) username!: string;
  @Column('text') name!: string;
  @Column('text') password_hash!: string;
  /** 职称 as printed beside the name. */
  @Column('text', { nullable: true }) title!: string | null;
  @Column('text', { nullable: true }) licence_number!: string | null;
  @Column('date', { nullable: true }) licence_valid_until!: string | null;
  /** The licensed writer under whose name a trainee drafts. */
  @Column('uuid', { nullable: true }) supervisor_id!: string | null;
  @Column('text', { default: '' }) phone!: string;
  @Column('boolean', { default: true }) active!: boolean;
  @Column('timestamptz') created_at!: Date;
}

@Entity('person_grant')
export class PersonGrant {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') person_id!: string;
  @Column('text') role!: RoleName;
  @Column('uuid', { nullable: true }) clinic_id!: string | null;
  @Column('uuid', { nullable: true }) hospital_id!: string | null;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz', { nullable: true }) revoked_at!: Date | null;
}

/** Only the hash of the cookie's token is kept: a read database lets nobody in. */
@Entity('session')
export class Session {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') person_id!: string;
  @Column('text') token_hash!: string;
  @Column('text') csrf_token!: string;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz') seen_at!: Date;
  @Column('timestamptz', { nullable: true }) ended_at!: Date | null;
  @Column('text', { nullable: true }) ip!: string | null;
  @Column('text', { nullable: true }) user_agent!: string | null;
}

/** A clinic gateway's key: shown once, kept as a hash; `hint` are its last four characters, for telling keys apart. */
@Entity('gateway_key')
export class GatewayKey {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('text') key_hash!: string;
  @Column('text') label!: string;
  @Column('text') hint!: string;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz', { nullable: true }) used_at!: Date | null;
  @Column('timestamptz', { nullable: true }) revoked_at!: Date | null;
}

/** Points of failed sign-ins per account and address; written by the limiter, shared by every api process. */
@Entity('login_failure')
export class LoginFailure {
  @PrimaryColumn('text') key!: string;
  @Column('int') points!: number;
  @Column('bigint', { nullable: true }) expire!: string | null;
}
