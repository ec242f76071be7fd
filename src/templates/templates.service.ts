import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, isUniqueViolation, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import { lockShelf, writableShelf } from './shelves';
import { shelfId } from './shelves.rules';
import { contentOf } from './template-content';
import {
  addVersion,
  contentOfVersion,
  insertTemplates,
  lockTemplate,
  publishVersion,
  stateAfter,
} from './template-rows';
import type { CreateTemplate, EditTemplate, MoveTemplate } from './templates.dto';
import type { ReportTemplate } from './templates.entities';
import { templatesErrors } from './templates.errors';

/** Where a template stands after a command. */
export interface TemplateStanding {
  readonly templateId: string;
  readonly version: number;
  readonly state: string;
}

/** Commands on templates: one method, one transaction with its audit row. */
@Injectable()
export class TemplatesService {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** A new template, a draft unless it is published at once. Throws `template_key_taken`, `shelf_not_yours`. */
  async create(ctx: Ctx, input: CreateTemplate): Promise<TemplateStanding & { key: string }> {
    const shelf = writableShelf(ctx, input.level, input.hospitalId);
    const key = input.key ?? `t-${newId()}`;
    return this.taking(key, ctx, async (tx) => {
      await lockShelf(tx, shelfId(ctx.countyId, shelf), 'together');
      const entry = { shelf, key, content: contentOf(input), publish: input.publish };
      const [templateId = ''] = await insertTemplates(tx, [entry], this.clock.now());
      const state = input.publish ? 'published' : 'draft';
      await this.record(tx, 'create', templateId, { key, level: input.level, state, version: 1 });
      return { templateId, key, version: 1, state };
    });
  }

  /** A new version of it; a published one stays in use until the new one is published. */
  async edit(ctx: Ctx, templateId: string, input: EditTemplate): Promise<TemplateStanding> {
    return this.moving(ctx, templateId, input, 'edit', async (tx, row) => {
      const state = stateAfter(row, 'edit');
      const version = await addVersion(tx, row, contentOf(input), { publish: false, now: this.clock.now() });
      return { templateId, version, state };
    });
  }

  /** Puts the newest version into use. Throws `nothing_to_publish` when it is. */
  async publish(ctx: Ctx, templateId: string, input: MoveTemplate): Promise<TemplateStanding> {
    return this.moving(ctx, templateId, input, 'publish', async (tx, row) => {
      const { version } = row;
      const state = stateAfter(row, 'publish');
      if (row.published_version === version)
        throw new DomainError(templatesErrors.nothing_to_publish, { version, state });
      const content = await contentOfVersion(tx, templateId, version);
      if (!content) throw new DomainError(commonErrors.not_found);
      await publishVersion(tx, row, { version, content, now: this.clock.now() });
      return { templateId, version, state };
    });
  }

  /** Takes it out of use; nothing is deleted. */
  archive(ctx: Ctx, templateId: string, input: MoveTemplate): Promise<TemplateStanding> {
    return this.moving(ctx, templateId, input, 'archive', (tx, row) => this.leaveUse(tx, row, 'archive'));
  }

  /** Makes a draft of an archived one, at its newest version. */
  restore(ctx: Ctx, templateId: string, input: MoveTemplate): Promise<TemplateStanding> {
    return this.moving(ctx, templateId, input, 'restore', (tx, row) => this.leaveUse(tx, row, 'restore'));
  }

  private async leaveUse(tx: Tx, row: ReportTemplate, move: 'archive' | 'restore'): Promise<TemplateStanding> {
    const state = stateAfter(row, move);
    const moved = await tx.change(
      `UPDATE report_template SET state = $4, published_version = NULL, updated_at = $5
       WHERE county_id = $1 AND id = $2 AND state = $3`,
      [tx.ctx.countyId, row.id, row.state, state, this.clock.now()],
    );
    if (moved !== 1)
      throw new DomainError(templatesErrors.template_changed, { version: row.version, state: row.state });
    return { templateId: row.id, version: row.version, state };
  }

  private async moving(
    ctx: Ctx,
    templateId: string,
    { version }: MoveTemplate,
    what: string,
    work: (tx: Tx, row: ReportTemplate) => Promise<TemplateStanding>,
  ): Promise<TemplateStanding> {
    return this.db.write(ctx, async (tx) => {
      const row = await lockTemplate(tx, templateId, version);
      const standing = await work(tx, row);
      const { level, state: from } = row;
      await this.record(tx, what, templateId, { level, from, state: standing.state, version: standing.version });
      return standing;
    });
  }

  private async taking<T>(key: string, ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.db.write(ctx, work);
    } catch (error) {
      if (isUniqueViolation(error, 'report_template_key'))
        throw new DomainError(templatesErrors.template_key_taken, { field: 'key', key });
      throw error;
    }
  }

  private record(tx: Tx, what: string, templateId: string, details: Record<string, unknown>): Promise<void> {
    return this.audit.record(tx, {
      action: `template.${what}`,
      subjectType: 'template',
      subjectId: templateId,
      details,
    });
  }
}
