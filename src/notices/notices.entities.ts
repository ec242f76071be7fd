import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Receiver } from './receivers';

/** Something that people are told; never changed once it is told. */
@Entity('notice')
export class Notice {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  /** `<slice>.<what happened>`, for example `critical.ladder`. */
  @Column('text') kind!: string;
  @Column('uuid', { nullable: true }) exam_id!: string | null;
  /** A short sentence without patient data beyond the accession number. */
  @Column('text') text!: string;
  @Column('jsonb', { default: {} }) params!: Record<string, unknown>;
  @Column('boolean', { default: false }) urgent!: boolean;
  @Column('jsonb') addressed!: Receiver[];
  @Column({ type: 'text', collation: 'C', nullable: true }) key!: string | null;
  @Column('timestamptz') told_at!: Date;
}

/** One person who was told, and when he read it. */
@Entity('notice_receipt')
export class NoticeReceipt {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') person_id!: string;
  @PrimaryColumn('uuid') notice_id!: string;
  /** The notice's own, repeated because lists run by it. */
  @Column('timestamptz') told_at!: Date;
  @Column('timestamptz', { nullable: true }) read_at!: Date | null;
}

/** When somebody's screen last stood ready to show a notice: kept by the open stream, minute by minute. */
@Entity('notice_listener')
export class NoticeListener {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') person_id!: string;
  @Column('timestamptz') heard_at!: Date;
}
