import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import type { Ctx } from '../../platform/context';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { Outbox } from '../../platform/outbox';
import type { ReadingItem } from '../reading-item.entity';
import { Absences } from './absences';
import { Colleagues } from './colleagues';
import type { OffDutyInput, OnDutyInput } from './handover.dto';
import { ofPerson, OVER } from './leave.rules';
import { readerLeft } from './handover.events';
import { Leaving } from './leaving';
import { ReaderNotices } from './reader-notices';

/** 离岗 and coming back. */
@Injectable()
export class OffDutyService {
  constructor(
    private readonly commands: Commands,
    private readonly absences: Absences,
    private readonly colleagues: Colleagues,
    private readonly leaving: Leaving,
    private readonly notices: ReaderNotices,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * The caller, or with a chief's or administrator's word somebody else, is away: his claims, direct assignments and
   * 驳回 reservations are everybody's at once, in one transaction; what he has in hand elsewhere follows by the news of
   * it. Said twice it lets go what has come since. Throws `not_found`, `not_a_reader`, `forbidden`, `wrong_hospital`.
   */
  async leave(ctx: Ctx, { reason, personId }: OffDutyInput): Promise<object> {
    const who = personId ?? ctx.actor.id!;
    return this.commands.run(
      ctx,
      'person.off-duty',
      who,
      async (tx) => {
        const colleague = await this.colleagues.findEvenGone(tx, who, 'personId');
        this.colleagues.requireMaySpeakFor(ctx, colleague);
        await this.absences.leave(tx, who, reason);
        const leave = { leaver: ofPerson(who), action: 'exam.off-duty', reason: `离岗：${reason}` };
        const released = await this.leaving.letGo(tx, await this.workOf(tx, who), leave);
        await this.audit.record(tx, {
          action: 'person.off-duty',
          subjectType: 'person',
          subjectId: who,
          reason,
          details: { exams: released.length },
        });
        await this.outbox.emit(tx, readerLeft(who, this.clock.now()));
        if (who !== ctx.actor.id) await this.notices.sentOff(tx, who, reason, released.length);
        return { personId: who, offDuty: true, released };
      },
      'person',
    );
  }

  /** Back again. Claiming says so as well. Throws `not_found`, `not_a_reader`, `forbidden`, `wrong_hospital`. */
  async comeBack(ctx: Ctx, input: OnDutyInput): Promise<object> {
    const who = input?.personId ?? ctx.actor.id!;
    return this.commands.run(
      ctx,
      'person.on-duty',
      who,
      async (tx) => {
        this.colleagues.requireMaySpeakFor(ctx, await this.colleagues.find(tx, who, 'personId'));
        if (await this.absences.end(tx, who))
          await this.audit.record(tx, { action: 'person.on-duty', subjectType: 'person', subjectId: who });
        return { personId: who, offDuty: false };
      },
      'person',
    );
  }

  /**
   * Everything that is, or waits to be, in the person's hands; locked in one order, so that two who leave never block
   * each other.
   */
  private workOf(tx: Tx, personId: string): Promise<ReadingItem[]> {
    return tx.rows<ReadingItem>(WORK_OF_PERSON, [tx.ctx.countyId, personId, OVER]);
  }
}

/** $1 county, $2 person, $3 states in which an assignment means nothing any more. Each branch has its index. */
export const WORK_OF_PERSON = `
  SELECT * FROM reading_item WHERE county_id = $1 AND (holder_id = $2 OR (assigned_person_id = $2 AND state <> ALL($3))
    OR (state = 'REVISING' AND writer_id = $2 AND reserved_until IS NOT NULL))
  ORDER BY exam_id FOR UPDATE`;
