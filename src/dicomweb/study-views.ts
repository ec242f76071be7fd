import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { WeightedCache } from '../platform/cache';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import type { Wish } from './dicomweb-http';
import type { Target } from './dicomweb-targets';

const HOUR_MS = 3_600_000;
/** A county's readers open some hundred studies an hour; whoever falls out of memory is looked up in the table. */
const REMEMBERED = 20_000;

/**
 * Who looked at which study: one audit row per caller, study and hour of the clock. A viewer asks for hundreds of frames a
 * minute, so that who was recorded is remembered here; the table decides where several processes serve one viewer.
 */
@Injectable()
export class StudyViews {
  private readonly recorded = new WeightedCache<true>(REMEMBERED, () => 1);

  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Called before anything of the study is shown; resolves when the row is durable. An answer "not modified" counts: its
   * reader shows what it kept. A HEAD request shows nothing.
   */
  async record(ctx: Ctx, { studyId }: Target, { headOnly }: Wish): Promise<void> {
    if (headOnly) return;
    const hour = Math.floor(this.clock.now().getTime() / HOUR_MS);
    await this.recorded.get(`${ctx.actor.id} ${studyId} ${hour}`, () => this.once(ctx, studyId, hour));
  }

  private async once(ctx: Ctx, studyId: string, hour: number): Promise<true> {
    const entry = { action: 'study.view', subjectType: 'dicom_study', subjectId: studyId } as const;
    await this.db.write(ctx, (tx) => this.audit.recordOnce(tx, new Date(hour * HOUR_MS), entry));
    return true;
  }
}
