import type { Tx } from '../platform/database';
import { DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import { searchTitle } from './search.rules';
import type { Shelf } from './shelves.rules';
import type { LibraryPhrase } from './template-content';
import { Phrase } from './templates.entities';
import { templatesErrors } from './templates.errors';

/** Statements on phrases, inside of a command's transaction. */

/** Puts phrases on a shelf; answers their ids in the same order. Violates `phrase_shortcut` where one is taken. */
export async function insertPhrases(
  tx: Tx,
  shelf: Shelf,
  phrases: readonly LibraryPhrase[],
  now: Date,
): Promise<string[]> {
  const ids = phrases.map(() => newId());
  if (phrases.length === 0) return ids;
  await tx.insert(
    Phrase,
    phrases.map(({ shortcut, title, text, section }, i) => ({
      id: ids[i]!,
      county_id: tx.ctx.countyId,
      level: shelf.level,
      hospital_id: shelf.hospital_id,
      owner_id: shelf.owner_id,
      shortcut,
      ...searchable(title),
      text,
      section,
      version: 1,
      created_at: now,
      updated_at: now,
    })),
  );
  return ids;
}

/** Writes the next version of a locked phrase and answers its number. */
export async function rewritePhrase(
  tx: Tx,
  { id, version }: Pick<Phrase, 'id' | 'version'>,
  { shortcut, title, text, section }: LibraryPhrase,
  now: Date,
): Promise<number> {
  const { title_pinyin, title_initials } = searchable(title);
  const changed = await tx.change(
    `UPDATE phrase SET shortcut = $4, title = $5, title_pinyin = $6, title_initials = $7, text = $8, section = $9,
       version = version + 1, updated_at = $10
     WHERE county_id = $1 AND id = $2 AND version = $3`,
    [tx.ctx.countyId, id, version, shortcut, title, title_pinyin, title_initials, text, section, now],
  );
  if (changed !== 1) throw new DomainError(templatesErrors.phrase_changed, { version });
  return version + 1;
}

function searchable(title: string) {
  const { pinyin, initials } = searchTitle(title);
  return { title, title_pinyin: pinyin, title_initials: initials };
}
