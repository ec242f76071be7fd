import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { systemCtx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { eachOf, Outbox, type Sweep } from '../../platform/outbox';
import type { ReadingItem } from '../reading-item.entity';
import { hospitalSilent } from './handover.events';
import { ofHospital, OVER, SILENT_MS } from './leave.rules';
import { Leaving } from './leaving';
import { ReaderNotices } from './reader-notices';

/**
 * Hospitals from which no holder of a claim has given a sign of life since $2, and that hold something which needs one.
 * Claims whose lease ran out at $1 are the lease's business; a claim handed over and not opened yet has no heartbeat
 * that could have stopped. $3, $4 narrow it to one county and hospital.
 */
export const SILENT_HOSPITALS = `
  SELECT county_id, holder_hospital_id AS hospital_id, max(heartbeat_at) AS last_sign_at FROM reading_item
  WHERE holder_hospital_id IS NOT NULL AND ($3::uuid IS NULL OR county_id = $3) AND ($4::uuid IS NULL OR holder_hospital_id = $4)
  GROUP BY county_id, holder_hospital_id
  HAVING max(heartbeat_at) <= $2
    AND bool_or(state IN ('CLAIMED', 'REVIEWING') AND parked_until IS NULL AND heartbeat_at IS NOT NULL AND lease_until > $1)`;

/**
 * $1 county, $2 hospital, $3 its people, $4 states in which an assignment means nothing any more. Locked in one order.
 */
export const WORK_OF_HOSPITAL = `
  SELECT * FROM reading_item WHERE county_id = $1 AND (holder_hospital_id = $2 OR (assigned_person_id = ANY($3) AND state <> ALL($4))
    OR (state = 'REVISING' AND writer_hospital_id = $2 AND reserved_until IS NOT NULL))
  ORDER BY exam_id FOR UPDATE`;

interface Silent {
  readonly county_id: string;
  readonly hospital_id: string;
  readonly last_sign_at: Date;
}

/** A power cut, a broken line: five minutes without a heartbeat from a whole hospital, and the others may go on. */
@Injectable()
export class Silence {
  constructor(
    private readonly leaving: Leaving,
    private readonly notices: ReaderNotices,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Looks at one hospital: lets go what its people have in their hands if it is still silent. */
  async look(tx: Tx, hospitalId: string): Promise<void> {
    const { countyId } = tx.ctx;
    const people = new Set(await this.peopleOf(tx, hospitalId));
    const items = await tx.rows<ReadingItem>(WORK_OF_HOSPITAL, [countyId, hospitalId, [...people], OVER]);
    // Asked once more under the locks: a heartbeat that came meanwhile has been waited for.
    const now = this.clock.now();
    const since = new Date(now.getTime() - SILENT_MS);
    const silent = await tx.row<Silent>(SILENT_HOSPITALS, [now, since, countyId, hospitalId]);
    if (!silent) return;
    const leave = { leaver: ofHospital(hospitalId, people), action: 'exam.silence', reason: '医院阅片端 5 分钟无响应' };
    const gone = await this.leaving.letGo(tx, items, leave);
    await this.outbox.emit(tx, hospitalSilent(hospitalId, silent.last_sign_at));
    if (gone.length > 0) await this.notices.silent(tx, hospitalId, gone.length);
  }

  private async peopleOf(tx: Tx, hospitalId: string): Promise<string[]> {
    const people = await tx.rows<{ id: string }>(
      'SELECT DISTINCT person_id AS id FROM person_grant WHERE county_id = $1 AND hospital_id = $2 AND revoked_at IS NULL',
      [tx.ctx.countyId, hospitalId],
    );
    return people.map(({ id }) => id);
  }
}

/** Looks for silent hospitals of all counties, along the index of what is held. */
@Injectable()
export class SilenceSweep implements Sweep {
  readonly name = 'worklist-silence';

  constructor(
    private readonly db: Db,
    private readonly silence: Silence,
  ) {}

  async sweep(tx: Tx, now: Date): Promise<number> {
    const silent = await tx.rows<Silent>(SILENT_HOSPITALS, [now, new Date(now.getTime() - SILENT_MS), null, null]);
    await eachOf(silent, ({ county_id: countyId, hospital_id: hospitalId }) =>
      this.db.write(systemCtx(this.name, countyId, newId()), (own) => this.silence.look(own, hospitalId)),
    );
    return silent.length;
  }
}
