import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { type Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { nameOf } from './giving-back';

/** Who has left (离岗) and not come back. Always in the caller's transaction. */
@Injectable()
export class Absences {
  constructor(private readonly clock: Clock) {}

  /** Notes that a person is away; who was away already stays so since then. */
  async leave(tx: Tx, personId: string, reason: string): Promise<void> {
    await tx.change(
      `INSERT INTO reader_absence (id, county_id, person_id, reason, said_by, began_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (county_id, person_id) WHERE ended_at IS NULL DO NOTHING`,
      [newId(), tx.ctx.countyId, personId, reason, nameOf(tx.ctx), this.clock.now()],
    );
  }

  /** Whoever claims is back; most who do were never away, so nobody waits for the answer. */
  async back(tx: Tx, personId: string): Promise<void> {
    await tx.send(BACK, [tx.ctx.countyId, personId, this.clock.now()]);
  }

  /** The same, answering whether the person had been away. */
  async end(tx: Tx, personId: string): Promise<boolean> {
    return (await tx.change(BACK, [tx.ctx.countyId, personId, this.clock.now()])) > 0;
  }

  /** Why a person is away, or was away last; empty for one who never was. */
  async reasonOf(tx: Tx, personId: string): Promise<string> {
    const last = await tx.row<{ reason: string }>(
      `SELECT reason FROM reader_absence WHERE county_id = $1 AND person_id = $2
       ORDER BY began_at DESC, id DESC LIMIT 1`,
      [tx.ctx.countyId, personId],
    );
    return last?.reason ?? '';
  }

  async isAway(tx: Tx, personId: string | null): Promise<boolean> {
    if (personId === null) return false;
    const open = await tx.row(
      'SELECT 1 AS away FROM reader_absence WHERE county_id = $1 AND person_id = $2 AND ended_at IS NULL',
      [tx.ctx.countyId, personId],
    );
    return open !== undefined;
  }
}

const BACK = `UPDATE reader_absence SET ended_at = greatest($3, began_at)
  WHERE county_id = $1 AND person_id = $2 AND ended_at IS NULL`;
