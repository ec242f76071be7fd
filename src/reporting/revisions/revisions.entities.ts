import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Positive } from '../report.state';
import type {
  AmendmentKind,
  AmendmentState,
  DemographicsState,
  LateImagesAnswer,
  SightingHow,
  TakenHow,
} from './amendment.state';
import type { DemographicsChanges } from './revisions.dto';

/** Somebody opened, printed or downloaded a version; `clinic_id` names the clinic if he was of one. */
@Entity('report_sighting')
export class ReportSighting {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') version_id!: string;
  @Column('text') how!: SightingHow;
  /** null: a clinic's gateway. */
  @Column('uuid', { nullable: true }) person_id!: string | null;
  @Column('text') by_name!: string;
  @Column('uuid', { nullable: true }) clinic_id!: string | null;
  @Column('uuid', { nullable: true }) hospital_id!: string | null;
  @Column('timestamptz') at!: Date;
}

/** 召回 of a version, beside it. */
@Entity('report_recall')
export class ReportRecall {
  @PrimaryColumn('uuid') version_id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('text') reason!: string;
  @Column('uuid') recalled_by!: string;
  @Column('text') recalled_by_name!: string;
  @Column('timestamptz') recalled_at!: Date;
}

/** 更正 or 补充 on its way to becoming a version. At most one of an exam is open. */
@Entity('report_amendment')
export class ReportAmendment {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('text') kind!: AmendmentKind;
  /** The version that it corrects or adds to. */
  @Column('uuid') version_id!: string;
  @Column('text') reason!: string;
  @Column('text') state!: AmendmentState;
  /** Raised by every step. */
  @Column('int') fence!: number;
  /** Counts the saves. */
  @Column('int') draft_version!: number;
  @Column('text') technique!: string;
  @Column('text') findings!: string;
  @Column('text') impression!: string;
  @Column('text') recommendation!: string;
  @Column('smallint', { nullable: true }) positive!: Positive | null;
  @Column('uuid') writer_id!: string;
  @Column('uuid', { nullable: true }) writer_hospital_id!: string | null;
  /** Who saved the text last; null: it is still what stood before. */
  @Column('uuid', { nullable: true }) author_id!: string | null;
  /** Everybody who, as its writer, has put words into it: none of them reviews it. */
  @Column('uuid', { array: true, default: [] }) hand_ids!: string[];
  /** 离岗 or a silent hospital: nobody writes it until it is taken over. */
  @Column('timestamptz', { nullable: true }) released_at!: Date | null;
  @Column('text', { nullable: true }) release_reason!: string | null;
  /** From whom it came to its writer, the last time that it changed hands. */
  @Column('uuid', { nullable: true }) taken_from_id!: string | null;
  @Column('text', { nullable: true }) taken_how!: TakenHow | null;
  @Column('text', { nullable: true }) taken_reason!: string | null;
  @Column('timestamptz', { nullable: true }) taken_at!: Date | null;
  @Column('timestamptz') opened_at!: Date;
  @Column('timestamptz') saved_at!: Date;
  @Column('timestamptz', { nullable: true }) submitted_at!: Date | null;
  @Column('uuid', { nullable: true }) reviewer_id!: string | null;
  @Column('timestamptz', { nullable: true }) ended_at!: Date | null;
  @Column('uuid', { nullable: true }) ended_by!: string | null;
  @Column('text', { nullable: true }) end_reason!: string | null;
  @Column('uuid', { nullable: true }) issued_id!: string | null;
}

/** 信息更正: what the clinic says is wrong about the patient, and by what it shows that. */
@Entity('report_demographics')
export class ReportDemographics {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('text') state!: DemographicsState;
  @Column('jsonb') changes!: DemographicsChanges;
  @Column('text') evidence!: string;
  @Column('uuid') asked_by!: string;
  @Column('text') asked_by_name!: string;
  @Column('timestamptz') asked_at!: Date;
  @Column('uuid', { nullable: true }) decided_by!: string | null;
  @Column('timestamptz', { nullable: true }) decided_at!: Date | null;
  @Column('text', { nullable: true }) decision_reason!: string | null;
  @Column('uuid', { nullable: true }) issued_id!: string | null;
}

/** Images that came after the signature: the signer says what they change. */
@Entity('late_images')
export class LateImages {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') clinic_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') version_id!: string;
  @Column('uuid') signer_id!: string;
  @Column('int') signed_image_set!: number;
  @Column('int') image_set!: number;
  @Column('timestamptz') opened_at!: Date;
  @Column('text', { nullable: true }) answer!: LateImagesAnswer | null;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('uuid', { nullable: true }) answered_by!: string | null;
  @Column('timestamptz', { nullable: true }) answered_at!: Date | null;
}

/** In what a formal report differs from the preliminary one that went out before it. */
@Entity('report_discrepancy')
export class ReportDiscrepancy {
  @PrimaryColumn('uuid') version_id!: string;
  @Column('uuid') county_id!: string;
  @Column('uuid') exam_id!: string;
  @Column('uuid') preliminary_id!: string;
  @Column('text', { array: true }) fields!: string[];
  @Column('timestamptz') found_at!: Date;
}
