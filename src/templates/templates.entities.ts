import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Level } from './shelves.rules';
import type { TemplateState } from './template.state';
import type { Section, TemplateContent, TemplateSex } from './template-content';

/**
 * A report template on its shelf. What lists show (title … normal) is of the published version, of the newest one before
 * there is any; the texts are in the versions.
 */
@Entity('report_template')
export class ReportTemplate {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('text') level!: Level;
  @Column('uuid', { nullable: true }) hospital_id!: string | null;
  @Column('uuid', { nullable: true }) owner_id!: string | null;
  /** Generated: the owner, else the hospital, else the county. */
  @Column({ type: 'uuid', insert: false, update: false }) shelf_id!: string;
  /** Stays the same through every export and import. */
  @Column({ type: 'text', collation: 'C' }) template_key!: string;
  @Column('text') state!: TemplateState;
  /** The newest version; whoever writes names the one he saw. */
  @Column('int') version!: number;
  @Column('int', { nullable: true }) published_version!: number | null;
  @Column('text') title!: string;
  @Column({ type: 'text', collation: 'C' }) title_pinyin!: string;
  @Column({ type: 'text', collation: 'C' }) title_initials!: string;
  @Column({ type: 'text', collation: 'C' }) modality!: string;
  @Column({ type: 'text', collation: 'C' }) body_part!: string;
  @Column('text', { nullable: true }) sex!: TemplateSex;
  @Column('boolean') normal!: boolean;
  /** Generated: 0 for a normal one, 1 for the others; the order of the list within a body part. */
  @Column({ type: 'int', insert: false, update: false }) rank!: number;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz') updated_at!: Date;
}

/** What a template said at one time; never changed. */
@Entity('report_template_version')
export class ReportTemplateVersion {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') template_id!: string;
  @PrimaryColumn('int') version!: number;
  @Column('jsonb') content!: TemplateContent;
  @Column('uuid', { nullable: true }) made_by!: string | null;
  @Column('text') made_by_name!: string;
  @Column('timestamptz') made_at!: Date;
}

/** How often a template was taken. Apart from it, so that drafts do not wait for one another, nor for an edit. */
@Entity('report_template_use')
export class ReportTemplateUse {
  @PrimaryColumn('uuid') county_id!: string;
  @PrimaryColumn('uuid') template_id!: string;
  @Column('bigint') used_count!: string;
  @Column('timestamptz') last_used_at!: Date;
}

/** 短语: a text behind a shortcut. */
@Entity('phrase')
export class Phrase {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') county_id!: string;
  @Column('text') level!: Level;
  @Column('uuid', { nullable: true }) hospital_id!: string | null;
  @Column('uuid', { nullable: true }) owner_id!: string | null;
  @Column({ type: 'uuid', insert: false, update: false }) shelf_id!: string;
  /** Without the `;` that people type before it. */
  @Column({ type: 'text', collation: 'C' }) shortcut!: string;
  @Column('text') title!: string;
  @Column({ type: 'text', collation: 'C' }) title_pinyin!: string;
  @Column({ type: 'text', collation: 'C' }) title_initials!: string;
  @Column('text') text!: string;
  @Column('text', { nullable: true }) section!: Section | null;
  @Column('int') version!: number;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz') updated_at!: Date;
}
