import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { KeyImage } from './key-images/key-image';
import type { SignedAnnex } from './annexes/signed-annex';
import type { DraftCopyReason, Positive, PreliminaryAllowed, ReportKind, SubmissionOutcome } from './report.state';
import type { ReportSubject } from './signing/report-subject';

/** The text being worked on, one per exam. `version` counts the saves; a save names the one it was made from. */
@Entity('report_draft')
export class ReportDraft {
  @PrimaryColumn('uuid') exam_id!: string;
  @Column('uuid') county_id!: string;
  @Column('int') version!: number;
  @Column('int') fence!: number;
  @Column('text') technique!: string;
  @Column('text') findings!: string;
  @Column('text') impression!: string;
  @Column('text') recommendation!: string;
  @Column('smallint', { nullable: true }) positive!: Positive | null;
  /** Who saved it last. */
  @Column('uuid') author_id!: string;
  @Column('timestamptz') saved_at!: Date;
  /** For which patient it was saved last. */
  @Column('uuid', { nullable: true }) patient_id!: string | null;
  /** Everybody who, as a writer, has put words into it since it was begun. What a reviewer edits is not among them. */
  @Column('uuid', { array: true, default: () => "'{}'" }) hand_ids!: string[];
  /** The template that the text was begun with. */
  @Column('uuid', { nullable: true }) template_id!: string | null;
  /** The signed version (an earlier exam's, as a rule) whose text was taken over: shown, so that nobody takes it for new. */
  @Column('uuid', { nullable: true }) copied_from_id!: string | null;
}

/** A text beside the draft, kept because it would have been lost. */
@Entity('report_draft_copy')
export class ReportDraftCopy {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') author_id!: string;
  @Column('text') why!: DraftCopyReason;
  @Column('int') draft_version!: number;
  @Column('int') fence!: number;
  @Column('text') technique!: string;
  @Column('text') findings!: string;
  @Column('text') impression!: string;
  @Column('text') recommendation!: string;
  @Column('smallint', { nullable: true }) positive!: Positive | null;
  @Column('timestamptz') kept_at!: Date;
}

/** 单签: a modality for which one doctor may sign alone in this county. */
@Entity('single_sign')
export class SingleSign {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('text') modality!: string;
  @Column('text') reason!: string;
  @Column('uuid') allowed_by!: string;
  @Column('timestamptz') allowed_at!: Date;
}

/** 临时报告: when a county lets one doctor's report of a modality go out; what is not named is `on_call`. */
@Entity('preliminary_policy')
export class PreliminaryPolicy {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('text') modality!: string;
  @Column('text') allowed!: PreliminaryAllowed;
  @Column('text') reason!: string;
  @Column('uuid') set_by!: string;
  @Column('timestamptz') set_at!: Date;
}

/** 提交: the writer's text as it went to review, kept whatever the reviewer makes of it (修改痕迹). */
@Entity('report_submission')
export class ReportSubmission {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('int') draft_version!: number;
  @Column('int') image_set!: number;
  @Column('text') technique!: string;
  @Column('text') findings!: string;
  @Column('text') impression!: string;
  @Column('text') recommendation!: string;
  @Column('smallint', { nullable: true }) positive!: Positive | null;
  @Column('uuid') writer_id!: string;
  @Column('uuid', { nullable: true }) writer_hospital_id!: string | null;
  @Column('timestamptz') submitted_at!: Date;
  /** How the review of it ended; null while it waits or is being reviewed. */
  @Column('text', { nullable: true }) outcome!: SubmissionOutcome | null;
  @Column('timestamptz', { nullable: true }) outcome_at!: Date | null;
  @Column('uuid', { nullable: true }) outcome_by!: string | null;
  @Column('text', { nullable: true }) outcome_reason!: string | null;
  @Column('uuid', { nullable: true }) copied_from_id!: string | null;
}

