import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { can } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import type { Reader } from '../claiming/claim.rules';
import { offersTo } from '../next/next.rules';
import { LOOK_AT_TOP } from '../next/next.sql';
import type { ReadingItem } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';
import { Policies } from './policy';

/** Which exams a reader may pick from the list: those meant for him, his hospital or everybody. */
@Injectable()
export class Picking {
  constructor(
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `meant_for_others` while the exam belongs to a group that the reader is not of (a chief may take it all the same,
   * and it is written down), and `picking_off` where his hospital has no free picking, unless the exam is his already (held,
   * assigned to him, rejected to him) or what `next` would give him now.
   */
  async require(tx: Tx, reader: Reader, examId: string): Promise<void> {
    const item = await tx.row<ReadingItem>('SELECT * FROM reading_item WHERE county_id = $1 AND exam_id = $2', [
      tx.ctx.countyId,
      examId,
    ]);
    if (!item || item.holder_id !== null || isHis(item, reader)) return;
    const offers = offersTo(tx.ctx.countyId, reader.id, tx.ctx.actor.hospitalIds);
    if (!offers.includes(item.offered_to) && !can(tx.ctx, 'worklist.manage')) {
      const { state, fence, broaden_at: until } = item;
      throw new DomainError(worklistErrors.meant_for_others, { state, fence, until });
    }
    const { countyId } = tx.ctx;
    const { assignment } = await this.policies.of(tx);
    if (!assignment.pickingOff.includes(reader.hospitalId)) return;
    const now = this.clock.now();
    const top = (pastGivenUp: boolean): Promise<{ exam_id: string } | undefined> =>
      tx.row(LOOK_AT_TOP, [countyId, reader.id, reader.hospitalId, now, now, reader.stages, offers, pastGivenUp]);
    if (((await top(true)) ?? (await top(false)))?.exam_id === examId) return;
    throw new DomainError(worklistErrors.picking_off, { state: item.state, fence: item.fence });
  }
}

function isHis(item: ReadingItem, reader: Reader): boolean {
  if (item.state === 'REVISING' && item.writer_id === reader.id) return true;
  return item.assigned_person_id === reader.id;
}
