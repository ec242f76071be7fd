import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AttachmentKind, AttachmentType } from './attachments/attachment.rules';
import type { Access, ConsultationState } from './consultation/consultation.state';
import type { ReferralState, Urgency } from './referral/referral.state';

/** Who speaks: people of the requesting clinic, or readers of the county's hospitals. */
export type Side = 'clinic' | 'reader';

/** 沟通: a word about an exam; never changed. */
@Entity('exam_message')
export class ExamMessage {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('text') side!: Side;
  @Column('uuid') author_id!: string;
  @Column('text') author_name!: string;
  /** Clinic or hospital for which he wrote. */
  @Column('text') author_site!: string;
  @Column('uuid', { nullable: true }) reply_to!: string | null;
  @Column('text') text!: string;
  @Column('timestamptz') created_at!: Date;
  /** The client's own id of it, by which it is known when it is sent again. */
  @Column('uuid', { nullable: true }) client_id!: string | null;
}

/** That a person has read a message. */
@Entity('exam_message_receipt')
export class ExamMessageReceipt {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') message_id!: string;
  @PrimaryColumn('uuid') person_id!: string;
  @Column('text') person_name!: string;
  @Column('timestamptz') read_at!: Date;
}

/** A photo of the paper 申请单, a scan of an old report. Withdrawn, never deleted. */
@Entity('exam_attachment')
export class ExamAttachment {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('text') kind!: AttachmentKind;
  @Column('text') name!: string;
  @Column('text') media_type!: AttachmentType;
  @Column('int') bytes!: number;
  @Column({ type: 'text', collation: 'C' }) sha256!: string;
  /** A person, or the clinic's gateway. */
  @Column('uuid') added_by!: string;
  @Column('text') added_by_name!: string;
  @Column('timestamptz') added_at!: Date;
  @Column('timestamptz', { nullable: true }) withdrawn_at!: Date | null;
  @Column('uuid', { nullable: true }) withdrawn_by!: string | null;
  @Column('text', { nullable: true }) withdrawn_by_name!: string | null;
  @Column('text', { nullable: true }) withdrawn_reason!: string | null;
}

/** A hospital outside of the county that may be asked and sees nothing else. */
@Entity('consult_institution')
export class ConsultInstitution {
  @PrimaryColumn('uuid') hospital_id!: string;
  @Column('uuid') county_id!: string;
  /** What was agreed with it, for those who look it up later. */
  @Column('text') agreement!: string;
  @Column('timestamptz') created_at!: Date;
}

/** An opinion that was changed. */
export interface FormerOpinion {
  readonly text: string;
  readonly sha256: string;
  /** ISO 8601 */
  readonly at: string;
}

/** 会诊: one question to another hospital about an exam that somebody holds. */
@Entity('consultation')
export class Consultation {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('text') state!: ConsultationState;
  @Column('uuid') from_hospital_id!: string;
  @Column('uuid') asked_by!: string;
  @Column('text') asked_by_name!: string;
  @Column('uuid') to_hospital_id!: string;
  @Column('text') access!: Access;
  @Column('boolean') deidentified!: boolean;
  @Column('text') question!: string;
  @Column('timestamptz') requested_at!: Date;
  @Column('timestamptz') expires_at!: Date;
  @Column('uuid', { nullable: true }) accepted_by!: string | null;
  @Column('text', { nullable: true }) accepted_by_name!: string | null;
  @Column('timestamptz', { nullable: true }) accepted_at!: Date | null;
  @Column('text', { nullable: true }) opinion!: string | null;
  @Column('text', { nullable: true }) opinion_sha256!: string | null;
  /** What the opinion said before it was changed, oldest first. */
  @Column('jsonb', { default: [] }) former_opinions!: readonly FormerOpinion[];
  @Column('text', { nullable: true }) answered_by_title!: string | null;
  @Column('timestamptz', { nullable: true }) answered_at!: Date | null;
  @Column('timestamptz', { nullable: true }) co_signed_at!: Date | null;
  /** Hash of the opinion that was co-signed; the co-signature stands while the opinion has it. */
  @Column('text', { nullable: true }) co_signed_sha256!: string | null;
  @Column('text', { nullable: true }) ended_by_name!: string | null;
  @Column('timestamptz', { nullable: true }) ended_at!: Date | null;
  @Column('text', { nullable: true }) end_reason!: string | null;
  /** Whether the asker took the opinion into the report; null until he has said so. */
  @Column('boolean', { nullable: true }) taken_over!: boolean | null;
  @Column('timestamptz') updated_at!: Date;
}

/** 转诊: a patient sent up with a signed report and the images; the answer comes back down. */
@Entity('referral')
export class Referral {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') report_version_id!: string;
  @Column('int') version_number!: number;
  @Column('text', { array: true }) study_uids!: string[];
  @Column('int') image_set!: number;
  @Column('text') state!: ReferralState;
  @Column('uuid') to_hospital_id!: string;
  @Column('text') urgency!: Urgency;
  @Column('text') reason!: string;
  @Column('uuid') requested_by!: string;
  @Column('text') requested_by_name!: string;
  @Column('text') requested_side!: Side;
  @Column('timestamptz') requested_at!: Date;
  @Column('text', { nullable: true }) accepted_by_name!: string | null;
  @Column('timestamptz', { nullable: true }) accepted_at!: Date | null;
  @Column('text', { nullable: true }) arrangement!: string | null;
  @Column('timestamptz', { nullable: true }) arrived_at!: Date | null;
  @Column('text', { nullable: true }) answer!: string | null;
  @Column('text', { nullable: true }) answered_by_name!: string | null;
  @Column('timestamptz', { nullable: true }) answered_at!: Date | null;
  @Column('text', { nullable: true }) ended_by_name!: string | null;
  @Column('timestamptz', { nullable: true }) ended_at!: Date | null;
  @Column('text', { nullable: true }) end_reason!: string | null;
  @Column('timestamptz') updated_at!: Date;
}

/** 带教: an exam worth learning from. */
@Entity('teaching_mark')
export class TeachingMark {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('text') topic!: string;
  @Column('text') note!: string;
  /** The exam's, repeated because the list is looked through by it. */
  @Column('text') modality!: string;
  @Column('uuid') marked_by!: string;
  @Column('text') marked_by_name!: string;
  @Column('timestamptz') marked_at!: Date;
  @Column('timestamptz', { nullable: true }) removed_at!: Date | null;
  @Column('uuid', { nullable: true }) removed_by!: string | null;
}
