import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';

/** A changed setting counts for files received this much later; asking for every file would cost a round trip. */
const FRESH_MS = 15_000;

interface Known {
  readonly at: number;
  readonly charset: Promise<string | null>;
}

/** What a clinic's consoles write where they do not say: breaks ties when text is decoded. */
@Injectable()
export class ClinicCharsets {
  private readonly known = new Map<string, Known>();

  constructor(private readonly db: Db) {}

  /** The clinic's setting, or null when there is none. */
  of(ctx: Ctx, clinicId: string): Promise<string | null> {
    const now = performance.now();
    const known = this.known.get(clinicId);
    if (known && now - known.at < FRESH_MS) return known.charset;
    const charset = this.look(ctx, clinicId);
    // A failed look is not remembered.
    charset.catch(() => this.known.delete(clinicId));
    this.known.set(clinicId, { at: now, charset });
    return charset;
  }

  private async look(ctx: Ctx, clinicId: string): Promise<string | null> {
    const row = await this.db.read(ctx, (tx) =>
      tx.row<{ default_charset: string | null }>(
        'SELECT default_charset FROM clinic WHERE county_id = $1 AND id = $2',
        [ctx.countyId, clinicId],
      ),
    );
    return row?.default_charset ?? null;
  }
}
