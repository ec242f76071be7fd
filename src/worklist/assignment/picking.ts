import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import type { Reader } from '../claim.rules';
import { offersTo } from '../next.rules';
import { LOOK_AT_TOP } from '../next.sql';
import type { ReadingItem } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';
import { Policies } from './policy';

/** A hospital may switch free picking off: its people then take what the list's order gives them. */
@Injectable()
export class Picking {
  constructor(
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `picking_off` where the reader's hospital has no free picking, unless the exam is his already (held, assigned to
   * him, rejected to him) or what `next` would give him now.
   */
  async require(tx: Tx, reader: Reader, examId: string): Promise<void> {
    const { assignment } = await this.policies.of(tx);
    if (!assignment.pickingOff.includes(reader.hospitalId)) return;
    const item = await tx.row<ReadingItem>('SELECT * FROM reading_item WHERE county_id = $1 AND exam_id = $2', [
      tx.ctx.countyId,
      examId,
    ]);
    if (!item || isHis(item, reader)) return;
    const now = this.clock.now();
    const offers = offersTo(tx.ctx.countyId, reader.id, tx.ctx.actor.hospitalIds);
    const params = [tx.ctx.countyId, reader.id, reader.hospitalId, now, now, reader.stages, offers];
    const top = await tx.row<{ exam_id: string }>(LOOK_AT_TOP, params);
    if (top?.exam_id === examId) return;
    throw new DomainError(worklistErrors.picking_off, { state: item.state, fence: item.fence });
  }
}

function isHis(item: ReadingItem, reader: Reader): boolean {
  if (item.holder_id !== null) return item.holder_id === reader.id;
  if (item.state === 'REVISING' && item.writer_id === reader.id) return true;
  return item.assigned_person_id === reader.id;
}
