import type { Ctx } from '../platform/context';
import { bodyPartName } from './body-parts';
import { type Level, mayWrite } from './shelves.rules';
import type { TemplateState } from './template.state';
import type { TemplateContent, TemplateSex } from './template-content';
import type { Phrase, ReportTemplate } from './templates.entities';

export interface TemplateView {
  readonly templateId: string;
  readonly key: string;
  readonly level: Level;
  readonly hospitalId: string | null;
  readonly state: TemplateState;
  readonly title: string;
  readonly modality: string;
  readonly bodyPart: string;
  readonly bodyPartName: string;
  readonly sex: TemplateSex;
  readonly normal: boolean;
  readonly version: number;
  /** Smaller than `version` while there are changes that nobody has published. */
  readonly publishedVersion: number | null;
  readonly usedCount: number;
  readonly lastUsedAt: Date | null;
  readonly updatedAt: Date;
  /** Whether the caller may change it. */
  readonly writable: boolean;
}

export type TemplateRow = ReportTemplate & { readonly used_count: string; readonly last_used_at: Date | null };

export function templateView(ctx: Ctx, row: TemplateRow): TemplateView {
  return {
    templateId: row.id,
    key: row.template_key,
    level: row.level,
    hospitalId: row.hospital_id,
    state: row.state,
    title: row.title,
    modality: row.modality,
    bodyPart: row.body_part,
    bodyPartName: bodyPartName(row.body_part),
    sex: row.sex,
    normal: row.normal,
    version: row.version,
    publishedVersion: row.published_version,
    usedCount: Number(row.used_count),
    lastUsedAt: row.last_used_at,
    updatedAt: row.updated_at,
    writable: mayWrite(ctx, row),
  };
}

export interface TemplateVersionView {
  readonly version: number;
  readonly madeBy: string;
  readonly madeAt: Date;
}

export interface TemplateDetail extends TemplateView {
  /** Of which version the content is. */
  readonly shownVersion: number;
  readonly content: TemplateContent;
  /** Newest first; for those who may change the template, else the published one alone. */
  readonly versions: readonly TemplateVersionView[];
}

export interface PhraseView {
  readonly phraseId: string;
  readonly level: Level;
  readonly hospitalId: string | null;
  readonly shortcut: string;
  readonly title: string;
  readonly text: string;
  readonly section: string | null;
  readonly version: number;
  readonly writable: boolean;
}

export function phraseView(ctx: Ctx, row: Phrase): PhraseView {
  const { id, level, hospital_id, shortcut, title, text, section, version } = row;
  return {
    phraseId: id,
    level,
    hospitalId: hospital_id,
    shortcut,
    title,
    text,
    section,
    version,
    writable: mayWrite(ctx, row),
  };
}
