import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { DomainError } from '../platform/errors';
import { type ConflictPolicy, type ImportPlan, type KnownTemplate, planPhrases, planTemplates } from './library.rules';
import { insertPhrases, rewritePhrase } from './phrase-rows';
import { lockShelf } from './shelves';
import { type Shelf, shelfId } from './shelves.rules';
import { contentOf, type LibraryPhrase, type LibraryTemplate, type TemplateContent } from './template-content';
import { addVersion, insertTemplates } from './template-rows';
import type { Phrase, ReportTemplate } from './templates.entities';
import { templatesErrors } from './templates.errors';

export interface LibraryContents {
  readonly templates: readonly LibraryTemplate[];
  readonly phrases: readonly LibraryPhrase[];
}

export interface ImportOptions {
  readonly onConflict: ConflictPolicy;
  readonly publish: boolean;
}

export interface ImportCounts {
  readonly created: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly kept: number;
}

export interface ImportResult {
  readonly templates: ImportCounts;
  readonly phrases: ImportCounts;
}

type KnownRow = ReportTemplate & { readonly content: TemplateContent };

/** How many conflicts an answer names. */
const NAMED_CONFLICTS = 50;

/** Puts a checked library on a shelf, whole or not at all, in the caller's transaction. */
@Injectable()
export class LibraryImport {
  constructor(
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Throws `import_conflict` with every conflict by its code and field; then nothing was written. */
  async run(tx: Tx, shelf: Shelf, library: LibraryContents, options: ImportOptions): Promise<ImportResult> {
    const id = shelfId(tx.ctx.countyId, shelf);
    await lockShelf(tx, id, 'alone');
    const templates = await this.knownTemplates(tx, id);
    const phrases = await this.knownPhrases(tx, id);
    const plan = planTemplates(templates, library.templates, options.onConflict);
    const words = planPhrases(phrases, library.phrases, options.onConflict);
    const conflicts = [...plan.conflicts, ...words.conflicts];
    if (conflicts.length > 0) {
      const problems = conflicts.slice(0, NAMED_CONFLICTS);
      throw new DomainError(templatesErrors.import_conflict, { count: conflicts.length, ...problems[0], problems });
    }
    await this.writeTemplates(tx, shelf, plan, templates, options.publish);
    await this.writePhrases(tx, shelf, words, phrases);
    const result = { templates: countsOf(plan), phrases: countsOf(words) };
    const details = { level: shelf.level, ...options, ...result };
    // What changes nothing leaves no trace: the starter set may be installed at every upgrade.
    if ([plan, words].some(({ create, replace }) => create.length + replace.length > 0))
      await this.audit.record(tx, { action: 'library.import', subjectType: 'shelf', subjectId: id, details });
    return result;
  }

  private async writeTemplates(
    tx: Tx,
    shelf: Shelf,
    plan: ImportPlan<LibraryTemplate>,
    known: ReadonlyMap<string, KnownRow>,
    publish: boolean,
  ): Promise<void> {
    const now = this.clock.now();
    const created = plan.create.map((template) => ({
      shelf,
      key: template.key,
      content: contentOf(template),
      publish,
    }));
    const ids = await insertTemplates(tx, created, now);
    for (const [i, { key }] of created.entries()) await this.note(tx, 'template', ids[i] ?? '', { key, version: 1 });
    for (const template of plan.replace) {
      const row = known.get(template.key)!;
      const version = await addVersion(tx, row, contentOf(template), { publish, now });
      await this.note(tx, 'template', row.id, { key: template.key, version });
    }
  }

  private async writePhrases(
    tx: Tx,
    shelf: Shelf,
    plan: ImportPlan<LibraryPhrase>,
    known: ReadonlyMap<string, Phrase>,
  ): Promise<void> {
    const now = this.clock.now();
    const ids = await insertPhrases(tx, shelf, plan.create, now);
    for (const [i, { shortcut }] of plan.create.entries())
      await this.note(tx, 'phrase', ids[i] ?? '', { shortcut, version: 1 });
    for (const phrase of plan.replace) {
      const row = known.get(phrase.shortcut)!;
      const version = await rewritePhrase(tx, row, phrase, now);
      await this.note(tx, 'phrase', row.id, { shortcut: phrase.shortcut, version });
    }
  }

  private note(tx: Tx, what: 'template' | 'phrase', id: string, details: Record<string, unknown>): Promise<void> {
    return this.audit.record(tx, { action: `${what}.import`, subjectType: what, subjectId: id, details });
  }

  private async knownTemplates(tx: Tx, shelf: string): Promise<ReadonlyMap<string, KnownRow & KnownTemplate>> {
    const rows = await tx.rows<KnownRow>(
      `SELECT t.*, v.content FROM report_template t
         JOIN report_template_version v ON v.county_id = t.county_id AND v.template_id = t.id AND v.version = t.version
       WHERE t.county_id = $1 AND t.shelf_id = $2 FOR UPDATE OF t`,
      [tx.ctx.countyId, shelf],
    );
    return new Map(rows.map((row) => [row.template_key, row]));
  }

  private async knownPhrases(tx: Tx, shelf: string): Promise<ReadonlyMap<string, Phrase & LibraryPhrase>> {
    const rows = await tx.rows<Phrase>('SELECT * FROM phrase WHERE county_id = $1 AND shelf_id = $2 FOR UPDATE', [
      tx.ctx.countyId,
      shelf,
    ]);
    return new Map(rows.map((row) => [row.shortcut, row]));
  }
}

function countsOf(plan: ImportPlan<unknown>): ImportCounts {
  return {
    created: plan.create.length,
    replaced: plan.replace.length,
    unchanged: plan.unchanged.length,
    kept: plan.kept.length,
  };
}
