import type { Ctx } from '../platform/context';
import { bodyPartOf, templateModality } from './body-parts';
import { searchWords } from './search.rules';
import { mayWrite, type Shelf, shelfId, visibleShelves } from './shelves.rules';
import type { ListPhrases, ListTemplates } from './templates.dto';

/**
 * Statements of the two lists: every shelf is walked along its own index in the list's order, then the few first rows of
 * each are merged. Pure.
 */

export interface Statement {
  readonly text: string;
  readonly params: unknown[];
}

/** Of a template in the list: modality, body part, rank, pinyin of the title, id. */
export type TemplatePosition = readonly [string, string, number, string, string];
/** Of a phrase: shortcut, nearness of its level, id. */
export type PhrasePosition = readonly [string, number, string];

const TEMPLATE_ORDER = 'modality, body_part, rank, title_pinyin, id';
/** The nearest first: a doctor's own phrase goes before his hospital's of the same shortcut. */
const NEARNESS = "CASE level WHEN 'personal' THEN 0 WHEN 'hospital' THEN 1 ELSE 2 END";
/** No body part has it: what a list of an unknown one is to show. */
const NO_PART = '-';

/** The statement of a page and one row more; undefined when the caller has no shelf of the kind. */
export function templateListSql(ctx: Ctx, input: ListTemplates, after: TemplatePosition | null): Statement | undefined {
  const params: unknown[] = [ctx.countyId];
  const add = (value: unknown): string => `$${params.push(value)}`;
  const where = [`state = ${add(input.state)}`];
  if (input.modality) where.push(`modality = ${add(templateModality(input.modality))}`);
  if (input.bodyPart) where.push(`body_part = ${add(bodyPartOf(input.bodyPart) ?? NO_PART)}`);
  if (input.normal !== undefined) where.push(`normal = ${add(input.normal)}`);
  if (input.sex) where.push(`(sex IS NULL OR sex = ${add(input.sex)})`);
  where.push(...searchConditions(input.q, add));
  if (after) where.push(`(${TEMPLATE_ORDER}) > (${after.map((value) => add(value)).join(', ')})`);
  const shelves = shelvesOf(ctx, input.level).filter((shelf) => input.state === 'published' || mayWrite(ctx, shelf));
  if (shelves.length === 0) return undefined;
  const limit = add(input.limit + 1);
  const branch = (shelf: Shelf): string => `(SELECT * FROM report_template
      WHERE county_id = $1 AND shelf_id = ${add(shelfId(ctx.countyId, shelf))} AND ${where.join(' AND ')}
      ORDER BY ${TEMPLATE_ORDER} LIMIT ${limit})`;
  const text = `SELECT t.*, coalesce(u.used_count, 0) AS used_count, u.last_used_at FROM (
      SELECT * FROM (${shelves.map(branch).join(' UNION ALL ')}) shelf ORDER BY ${TEMPLATE_ORDER} LIMIT ${limit}
    ) t LEFT JOIN report_template_use u ON u.county_id = t.county_id AND u.template_id = t.id
    ORDER BY ${TEMPLATE_ORDER.replace(/\w+/g, 't.$&')}`;
  return { text, params };
}

/** The same for phrases. */
export function phraseListSql(ctx: Ctx, input: ListPhrases, after: PhrasePosition | null): Statement | undefined {
  const params: unknown[] = [ctx.countyId];
  const add = (value: unknown): string => `$${params.push(value)}`;
  const where: string[] = [];
  if (input.section) where.push(`(section IS NULL OR section = ${add(input.section)})`);
  const q = input.q?.replace(/^[;；]/, '');
  const words = searchConditions(q, add);
  if (q && words.length > 0) {
    const typed = add(q.toLowerCase());
    where.push(
      `((shortcut >= ${typed} AND shortcut < ${add(`${q.toLowerCase()}\u{10ffff}`)}) OR (${words.join(' AND ')}))`,
    );
  }
  if (after) {
    const [shortcut, nearness, id] = [add(after[0]), add(after[1]), add(after[2])];
    where.push(
      `shortcut >= ${shortcut} AND (shortcut, ${NEARNESS}, id) > (${shortcut}, ${nearness}::int, ${id}::uuid)`,
    );
  }
  const limit = add(input.limit + 1);
  const branch = (shelf: Shelf): string => `(SELECT *, ${NEARNESS} AS nearness FROM phrase
      WHERE ${['county_id = $1', `shelf_id = ${add(shelfId(ctx.countyId, shelf))}`, ...where].join(' AND ')}
      ORDER BY shortcut, id LIMIT ${limit})`;
  const branches = shelvesOf(ctx, input.level).map(branch);
  if (branches.length === 0) return undefined;
  const text = `SELECT * FROM (${branches.join(' UNION ALL ')}) shelf ORDER BY shortcut, nearness, id LIMIT ${limit}`;
  return { text, params };
}

function shelvesOf(ctx: Ctx, level: ListTemplates['level']): Shelf[] {
  return visibleShelves(ctx).filter((shelf) => level === undefined || shelf.level === level);
}

/** Every word is in the title, or in its sound or its initials. */
function searchConditions(q: string | undefined, add: (value: unknown) => string): string[] {
  return searchWords(q ?? '').map(({ text, letters }) => {
    const inTitle = `position(${add(text)} IN lower(title)) > 0`;
    if (letters === null) return inTitle;
    const sound = add(letters);
    return `(${inTitle} OR position(${sound} IN title_pinyin) > 0 OR position(${sound} IN title_initials) > 0)`;
  });
}
