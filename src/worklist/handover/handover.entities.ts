import { Column, Entity, PrimaryColumn } from 'typeorm';

/** 离岗: a reader is away from then on, until he is back (`ended_at`). One open absence per person at most. */
@Entity('reader_absence')
export class ReaderAbsence {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') person_id!: string;
  @Column('text') reason!: string;
  /** Name of who said so. */
  @Column('text') said_by!: string;
  @Column('timestamptz') began_at!: Date;
  @Column('timestamptz', { nullable: true }) ended_at!: Date | null;
}

/** 交接班: who gave which exams to whom, and the note; never changed. */
@Entity('reading_handover')
export class ReadingHandover {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') from_id!: string;
  @Column('uuid') to_id!: string;
  /** Hospitals the giver worked at then. */
  @Column('uuid', { array: true }) from_hospital_ids!: string[];
  @Column('uuid') to_hospital_id!: string;
  @Column('uuid', { array: true }) exam_ids!: string[];
  @Column('text') note!: string;
  @Column('text') done_by!: string;
  @Column('timestamptz') done_at!: Date;
}