/** 审签后的报告: one immutable version of an exam's report. Names and titles are those of the moment of signing. */
@Entity('report_version')
export class ReportVersion {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') exam_id!: string;
  /** 1, 2, … within the exam. */
  @Column('int') number!: number;
  @Column('text') kind!: ReportKind;
  @Column('uuid', { nullable: true }) supersedes_id!: string | null;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('jsonb') subject!: ReportSubject;
  @Column('text') technique!: string;
  @Column('text') findings!: string;
  @Column('text') impression!: string;
  @Column('text') recommendation!: string;
  @Column('smallint') positive!: Positive;
  @Column('uuid', { nullable: true }) submission_id!: string | null;
  @Column('uuid') writer_id!: string;
  @Column('text') writer_name!: string;
  @Column('text') writer_title!: string;
  @Column('text') writer_hospital!: string;
  /** 书写时间 */
  @Column('timestamptz') written_at!: Date;
  @Column('uuid') reviewer_id!: string;
  @Column('text') reviewer_name!: string;
  @Column('text') reviewer_title!: string;
  @Column('text') reviewer_hospital!: string;
  /** 审签时间 */
  @Column('timestamptz') signed_at!: Date;
  @Column('boolean', { default: false }) single_sign!: boolean;
  @Column('int') image_set!: number;
  /**
   * 1: signed before there were signatures (hashed only, without images); 2: with its images, hashed and signed; 3: also with
   * annexes and handwriting, and who took the pictures in the subject; 4: also with key images.
   */
  @Column('smallint', { default: 1 }) content_form!: 1 | 2 | 3 | 4;
  /** The images of the exam at the moment of signing, and the hash of their list (report_image_list). */
  @Column('int', { nullable: true }) image_count!: number | null;
  @Column('text', { nullable: true }) images_sha256!: string | null;
  /** 会诊意见 of this version; null before form 3. */
  @Column('jsonb', { nullable: true }) annexes!: readonly SignedAnnex[] | null;
  /** 关键图像 of this version; null before form 4. */
  @Column('jsonb', { nullable: true }) key_images!: readonly KeyImage[] | null;
  /** SHA-256 of the handwritten signature that each had in force when the version was signed; null where he had none. */
  @Column('text', { nullable: true }) writer_handwriting_sha256!: string | null;
  @Column('text', { nullable: true }) reviewer_handwriting_sha256!: string | null;
  @Column('text') content_sha256!: string;
  /** base64url, over the canonical content. */
  @Column('text', { nullable: true }) signature!: string | null;
  @Column('text', { nullable: true }) signature_algorithm!: string | null;
  @Column({ type: 'text', collation: 'C', nullable: true }) signature_key_id!: string | null;
  @Column({ type: 'text', collation: 'C' }) verification_code!: string;
  /** The printed A4 sheet in the blob store, under the clinic's key; set once. */
  @Column('text', { nullable: true }) pdf_sha256!: string | null;
  @Column('int', { nullable: true }) pdf_bytes!: number | null;
  @Column('timestamptz', { nullable: true }) pdf_at!: Date | null;
}

/** 会诊意见 that joined an exam's report; versions carry it from the next one on, until it is withdrawn. */
@Entity('report_annex')
export class ReportAnnex {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('text') kind!: 'consultation';
  /** The consultation that it came from. */
  @Column('uuid') source_id!: string;
  @Column('text') institution!: string;
  @Column('text') doctor!: string;
  @Column('text') title!: string;
  @Column('text') text!: string;
  @Column('timestamptz') given_at!: Date;
  @Column('timestamptz') joined_at!: Date;
  @Column('uuid') joined_by!: string;
  @Column('timestamptz', { nullable: true }) withdrawn_at!: Date | null;
  @Column('uuid', { nullable: true }) withdrawn_by!: string | null;
}

/** SHA-256 of each image that the exam had when the version was signed, sorted; its hash is part of what was signed. */
@Entity('report_image_list')
export class ReportImageList {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') version_id!: string;
  @Column('text', { array: true }) sha256s!: string[];
}

/** A version's link in its county's chain; empty until the sealer has come to it. */
@Entity('report_seal')
export class ReportSeal {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') version_id!: string;
  /** 1, 2, … within the county. */
  @Column('bigint', { nullable: true }) seq!: string | null;
  @Column('text', { nullable: true }) prev_hash!: string | null;
  @Column('text', { nullable: true }) hash!: string | null;
  @Column('timestamptz', { nullable: true }) sealed_at!: Date | null;
}
