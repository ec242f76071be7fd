import { type Ctx } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import { searchTitle } from './search.rules';
import { mayRead, mayWrite, type Shelf } from './shelves.rules';
import { afterMove, TEMPLATE_STATE_NAMES, type TemplateMove, type TemplateState } from './template.state';
import type { TemplateContent } from './template-content';
import { ReportTemplate, ReportTemplateVersion } from './templates.entities';
import { templatesErrors } from './templates.errors';

/** Statements on templates and their versions, inside of a command's transaction. */

export interface NewTemplate {
  readonly shelf: Shelf;
  readonly key: string;
  readonly content: TemplateContent;
  readonly publish: boolean;
}

/**
 * Inserts templates with their first version; answers their ids in the same order. Violates the constraint
 * `report_template_key` where a key is taken.
 */
export async function insertTemplates(tx: Tx, entries: readonly NewTemplate[], now: Date): Promise<string[]> {
  const ids = entries.map(() => newId());
  if (entries.length === 0) return [];
  await tx.insert(
    ReportTemplate,
    entries.map(({ shelf, key, content, publish }, i) => ({
      id: ids[i]!,
      county_id: tx.ctx.countyId,
      ...shelf,
      template_key: key,
      state: publish ? ('published' as const) : ('draft' as const),
      version: 1,
      published_version: publish ? 1 : null,
      ...listed(content),
      created_at: now,
      updated_at: now,
    })),
  );
  await tx.insert(
    ReportTemplateVersion,
    entries.map(({ content }, i) => versionRow(tx.ctx, ids[i]!, 1, content, now)),
  );
  return ids;
}

function versionRow(ctx: Ctx, templateId: string, version: number, content: TemplateContent, now: Date) {
  return {
    county_id: ctx.countyId,
    template_id: templateId,
    version,
    content,
    made_by: ctx.actor.kind === 'person' ? ctx.actor.id : null,
    made_by_name: ctx.actor.name,
    made_at: now,
  };
}

/** What lists show and search. */
function listed({ title, modality, bodyPart, sex, normal }: TemplateContent) {
  const { pinyin, initials } = searchTitle(title);
  return { title, title_pinyin: pinyin, title_initials: initials, modality, body_part: bodyPart, sex, normal };
}

/**
 * The template, locked for a change by this caller. Throws `not_found` when he may not see it, `shelf_not_yours` when he may
 * only see it, `template_changed` when it is not at the version that he saw.
 */
export async function lockTemplate(tx: Tx, templateId: string, seen: number): Promise<ReportTemplate> {
  const row = await tx.row<ReportTemplate>(
    'SELECT * FROM report_template WHERE county_id = $1 AND id = $2 FOR UPDATE',
    [tx.ctx.countyId, templateId],
  );
  if (!row || !mayRead(tx.ctx, row)) throw new DomainError(commonErrors.not_found);
  const { state, version } = row;
  if (!mayWrite(tx.ctx, row)) {
    // Somebody else's draft is none of his business; that a published one is there he sees anyway.
    throw new DomainError(state === 'published' ? templatesErrors.shelf_not_yours : commonErrors.not_found);
  }
  if (version !== seen) throw new DomainError(templatesErrors.template_changed, { version, state });
  return row;
}

/** The state that a move leads to. Throws `template_state`. */
export function stateAfter({ state }: Pick<ReportTemplate, 'state'>, move: TemplateMove): TemplateState {
  const next = afterMove(state, move);
  if (next === undefined)
    throw new DomainError(templatesErrors.template_state, { state, stateName: TEMPLATE_STATE_NAMES[state] });
  return next;
}

/** Adds the next version of a locked template and answers its number; what lists show follows when it is in use. */
export async function addVersion(
  tx: Tx,
  row: ReportTemplate,
  content: TemplateContent,
  { publish, now }: { publish: boolean; now: Date },
): Promise<number> {
  const version = row.version + 1;
  await tx.insert(ReportTemplateVersion, versionRow(tx.ctx, row.id, version, content, now));
  const moved = await tx.change(
    `UPDATE report_template SET version = $4, updated_at = $5 WHERE county_id = $1 AND id = $2 AND version = $3`,
    [tx.ctx.countyId, row.id, row.version, version, now],
  );
  if (moved !== 1) throw new DomainError(templatesErrors.template_changed, { version, state: row.state });
  if (publish) await publishVersion(tx, row, { version, content, now });
  else if (row.published_version === null) await showInLists(tx, row.id, content);
  return version;
}

/** Puts the newest version of a locked template into use. */
export async function publishVersion(
  tx: Tx,
  row: Pick<ReportTemplate, 'id' | 'state'>,
  { version, content, now }: { version: number; content: TemplateContent; now: Date },
): Promise<void> {
  const moved = await tx.change(
    `UPDATE report_template SET state = $5, published_version = $4, updated_at = $6
     WHERE county_id = $1 AND id = $2 AND state = $3 AND version = $4`,
    [tx.ctx.countyId, row.id, row.state, version, stateAfter(row, 'publish'), now],
  );
  if (moved !== 1) throw new DomainError(templatesErrors.template_changed, { version, state: row.state });
  await showInLists(tx, row.id, content);
}

async function showInLists(tx: Tx, templateId: string, content: TemplateContent): Promise<void> {
  const { title, title_pinyin, title_initials, modality, body_part, sex, normal } = listed(content);
  await tx.change(
    `UPDATE report_template SET title = $3, title_pinyin = $4, title_initials = $5, modality = $6, body_part = $7, sex = $8,
       normal = $9 WHERE county_id = $1 AND id = $2`,
    [tx.ctx.countyId, templateId, title, title_pinyin, title_initials, modality, body_part, sex, normal],
  );
}

/** What a version says; undefined when there is no such version. */
export async function contentOfVersion(
  tx: Tx,
  templateId: string,
  version: number,
): Promise<TemplateContent | undefined> {
  const row = await tx.row<{ content: TemplateContent }>(
    'SELECT content FROM report_template_version WHERE county_id = $1 AND template_id = $2 AND version = $3',
    [tx.ctx.countyId, templateId, version],
  );
  return row?.content;
}
