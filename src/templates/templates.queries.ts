import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Ctx } from '../platform/context';
import { Db, decodeCursor, type Page, pageOf, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { type Filled, fillTemplate } from './render.rules';
import { phraseListSql, type PhrasePosition, templateListSql, type TemplatePosition } from './shelf-list.sql';
import { mayRead, mayWrite } from './shelves.rules';
import { contentOfVersion } from './template-rows';
import {
  phraseView,
  type PhraseView,
  type TemplateDetail,
  type TemplateRow,
  templateView,
  type TemplateVersionView,
  type TemplateView,
} from './template.view';
import type { ListPhrases, ListTemplates, OneTemplate, RenderTemplate } from './templates.dto';
import type { Phrase } from './templates.entities';

export interface RenderedTemplate extends Filled {
  readonly templateId: string;
  readonly version: number;
  readonly normal: boolean;
}

const int = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const templatePosition = z.tuple([z.string().max(100), z.string().max(100), int, z.string().max(500), z.uuid()]);
const phrasePosition = z.tuple([z.string().max(100), int, z.uuid()]);

/** Templates and phrases as the report editor and the administration read them. */
@Injectable()
export class TemplatesQueries {
  constructor(private readonly db: Db) {}

  /** What the caller may take: by modality and body part, normal ones first. */
  async list(ctx: Ctx, input: ListTemplates): Promise<Page<TemplateView>> {
    const after = input.cursor ? decodeCursor<TemplatePosition>(input.cursor, templatePosition) : null;
    const statement = templateListSql(ctx, input, after);
    const rows = statement
      ? await this.db.read(ctx, (tx) => tx.rows<TemplateRow>(statement.text, statement.params))
      : [];
    return pageOf(
      rows,
      input.limit,
      (row) => templateView(ctx, row),
      (row) => [row.modality, row.body_part, row.rank, row.title_pinyin, row.id],
    );
  }

  /** Own phrases before the hospital's, those before the public ones, under each shortcut. */
  async phrases(ctx: Ctx, input: ListPhrases): Promise<Page<PhraseView>> {
    const after = input.cursor ? decodeCursor<PhrasePosition>(input.cursor, phrasePosition) : null;
    const statement = phraseListSql(ctx, input, after);
    const rows = statement
      ? await this.db.read(ctx, (tx) => tx.rows<Phrase & { nearness: number }>(statement.text, statement.params))
      : [];
    return pageOf(
      rows,
      input.limit,
      (row) => phraseView(ctx, row),
      (row) => [row.shortcut, row.nearness, row.id],
    );
  }

  /** A template with the content of one of its versions. Throws `not_found`. */
  async one(ctx: Ctx, templateId: string, { version }: OneTemplate): Promise<TemplateDetail> {
    return this.db.read(ctx, async (tx) => {
      const row = await visible(tx, templateId);
      const newest = mayWrite(ctx, row) ? row.version : row.published_version;
      const shown = shownVersion(ctx, row, version ?? newest);
      return {
        ...templateView(ctx, row),
        shownVersion: shown,
        content: await contentOr404(tx, templateId, shown),
        versions: await versionsOf(tx, row),
      };
    });
  }

  /** A template filled with what the doctor chose. Throws `not_found`; what does not fit is in the answer. */
  async render(ctx: Ctx, templateId: string, input: RenderTemplate): Promise<RenderedTemplate> {
    return this.db.read(ctx, async (tx) => {
      const row = await visible(tx, templateId);
      const version = shownVersion(ctx, row, input.version ?? row.published_version ?? row.version);
      const content = await contentOr404(tx, templateId, version);
      return { templateId, version, normal: content.normal, ...fillTemplate(content, input.values, input.exam) };
    });
  }
}

/** A template that the caller may see: a published one of his shelves, any of those he writes. */
async function visible(tx: Tx, templateId: string): Promise<TemplateRow> {
  const row = await tx.row<TemplateRow>(
    `SELECT t.*, coalesce(u.used_count, 0) AS used_count, u.last_used_at FROM report_template t
       LEFT JOIN report_template_use u ON u.county_id = t.county_id AND u.template_id = t.id
     WHERE t.county_id = $1 AND t.id = $2`,
    [tx.ctx.countyId, templateId],
  );
  const may = row && (row.state === 'published' ? mayRead(tx.ctx, row) : mayWrite(tx.ctx, row));
  if (!may) throw new DomainError(commonErrors.not_found);
  return row;
}

/** Readers see the published version and no other. */
function shownVersion(ctx: Ctx, row: TemplateRow, version: number | null): number {
  if (version !== null && (version === row.published_version || mayWrite(ctx, row))) return version;
  throw new DomainError(commonErrors.not_found, { field: 'version' });
}

async function contentOr404(tx: Tx, templateId: string, version: number) {
  const content = await contentOfVersion(tx, templateId, version);
  if (!content) throw new DomainError(commonErrors.not_found, { field: 'version' });
  return content;
}

const VERSIONS_SHOWN = 100;

function versionsOf(tx: Tx, row: TemplateRow): Promise<TemplateVersionView[]> {
  return tx.rows<TemplateVersionView>(
    `SELECT version, made_by_name AS "madeBy", made_at AS "madeAt" FROM report_template_version
     WHERE county_id = $1 AND template_id = $2 AND ($3::int IS NULL OR version = $3) ORDER BY version DESC LIMIT ${VERSIONS_SHOWN}`,
    [tx.ctx.countyId, row.id, mayWrite(tx.ctx, row) ? null : row.published_version],
  );
}
