import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { type ReadingItem, SingleDuty } from '../../worklist';
import type { PreliminaryAllowed } from '../report.state';
import type { PreliminaryPolicyInput } from '../reporting.dto';
import type { PreliminaryPolicy } from '../reporting.entities';
import { type PreliminaryGround, preliminaryGround } from './preliminary.rules';
import { revisionErrors } from './revisions.errors';

export interface PreliminaryPolicyView {
  readonly modality: string;
  readonly allowed: PreliminaryAllowed;
  readonly reason: string;
  readonly setAt: Date;
}

/** 临时报告: when a county lets one doctor's report go out before another has reviewed it. */
@Injectable()
export class PreliminaryPolicies {
  constructor(
    private readonly db: Db,
    private readonly singleDuty: SingleDuty,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** What the county has said; every other modality is `on_call`. */
  async list(ctx: Ctx): Promise<{ items: PreliminaryPolicyView[] }> {
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<PreliminaryPolicy>('SELECT * FROM preliminary_policy WHERE county_id = $1 ORDER BY modality', [
        ctx.countyId,
      ]),
    );
    return {
      items: rows.map(({ modality, allowed, reason, set_at: setAt }) => ({ modality, allowed, reason, setAt })),
    };
  }

  /** Says when for one modality; the same answer again changes nothing. */
  async set(
    ctx: Ctx,
    { modality, allowed, reason }: PreliminaryPolicyInput,
  ): Promise<{ items: PreliminaryPolicyView[] }> {
    await this.db.write(ctx, async (tx) => {
      const changed = await tx.change(
        `INSERT INTO preliminary_policy AS p (county_id, modality, allowed, reason, set_by, set_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (county_id, modality) DO UPDATE SET
           allowed = excluded.allowed, reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at
         WHERE p.allowed <> excluded.allowed`,
        [tx.ctx.countyId, modality, allowed, reason, personOf(ctx).id, this.clock.now()],
      );
      if (changed === 0) return;
      const subject = { subjectType: 'county', subjectId: ctx.countyId };
      const details = { modality, allowed };
      await this.audit.record(tx, { action: 'report.preliminary-policy', ...subject, reason, details });
    });
    return this.list(ctx);
  }

  /**
   * The ground on which the holder of this item may issue a preliminary report now. Throws `preliminary_never`,
   * `preliminary_not_on_call`.
   */
  async require(tx: Tx, item: ReadingItem, present: ErrorParams): Promise<PreliminaryGround> {
    const { modality, priority, holder_hospital_id: hospitalId } = item;
    const said = await tx.row<PreliminaryPolicy>(
      'SELECT allowed FROM preliminary_policy WHERE county_id = $1 AND modality = $2',
      [tx.ctx.countyId, modality],
    );
    const onCall = await this.singleDuty.of(tx, { personId: personOf(tx.ctx).id, hospitalId, modality });
    const ground = preliminaryGround({ allowed: said?.allowed ?? 'on_call', priority, onCall });
    if (ground === 'never') throw new DomainError(revisionErrors.preliminary_never, { ...present, modality });
    if (ground === 'not_on_call')
      throw new DomainError(revisionErrors.preliminary_not_on_call, { ...present, modality });
    return ground;
  }
}
