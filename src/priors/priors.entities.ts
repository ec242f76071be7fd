import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LinkState } from './persons/person-link.state';
import type { RepeatReason } from './recognition/recognition.rules';
import type { Evidence } from './persons/same-person.rules';

/** Two patients, as two clinics (or one, under two numbers) know them, who are one person. */
@Entity('person_link')
export class PersonLink {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') patient_a!: string;
  @Column('uuid') patient_b!: string;
  @Column('text') state!: LinkState;
  @Column('text') how!: 'id_number' | 'manual';
  @Column('jsonb') evidence!: Evidence;
  @Column('text') made_by!: string;
  @Column('timestamptz') made_at!: Date;
  @Column('text', { nullable: true }) decided_by!: string | null;
  /** When its state last changed; a link that went back to review has this and nobody in `decided_by`. */
  @Column('timestamptz', { nullable: true }) decided_at!: Date | null;
  @Column('text', { nullable: true }) reason!: string | null;
}

/** 互认: what a clinic found before ordering, and whether it was used. */
@Entity('recognition_lookup')
export class RecognitionLookup {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('text') modality!: string;
  @Column('text', { nullable: true }) item_code!: string | null;
  @Column('text', { nullable: true }) item_name!: string | null;
  @Column('text', { nullable: true }) body_part!: string | null;
  @Column('int') window_days!: number;
  @Column('uuid', { array: true }) exam_ids!: string[];
  @Column('uuid') looked_by!: string;
  @Column('timestamptz') looked_at!: Date;
  @Column('text', { nullable: true }) decision!: 'recognised' | 'repeated' | null;
  @Column('uuid', { nullable: true }) recognised_exam_id!: string | null;
  @Column('text', { nullable: true }) repeat_reason!: RepeatReason | null;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('uuid', { nullable: true }) decided_by!: string | null;
  @Column('timestamptz', { nullable: true }) decided_at!: Date | null;
}

@Entity('recognition_setting')
export class RecognitionSetting {
  @PrimaryColumn('uuid') county_id!: string;
  /** How old an examination may be to be offered instead of a new one. */
  @Column('int') window_days!: number;
}
