import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import type { Wish } from './dicomweb-http';
import type { Target } from './dicomweb-targets';
import { WeightedCache } from './weighted-cache';

const HOUR_MS = 3_600_000;
/** A county's readers open some hundred studies an hour; whoever falls out of memory is looked up in the table. */
const REMEMBERED = 20_000;
const ACTION = 'study.view';

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

  private once(ctx: Ctx, studyId: string, hour: number): Promise<true> {
    return this.db.write<true>(ctx, async (tx) => {
      const { countyId, actor } = ctx;
      await tx.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${ACTION} ${actor.id} ${studyId}`]);
      const known = await tx.row(
        `SELECT 1 AS known FROM audit_event
         WHERE county_id = $1 AND subject_id = $2 AND at >= $3 AND action = $4 AND actor_id = $5 LIMIT 1`,
        [countyId, studyId, new Date(hour * HOUR_MS), ACTION, actor.id],
      );
      if (!known) await this.audit.record(tx, { action: ACTION, subjectType: 'dicom_study', subjectId: studyId });
      return true;
    });
  }
}
