import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { type ImportResult, LibraryImport } from './library';
import { PUBLIC, shelfId, visibleShelves } from './shelves.rules';
import { STARTER_LIBRARY } from './starter';

/** What other slices ask of the templates, in their own transactions. */
@Injectable()
export class Templates {
  constructor(
    private readonly library: LibraryImport,
    private readonly clock: Clock,
  ) {}

  /** Counts one use of a published template by the caller. False when there is none that he may take (any more). */
  async used(tx: Tx, templateId: string): Promise<boolean> {
    const { countyId } = tx.ctx;
    const counted = await tx.change(
      `INSERT INTO report_template_use (county_id, template_id, used_count, last_used_at)
       SELECT t.county_id, t.id, 1, $4 FROM report_template t
       WHERE t.county_id = $1 AND t.id = $2 AND t.state = 'published' AND t.shelf_id = ANY($3)
       ON CONFLICT (county_id, template_id) DO UPDATE SET used_count = report_template_use.used_count + 1,
         last_used_at = greatest(report_template_use.last_used_at, excluded.last_used_at)`,
      [countyId, templateId, visibleShelves(tx.ctx).map((shelf) => shelfId(countyId, shelf)), this.clock.now()],
    );
    return counted === 1;
  }

  /**
   * Puts the starter set on the county's public shelf, published. What the county has under the same keys stays as it is,
   * so it may be called again, after an upgrade too.
   */
  installStarter(tx: Tx): Promise<ImportResult> {
    return this.library.run(tx, PUBLIC, STARTER_LIBRARY, { onConflict: 'keep', publish: true });
  }
}
