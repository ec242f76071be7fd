import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whose name stands at the head of a sheet. */
export type Heading = 'centre' | 'clinic' | 'hospital';

/** How the sheets of a county, or of one of its clinics, are headed. */
@Entity('letterhead')
export class Letterhead {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  /** null: every clinic that has no row of its own. */
  @Column('uuid', { nullable: true }) clinic_id!: string | null;
  @Column('text') heading!: Heading;
  /** 互认标识, as the region wants it printed; empty: none. */
  @Column('text', { default: '' }) recognition_mark!: string;
}
