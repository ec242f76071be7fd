import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, isUniqueViolation, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { insertPhrases, rewritePhrase } from './phrase-rows';
import { lockShelf, writableShelf } from './shelves';
import { mayRead, mayWrite, shelfId } from './shelves.rules';
import type { ChangePhrase, CreatePhrase, RemovePhrase } from './templates.dto';
import type { Phrase } from './templates.entities';
import { templatesErrors } from './templates.errors';

/** Commands on phrases. */
@Injectable()
export class PhrasesService {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Throws `shortcut_taken` (of this shelf; another level may have the same), `shelf_not_yours`. */
  async create(
    ctx: Ctx,
    { level, hospitalId, ...phrase }: CreatePhrase,
  ): Promise<{ phraseId: string; version: number }> {
    const shelf = writableShelf(ctx, level, hospitalId);
    return this.writing(ctx, phrase.shortcut, async (tx) => {
      await lockShelf(tx, shelfId(ctx.countyId, shelf), 'together');
      const [phraseId = ''] = await insertPhrases(tx, shelf, [phrase], this.clock.now());
      await this.record(tx, 'create', phraseId, { level, shortcut: phrase.shortcut });
      return { phraseId, version: 1 };
    });
  }

  /** Throws `phrase_changed`, `shortcut_taken`. */
  async change(ctx: Ctx, phraseId: string, input: ChangePhrase): Promise<{ phraseId: string; version: number }> {
    const { version: seen, ...phrase } = input;
    return this.writing(ctx, phrase.shortcut, async (tx) => {
      const row = await lockPhrase(tx, phraseId, seen);
      const version = await rewritePhrase(tx, row, phrase, this.clock.now());
      await this.record(tx, 'change', phraseId, { level: row.level, shortcut: phrase.shortcut, version });
      return { phraseId, version };
    });
  }

  /** Deletes it: what was written with it stands in the reports. Throws `phrase_changed`. */
  async remove(ctx: Ctx, phraseId: string, { version }: RemovePhrase): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      const { level, shortcut } = await lockPhrase(tx, phraseId, version);
      await tx.change('DELETE FROM phrase WHERE county_id = $1 AND id = $2', [ctx.countyId, phraseId]);
      await this.record(tx, 'delete', phraseId, { level, shortcut });
    });
  }

  private async writing<T>(ctx: Ctx, shortcut: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.db.write(ctx, work);
    } catch (error) {
      if (isUniqueViolation(error, 'phrase_shortcut'))
        throw new DomainError(templatesErrors.shortcut_taken, { field: 'shortcut', shortcut });
      throw error;
    }
  }

  private record(tx: Tx, what: string, phraseId: string, details: Record<string, unknown>): Promise<void> {
    return this.audit.record(tx, { action: `phrase.${what}`, subjectType: 'phrase', subjectId: phraseId, details });
  }
}

async function lockPhrase(tx: Tx, phraseId: string, seen: number | undefined): Promise<Phrase> {
  const row = await tx.row<Phrase>('SELECT * FROM phrase WHERE county_id = $1 AND id = $2 FOR UPDATE', [
    tx.ctx.countyId,
    phraseId,
  ]);
  if (!row || !mayRead(tx.ctx, row)) throw new DomainError(commonErrors.not_found);
  if (!mayWrite(tx.ctx, row)) throw new DomainError(templatesErrors.shelf_not_yours, { level: row.level });
  const { version } = row;
  if (seen !== undefined && version !== seen) throw new DomainError(templatesErrors.phrase_changed, { version });
  return row;
}
