import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { holdersOf, READING_ROLES, REVIEWING_ROLES } from '../../rosters';
import type { Reader } from '../claiming/claim.rules';
import { afterNext, CEILING_EVERY, ceilingTurn } from '../next/ceiling.rules';
import { GIVEN_UP_MINUTES } from '../next/next.rules';
import type { Stage } from '../reading-item.entity';
import { Presence } from './presence';

/** Who asked for work or held an exam within this time is at work, where no roster says who is on duty. */
const AT_WORK_MS = 30 * 60_000;

/**
 * What `next` knows of a reader: his place in the ceiling rule, and what he gave up. Rows of his own: nobody waits for
 * another.
 */
@Injectable()
export class Turns {
  constructor(
    private readonly presence: Presence,
    private readonly clock: Clock,
  ) {}

  /** Whether this `next` may go to an exam beyond its ceiling. Two of one person (two tabs) come one after the other. */
  async mayTakeCeiling(
    tx: Tx,
    { id: personId, stages }: Pick<Reader, 'id' | 'stages'>,
  ): Promise<{ sinceCeiling: number; ceiling: boolean }> {
    const turn = await tx.row<{ since_ceiling: number }>(
      'SELECT since_ceiling FROM reading_turn WHERE county_id = $1 AND person_id = $2 FOR UPDATE',
      [tx.ctx.countyId, personId],
    );
    const sinceCeiling = turn?.since_ceiling ?? 0;
    if (sinceCeiling + 1 < CEILING_EVERY) return { sinceCeiling, ceiling: false };
    return { sinceCeiling, ceiling: ceilingTurn({ sinceCeiling, alone: await this.isAlone(tx, personId, stages) }) };
  }

  /** Counts a `next` that gave something. */
  async count(tx: Tx, personId: string, sinceCeiling: number, tookCeiling: boolean): Promise<void> {
    await tx.send(
      `INSERT INTO reading_turn (county_id, person_id, since_ceiling, asked_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (county_id, person_id) DO UPDATE SET since_ceiling = excluded.since_ceiling, asked_at = excluded.asked_at`,
      [tx.ctx.countyId, personId, afterNext(sinceCeiling, tookCeiling), this.clock.now()],
    );
  }

  /** 放弃: `next` looks past this exam for a while, for this reader. What is longer ago than that is forgotten. */
  async gaveUp(tx: Tx, personId: string, examId: string): Promise<void> {
    const now = this.clock.now();
    const forgotten = new Date(now.getTime() - GIVEN_UP_MINUTES * 60_000);
    await tx.send('DELETE FROM reading_release WHERE county_id = $1 AND person_id = $2 AND released_at <= $3', [
      tx.ctx.countyId,
      personId,
      forgotten,
    ]);
    await tx.send(
      `INSERT INTO reading_release (county_id, person_id, exam_id, released_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (county_id, person_id, exam_id) DO UPDATE SET released_at = excluded.released_at`,
      [tx.ctx.countyId, personId, examId, now],
    );
  }

  /**
   * Nobody else who could take the STAT exam that he leaves is on duty by the rosters: to review it, where that is among what
   * he asked for. In a county that keeps none now, nobody else has been at work.
   */
  private async isAlone(tx: Tx, personId: string, stages: readonly Stage[]): Promise<boolean> {
    const now = this.clock.now();
    const sites = await this.presence.sites(tx, { at: now });
    const rostered = new Set(sites.flatMap(({ personIds }) => personIds));
    if (rostered.size > 0) {
      const roles = stages.includes('review') ? REVIEWING_ROLES : READING_ROLES;
      const able = await holdersOf(tx, roles, [...rostered]);
      return ![...able].some((id) => id !== personId);
    }
    const since = new Date(now.getTime() - AT_WORK_MS);
    const other = await tx.row(
      `SELECT 1 FROM reading_turn WHERE county_id = $1 AND person_id <> $2 AND asked_at > $3
       UNION ALL SELECT 1 FROM reading_item WHERE county_id = $1 AND holder_id IS NOT NULL AND holder_id <> $2 AND heartbeat_at > $3 LIMIT 1`,
      [tx.ctx.countyId, personId, since],
    );
    return other === undefined;
  }
}
