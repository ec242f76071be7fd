import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { type ImportResult, LibraryImport } from './library';
import { readableShelf, writableShelf } from './shelves';
import { STARTER_LIBRARY } from './starter';
import { type Shelf, shelfId } from './shelves.rules';
import {
  contentOf,
  type LibraryPhrase,
  type LibraryTemplate,
  phraseOf,
  type TemplateContent,
} from './template-content';
import {
  type ExportLibrary,
  type ImportLibrary,
  type Library,
  LIBRARY_FORMAT,
  MAX_LIBRARY_PHRASES,
  MAX_LIBRARY_TEMPLATES,
} from './templates.dto';
import { templatesErrors } from './templates.errors';

/** Whole shelves, or parts of them, as a file. */
@Injectable()
export class LibraryService {
  constructor(
    private readonly db: Db,
    private readonly library: LibraryImport,
    private readonly audit: Audit,
  ) {}

  /** Throws `shelf_not_yours`, `import_conflict`, `template_key_taken`; nothing is written then. */
  import(ctx: Ctx, input: ImportLibrary): Promise<ImportResult> {
    const { level, hospitalId, library = STARTER_LIBRARY, onConflict, publish } = input;
    const shelf = writableShelf(ctx, level, hospitalId);
    return this.db.write(ctx, (tx) => this.library.run(tx, shelf, library, { onConflict, publish }));
  }

  /**
   * The published templates of a shelf as a file that {@link import} takes, and, without a selection, its phrases. Throws
   * `not_found` for an id that is not on it, `export_too_large`.
   */
  async export(ctx: Ctx, input: ExportLibrary): Promise<Library> {
    const shelf = readableShelf(ctx, input.level, input.hospitalId);
    const whole = !input.ids && !input.modality && !input.bodyPart;
    return this.db.write(ctx, async (tx) => {
      const templates = await templatesOf(tx, shelf, input);
      if (input.ids && templates.length < input.ids.length)
        throw new DomainError(commonErrors.not_found, { field: 'ids' });
      const phrases = whole ? await phrasesOf(tx, shelf) : [];
      // What leaves the house is written down, though it changes nothing.
      const details = { level: shelf.level, templates: templates.length, phrases: phrases.length };
      const subjectId = shelfId(ctx.countyId, shelf);
      await this.audit.record(tx, { action: 'library.export', subjectType: 'shelf', subjectId, details });
      return { format: LIBRARY_FORMAT, formatVersion: 1, templates, phrases } as Library;
    });
  }
}

/** In the order of their keys, so that two exports of the same library are the same file. */
async function templatesOf(tx: Tx, shelf: Shelf, input: ExportLibrary): Promise<LibraryTemplate[]> {
  const rows = await tx.rows<{ key: string; content: TemplateContent }>(
    `SELECT t.template_key AS key, v.content FROM report_template t
       JOIN report_template_version v ON v.county_id = t.county_id AND v.template_id = t.id AND v.version = t.published_version
     WHERE t.county_id = $1 AND t.shelf_id = $2 AND t.state = 'published' AND ($3::uuid[] IS NULL OR t.id = ANY($3))
       AND ($4::text IS NULL OR t.modality = $4) AND ($5::text IS NULL OR t.body_part = $5)
     ORDER BY t.template_key LIMIT ${MAX_LIBRARY_TEMPLATES + 1}`,
    [
      tx.ctx.countyId,
      shelfId(tx.ctx.countyId, shelf),
      input.ids ?? null,
      input.modality ?? null,
      input.bodyPart ?? null,
    ],
  );
  refuseMoreThan(MAX_LIBRARY_TEMPLATES, rows);
  return rows.map(({ key, content }) => ({ key, ...contentOf(content) }));
}

async function phrasesOf(tx: Tx, shelf: Shelf): Promise<LibraryPhrase[]> {
  const rows = await tx.rows<LibraryPhrase>(
    `SELECT shortcut, title, text, section FROM phrase WHERE county_id = $1 AND shelf_id = $2
     ORDER BY shortcut LIMIT ${MAX_LIBRARY_PHRASES + 1}`,
    [tx.ctx.countyId, shelfId(tx.ctx.countyId, shelf)],
  );
  refuseMoreThan(MAX_LIBRARY_PHRASES, rows);
  return rows.map(phraseOf);
}

function refuseMoreThan(limit: number, rows: readonly unknown[]): void {
  if (rows.length > limit) throw new DomainError(templatesErrors.export_too_large, { limit });
}
