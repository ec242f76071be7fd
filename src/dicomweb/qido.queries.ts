import { Injectable } from '@nestjs/common';
import type { DicomJson } from '../images';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import { DicomwebTargets } from './dicomweb-targets';
import { type FoundRow, resultOf } from './qido.answer';
import type { Search } from './qido.rules';
import { searchStatement } from './qido.sql';

export interface SearchResults {
  readonly results: readonly DicomJson[];
  /** There are more than the limit let through. */
  readonly more: boolean;
}

/** Searches for studies, series and instances (QIDO-RS, PS3.18 §10.6) among what the caller may see. */
@Injectable()
export class QidoQueries {
  constructor(
    private readonly db: Db,
    private readonly targets: DicomwebTargets,
  ) {}

  /**
   * @param service URL of the DICOMweb service, for Retrieve URLs
   * @throws DomainError `not_found` when the path names a study or series that the caller cannot see
   */
  async search(ctx: Ctx, search: Search, service: string): Promise<SearchResults> {
    const rows = await this.db.read(ctx, async (tx) => {
      const { sql, values } = searchStatement(ctx, search, await this.targets.place(tx, search));
      return tx.rows<FoundRow>(sql, values);
    });
    const shown = rows.slice(0, search.limit);
    return {
      results: shown.map((row) => resultOf(row, search.answered, service)),
      more: rows.length > search.limit,
    };
  }
}
