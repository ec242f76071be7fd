import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { Items } from '../items';

/** 驳回待改: what its writer has not taken up in time is anybody's, with the draft as it is. */
@Injectable()
export class Reservations {
  constructor(
    private readonly items: Items,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Opens the exam if its time is over; one that was rejected again meanwhile has a timer of its own. */
  async look(tx: Tx, examId: string): Promise<void> {
    const item = await this.items.lock(tx, examId);
    if (item?.state !== 'REVISING' || !item.reserved_until || item.reserved_until > this.clock.now()) return;
    await this.items.change(tx, item, { reserved_until: null });
    await this.audit.record(tx, {
      action: 'exam.reservation-ended',
      subjectType: 'exam',
      subjectId: examId,
      details: { fence: item.fence, writerId: item.writer_id, reservedUntil: item.reserved_until },
    });
  }
}
