import { Injectable } from '@nestjs/common';
import { ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { released, releasedTo } from './claim.rules';
import { mayDo } from '../handover/deed.rules';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';

/** Ends claims whose lease ran out: the exam goes back to the list at its old place, the draft stays. */
@Injectable()
export class LeaseExpiry {
  constructor(
    private readonly items: Items,
    private readonly examStates: ExamStates,
    private readonly clock: Clock,
  ) {}

  /** Looks at the claim with this fence: ends it if its time is over, sets the timer anew if heartbeats moved it. */
  async look(tx: Tx, examId: string, fence: number): Promise<void> {
    const item = await this.items.lock(tx, examId);
    if (!item?.lease_until || item.fence !== fence) return;
    if (item.lease_until > this.clock.now()) await this.items.armExpiry(tx, item, item.lease_until);
    else await this.expire(tx, item);
  }

  private async expire(tx: Tx, item: ReadingItem): Promise<void> {
    // A consultation keeps its claim; its end sets the lease anew.
    if (!mayDo('expire', item.state)) return;
    // An exam that left the readers ends the claim by its own news, which is on its way.
    const before = await this.examStates.lock(tx, item.exam_id);
    if (before.state !== item.state) return;
    const to = releasedTo(item.stage, before);
    const exam = await this.examStates.move(tx, {
      examId: item.exam_id,
      from: [item.state],
      to,
      action: 'exam.claim-expired',
      details: { fence: item.fence, stage: item.stage, holderId: item.holder_id, leaseUntil: item.lease_until },
    });
    await this.items.change(tx, item, { ...released(item), state: to, state_rev: exam.rev });
  }
}
