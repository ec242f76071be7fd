import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import { can, type Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { type Reader, takenOver } from '../claiming/claim.rules';
import { Claims, stateConflict } from '../claiming/claims';
import { Items } from '../items';
import { readerOf } from '../reader';
import type { ReadingItem } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';
import { Projection } from '../list/projection';
import { type ItemView, WorklistQueries } from '../list/worklist.queries';
import { GivingBack } from './giving-back';
import type { TakeoverInput } from './handover.dto';
import { ReaderNotices } from './reader-notices';
import { idleAt, type TakeoverFault, takeoverVerdict } from './takeover.rules';

/** Taking what another holds: the chief by his word, any reader of the stage once nobody works in the tab any more. */
@Injectable()
export class TakeoverService {
  constructor(
    private readonly commands: Commands,
    private readonly items: Items,
    private readonly claims: Claims,
    private readonly projection: Projection,
    private readonly givingBack: GivingBack,
    private readonly notices: ReaderNotices,
    private readonly queries: WorklistQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * A reader takes the claim over under a new fence, an administrator who does not read only unlocks it; who had it is
   * told. Throws `not_found`, `not_held`, `already_yours`, `own_report`, `not_idle`, `exam_state_conflict`,
   * `forbidden`, `wrong_hospital`, `hospital_missing`.
   */
  async takeover(ctx: Ctx, examId: string, { reason, hospitalId }: TakeoverInput): Promise<ItemView> {
    return this.commands.run(ctx, 'exam.takeover', examId, async (tx) => {
      const item = await this.claims.present(tx, examId);
      const reader = can(ctx, 'worklist.write') ? this.reader(ctx, item, hospitalId) : undefined;
      const taker = { id: ctx.actor.id, stages: reader?.stages ?? [], manages: can(ctx, 'worklist.manage') };
      const verdict = takeoverVerdict(item, taker, this.clock.now());
      switch (verdict) {
        case 'unlock':
          await this.unlock(tx, item, reason);
          break;
        case 'takeover':
        case 'idle':
          await this.take(tx, item, reader!, { how: verdict, reason });
          break;
        default:
          throw await this.refusal(tx, item, verdict);
      }
      return this.queries.one(tx, examId);
    });
  }

  /** The caller as a reader; a refusal says where the exam is. */
  private reader(ctx: Ctx, item: ReadingItem, hospitalId: string | undefined): Reader {
    return readerOf(ctx, hospitalId, { state: item.state });
  }

  private async unlock(tx: Tx, item: ReadingItem, reason: string): Promise<void> {
    await this.givingBack.toList(tx, item, { action: 'exam.unlock', reason });
    await this.notices.unlocked(tx, item, item.holder_id!, reason);
  }

  private async take(
    tx: Tx,
    item: ReadingItem,
    reader: Reader,
    { how, reason }: { how: 'takeover' | 'idle'; reason: string },
  ): Promise<void> {
    const from = item.holder_id!;
    const leaseUntil = this.items.leaseEnd();
    const taken = { how, from, reason };
    const after = await this.items.change(
      tx,
      item,
      takenOver(item, reader, { leaseUntil, now: this.clock.now(), taken }),
    );
    await this.items.armExpiry(tx, after, leaseUntil);
    await this.projection.broughtUp(tx, after);
    await this.audit.record(tx, {
      action: 'exam.takeover',
      subjectType: 'exam',
      subjectId: item.exam_id,
      reason,
      details: { from, how, fence: after.fence, stage: item.stage, hospitalId: reader.hospitalId },
    });
    await this.notices.takenFrom(tx, item, from, reason);
  }

  private async refusal(tx: Tx, item: ReadingItem, fault: TakeoverFault): Promise<DomainError> {
    const { state, fence } = item;
    switch (fault) {
      case 'wrong_state':
        return stateConflict(state);
      case 'not_permitted':
        return new DomainError(commonErrors.forbidden, { permission: 'worklist.review', state, fence });
      case 'not_idle': {
        const holder = await this.claims.holder(tx, item);
        return new DomainError(worklistErrors.not_idle, { ...holder, idleAt: idleAt(item), state, fence });
      }
      default:
        return new DomainError(worklistErrors[fault], { state, fence });
    }
  }
}
