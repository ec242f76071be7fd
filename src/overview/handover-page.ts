import { Injectable } from '@nestjs/common';
import { CriticalQueries, type CriticalView } from '../critical';
import type { Ctx } from '../platform/context';
import type { Page } from '../platform/database';
import { DomainError } from '../platform/errors';
import { type AmendmentView, RevisionsQueries } from '../reporting';
import { type HandoverPage, HandoverQueries } from '../worklist';
import type { HandoverPageInput } from './overview.dto';
import { overviewErrors } from './overview.errors';

/** What one shift tells the next. Each part is a page of its own, with a cursor of its own. */
export interface WholeHandover extends HandoverPage {
  /** 更正 and 补充 that are written at the hospital or wait for review there. */
  readonly amendments: Page<AmendmentView>;
  /** 危急值 that are not closed. */
  readonly criticals: Page<CriticalView>;
}

/**
 * 交接班: drafts, preliminaries, critical values and amendments of a hospital, gathered from the slices that know them.
 */
@Injectable()
export class WholeHandoverPage {
  constructor(
    private readonly worklist: HandoverQueries,
    private readonly revisions: RevisionsQueries,
    private readonly criticals: CriticalQueries,
  ) {}

  /** Throws `wrong_hospital`, `hospital_missing`, `not_found`. */
  async show(ctx: Ctx, input: HandoverPageInput): Promise<WholeHandover> {
    const { amendmentsCursor, criticalsCursor, ...list } = input;
    // Whose hospital it is is the list's to say; where it cannot know which one, it would speak of claiming.
    if (input.hospitalId === undefined && ctx.actor.hospitalIds.length !== 1)
      throw new DomainError(overviewErrors.hospital_missing, { field: 'hospitalId' });
    const reading = await this.worklist.page(ctx, list);
    const [amendments, criticals] = await Promise.all([
      this.revisions.amendmentsAt(ctx, reading.hospitalId, { cursor: amendmentsCursor, limit: list.limit }),
      this.criticals.openAtHospital(ctx, reading.hospitalId, { cursor: criticalsCursor, limit: list.limit }),
    ]);
    return { ...reading, amendments, criticals };
  }
}
