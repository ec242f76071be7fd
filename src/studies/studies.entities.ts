import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A DICOM study as one clinic has sent it. What is a reading unit is decided by exams, not here. */
@Entity('dicom_study')
export class DicomStudy {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column({ type: 'text', collation: 'C' }) study_uid!: string;
  /** As in the first file's header; the following texts are '' when absent. */
  @Column({ type: 'text', collation: 'C' }) accession_number!: string;
  @Column({ type: 'text', collation: 'C' }) patient_local_id!: string;
  /** Decoded, all component groups as sent. */
  @Column('text') patient_name_dicom!: string;
  /** As written in Chinese where it is, without carets. */
  @Column({ type: 'text', collation: 'C' }) patient_name!: string;
  @Column({ type: 'text', collation: 'C' }) name_pinyin!: string;
  @Column({ type: 'text', collation: 'C' }) name_initials!: string;
  /** M, F, O */
  @Column('text') patient_sex!: string;
  /** YYYYMMDD */
  @Column('text') birth_date!: string;
  /** AS, for example 045Y */
  @Column('text') patient_age!: string;
  /** DA and TM (PS3.5 §6.2) */
  @Column({ type: 'text', collation: 'C' }) study_date!: string;
  @Column({ type: 'text', collation: 'C' }) study_time!: string;
  @Column('text') study_id_text!: string;
  @Column('text') description!: string;
  @Column('text') referring_physician!: string;
  /** Sorted, each once. */
  @Column('text', { array: true }) modalities!: string[];
  @Column('int') series_count!: number;
  @Column('int') instance_count!: number;
  @Column('bigint') bytes!: string;
  @Column('text') charset!: string;
  @Column('text') charset_how!: string;
  /** Another clinic of the county had this study UID first: kept apart until somebody has looked. */
  @Column('timestamptz', { nullable: true }) quarantined_at!: Date | null;
  @Column('text', { nullable: true }) quarantine_reason!: string | null;
  /** While set, other bytes under a known SOP Instance UID replace those that are there. */
  @Column('timestamptz', { nullable: true }) corrections_since!: Date | null;
  /** When the last image was taken, by the device's clock. */
  @Column('timestamptz', { nullable: true }) last_acquired_at!: Date | null;
  @Column('timestamptz') first_byte_at!: Date;
  @Column('timestamptz') last_image_at!: Date;
  @Column('timestamptz', { nullable: true }) announced_at!: Date | null;
  @Column('timestamptz', { nullable: true }) announce_due_at!: Date | null;
  @Column('timestamptz') created_at!: Date;
}

@Entity('dicom_series')
export class DicomSeries {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') study_id!: string;
  @Column({ type: 'text', collation: 'C' }) series_uid!: string;
  @Column('text') modality!: string;
  @Column('int', { nullable: true }) series_number!: number | null;
  @Column('text') description!: string;
  @Column('text') body_part!: string;
  /** L, R, B or '' */
  @Column('text') laterality!: string;
  @Column('text') station_name!: string;
  @Column('text') device!: string;
  @Column('text') institution!: string;
  /** Who took the pictures; '' where the device does not say. */
  @Column('text', { default: '' }) operators!: string;
  @Column('text') series_date!: string;
  @Column('text') series_time!: string;
  @Column('timestamptz') created_at!: Date;
}

export type StudyFlagCode =
  /** The study UID was registered by another clinic of the county before. */
  | 'quarantined'
  /** Other bytes under a known SOP Instance UID (the subject) were refused. */
  | 'sop_collision'
  /** An instance carries another Patient ID (the subject) than the study. */
  | 'patient_id_mismatch'
  /** Same Patient ID, another name. */
  | 'patient_name_differs'
  /** The label of the character set was wrong; the text was read by what the bytes are. */
  | 'charset_repaired'
  /** Instances were replaced under an identity hold. */
  | 'corrected';

@Entity('study_flag')
export class StudyFlag {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') study_id!: string;
  @Column('text') code!: StudyFlagCode;
  @Column({ type: 'text', collation: 'C' }) subject!: string;
  @Column('jsonb') details!: Record<string, unknown>;
  @Column('int') occurrences!: number;
  @Column('timestamptz') raised_at!: Date;
  @Column('timestamptz') last_at!: Date;
  @Column('timestamptz', { nullable: true }) resolved_at!: Date | null;
  @Column('text', { nullable: true }) resolved_by!: string | null;
  @Column('text', { nullable: true }) resolution!: string | null;
}
