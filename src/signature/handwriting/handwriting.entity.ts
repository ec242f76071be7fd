import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PictureType } from './picture.rules';

/** 手写签名: a picture of a person's signature as sheets print it beside his name. The bytes lie under county/person/sha256. */
@Entity('person_handwriting')
export class PersonHandwriting {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') person_id!: string;
  @Column('text') media_type!: PictureType;
  @Column({ type: 'text', collation: 'C' }) sha256!: string;
  @Column('int') bytes!: number;
  @Column('int') width!: number;
  @Column('int') height!: number;
  @Column('timestamptz') added_at!: Date;
  /** Himself, or who manages people. */
  @Column('uuid') added_by!: string;
  /** Replaced or taken away: versions that were signed with it keep it. */
  @Column('timestamptz', { nullable: true }) ended_at!: Date | null;
  @Column('uuid', { nullable: true }) ended_by!: string | null;
}
