import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import type { SingleSignInput } from '../reporting.dto';
import { SingleSign } from '../reporting.entities';

export interface SingleSignView {
  readonly modality: string;
  readonly reason: string;
  readonly allowedAt: Date;
}

/** 单签: for which modalities a county lets one doctor write and sign alone. Two people are the rule everywhere else. */
@Injectable()
export class SingleSigning {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async list(ctx: Ctx): Promise<{ items: SingleSignView[] }> {
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<SingleSign>('SELECT * FROM single_sign WHERE county_id = $1 ORDER BY modality', [ctx.countyId]),
    );
    return { items: rows.map(({ modality, reason, allowed_at: allowedAt }) => ({ modality, reason, allowedAt })) };
  }

  /** Allows or forbids; the same answer again changes nothing. */
  async set(ctx: Ctx, { modality, allowed, reason }: SingleSignInput): Promise<{ items: SingleSignView[] }> {
    await this.db.write(ctx, async (tx) => {
      const changed = allowed ? await this.allow(tx, modality, reason) : await this.forbid(tx, modality);
      if (changed === 0) return;
      const details = { modality, allowed };
      const subject = { subjectType: 'county', subjectId: ctx.countyId };
      await this.audit.record(tx, { action: 'report.single-sign', ...subject, reason, details });
    });
    return this.list(ctx);
  }

  /** Whether one doctor may sign exams of this modality alone. */
  async allowed(tx: Tx, modality: string): Promise<boolean> {
    const row = await tx.row('SELECT 1 FROM single_sign WHERE county_id = $1 AND modality = $2', [
      tx.ctx.countyId,
      modality,
    ]);
    return row !== undefined;
  }

  private allow(tx: Tx, modality: string, reason: string): Promise<number> {
    return tx.change(
      `INSERT INTO single_sign (county_id, modality, reason, allowed_by, allowed_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (county_id, modality) DO NOTHING`,
      [tx.ctx.countyId, modality, reason, tx.ctx.actor.id, this.clock.now()],
    );
  }

  private forbid(tx: Tx, modality: string): Promise<number> {
    return tx.change('DELETE FROM single_sign WHERE county_id = $1 AND modality = $2', [tx.ctx.countyId, modality]);
  }
}
