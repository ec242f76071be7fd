import { Commands } from '../../audit';
import { Injectable } from '@nestjs/common';
import { type Exam, ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import { type Ctx, systemCtx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { Assigner } from '../assignment/assigner';
import { Picking } from '../assignment/picking';
import { Turns } from '../assignment/turns';
import { CLAIM_ONE } from './claim.sql';
import { CLAIMABLE, CLAIMED_AS, claimVerdict, type Reader } from './claim.rules';
import { Claims, notListed, stateConflict } from './claims';
import { DraftVersions } from '../draft-versions';
import { Absences } from '../handover/absences';
import { Items } from '../items';
import { offersTo } from '../next/next.rules';
import { CLAIM_BEYOND_CEILING, CLAIM_TOP } from '../next/next.sql';
import { LeaseExpiry } from './lease-expiry';
import { Projection } from '../list/projection';
import { readerOf } from '../reader';
import type { ReadingItem } from '../reading-item.entity';
import type { ClaimInput, HeartbeatInput, NextInput } from '../worklist.dto';
import { worklistErrors } from '../worklist.errors';
import { type ItemView, WorklistQueries } from '../list/worklist.queries';
import { EXPIRE_CLAIM, PROJECT } from '../worklist.subscriptions';

/** What its holder sends along with every later command, and the item itself. */
export type ClaimAnswer = ItemView & {
  readonly fence: number;
  readonly leaseUntil: Date | null;
  readonly version: number;
  readonly imageSet: number;
};

/** How often `next` looks again when the exam it took had just left the list. */
const MAX_LOOKS = 5;

/**
 * The claim met something that is over already and only has to be cleared away: an exam that left the list a moment ago,
 * a lease that ran out. `conflict` is what the caller is told if it cannot be.
 */
class Outdated extends Error {
  constructor(
    readonly examId: string,
    readonly fence: number,
    readonly what: 'exam' | 'lease',
    readonly conflict: DomainError,
  ) {
    super(conflict.message);
  }
}

/** Getting hold of an exam and keeping it: claim, next, heartbeat. */
@Injectable()
export class ClaimService {
  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly items: Items,
    private readonly claims: Claims,
    private readonly expiry: LeaseExpiry,
    private readonly assigner: Assigner,
    private readonly picking: Picking,
    private readonly turns: Turns,
    private readonly absences: Absences,
    private readonly projection: Projection,
    private readonly examStates: ExamStates,
    private readonly drafts: DraftVersions,
    private readonly queries: WorklistQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * Claims one exam for writing or, where a report waits for it, for review. Who holds it already gets his present claim
   * again. Throws `not_found`, `claimed_by_other`, `own_report`, `reserved_for_writer`, `exam_state_conflict`,
   * `forbidden`, `wrong_hospital`, `hospital_missing`, `picking_off`, `written_at_clinic`.
   */
  async claim(ctx: Ctx, examId: string, input: ClaimInput): Promise<ClaimAnswer> {
    try {
      return await this.claimOnce(ctx, examId, input, false);
    } catch (error) {
      if (!(error instanceof Outdated)) throw error;
      await this.clear(ctx, error);
      return this.claimOnce(ctx, examId, input, true);
    }
  }

  /**
   * Hands out and claims the top item for this reader; undefined when there is nothing for him. Under a `clientId` that has
   * got one already, that one again.
   */
  async next(ctx: Ctx, input: NextInput): Promise<ClaimAnswer | undefined> {
    const reader = readerOf(ctx, input?.hospitalId);
    const stages = reader.stages.filter((stage) => input?.stage === undefined || stage === input.stage);
    if (stages.length === 0) throw new DomainError(commonErrors.forbidden, { permission: 'worklist.review' });
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      try {
        return await this.db.write(ctx, (tx) => this.takeNext(tx, { ...reader, stages }, input?.clientId));
      } catch (error) {
        if (!(error instanceof Outdated)) throw error;
        await this.clear(ctx, error);
      }
    }
    return undefined;
  }

  /**
   * Extends the lease; what is parked has its own limit. Not audited: it says only that somebody is still there, and, with
   * `active`, that he is at work. Throws `stale_fence`, `not_found`.
   */
  async heartbeat(ctx: Ctx, examId: string, { fence, active = true }: HeartbeatInput): Promise<object> {
    return this.commands.run(ctx, 'exam.heartbeat', examId, async (tx) => {
      const item =
        (await this.items.beat(tx, examId, { fence, active })) ?? (await this.claims.require(tx, examId, { fence }));
      await this.claims.requirePost(tx, item);
      const version = await this.drafts.versionOf(tx, examId);
      return { examId, state: item.state, fence, leaseUntil: item.lease_until, version, imageSet: item.image_set };
    });
  }

  private claimOnce(ctx: Ctx, examId: string, input: ClaimInput, lastTry: boolean): Promise<ClaimAnswer> {
    return this.commands.run(ctx, 'exam.claim', examId, async (tx) => {
      const reader = await this.readerFor(tx, examId, input?.hospitalId);
      await this.picking.require(tx, reader, examId);
      try {
        const taken = (await this.take(tx, CLAIM_ONE, reader, examId)) ?? (await this.standing(tx, reader, examId));
        return await this.answer(tx, taken);
      } catch (error) {
        throw lastTry && error instanceof Outdated ? error.conflict : error;
      }
    });
  }

  /** The caller as a reader; a refusal says where the exam is. */
  private async readerFor(tx: Tx, examId: string, hospitalId: string | undefined): Promise<Reader> {
    try {
      return readerOf(tx.ctx, hospitalId);
    } catch {
      const { state } = (await this.items.find(tx, examId)) ?? (await this.examStates.lock(tx, examId));
      return readerOf(tx.ctx, hospitalId, { state });
    }
  }

  private async takeNext(tx: Tx, reader: Reader, clientId: string | undefined): Promise<ClaimAnswer | undefined> {
    const item = (clientId && (await this.handedOut(tx, reader, clientId))) || (await this.takeTop(tx, reader));
    if (!item) return undefined;
    if (clientId && item.client_id !== clientId) await this.items.change(tx, item, { client_id: clientId });
    return this.answer(tx, item);
  }

  /**
   * What this very request has got already, as long as he holds it: its answer was lost on the line, and a second exam would
   * lie with him unseen. As it is now; of two that come at once the later waits.
   */
  private async handedOut(tx: Tx, reader: Reader, clientId: string): Promise<ReadingItem | undefined> {
    await tx.rows("SELECT pg_advisory_xact_lock(hashtextextended('next ' || $1 || $2, 0))", [reader.id, clientId]);
    const item = await tx.row<Pick<ReadingItem, 'exam_id' | 'fence'>>(
      'SELECT exam_id, fence FROM reading_item WHERE county_id = $1 AND holder_id = $2 AND client_id = $3',
      [tx.ctx.countyId, reader.id, clientId],
    );
    if (!item) return undefined;
    const hold = { fence: item.fence, consulting: true };
    return this.projection.broughtUp(tx, await this.claims.require(tx, item.exam_id, hold));
  }

  private async takeTop(tx: Tx, reader: Reader): Promise<ReadingItem | undefined> {
    const offers = offersTo(tx.ctx.countyId, reader.id, tx.ctx.actor.hospitalIds);
    const { sinceCeiling, ceiling } = await this.turns.mayTakeCeiling(tx, reader);
    // First past what he has just given up; only where nothing else is offered to him, that as well.
    for (const pastGivenUp of [true, false]) {
      const beyond = ceiling ? await this.take(tx, CLAIM_BEYOND_CEILING, reader, offers, pastGivenUp) : undefined;
      const taken = beyond ?? (await this.take(tx, CLAIM_TOP, reader, offers, pastGivenUp));
      if (!taken) continue;
      await this.turns.count(tx, reader.id, sinceCeiling, beyond !== undefined);
      return taken;
    }
    return undefined;
  }

  /** Runs one of the claim statements and moves the exam along; undefined when its condition did not hold. */
  private async take(tx: Tx, sql: string, reader: Reader, ...last: unknown[]): Promise<ReadingItem | undefined> {
    const leaseUntil = this.items.leaseEnd();
    const params = [
      tx.ctx.countyId,
      reader.id,
      reader.hospitalId,
      this.clock.now(),
      leaseUntil,
      reader.stages,
      ...last,
    ];
    const taken = await tx.row<ReadingItem>(sql, params);
    if (!taken) return undefined;
    const exam = await this.moveExam(tx, taken);
    await this.absences.back(tx, reader.id);
    const { rev, mode, image_set, identity_hold_at: doubt } = exam;
    const fresh = { state_rev: rev, mode, image_set, identity_hold: doubt !== null };
    const claimed = await this.items.change(tx, taken, fresh);
    // The last revision is the claim's own: only what changed before it is news to the list.
    const item = taken.exam_rev < rev - 1 ? await this.projection.broughtUp(tx, claimed) : claimed;
    await this.items.armExpiry(tx, item, leaseUntil);
    await this.assigner.keepTogether(tx, item);
    return item;
  }

  private async moveExam(tx: Tx, taken: ReadingItem): Promise<Exam> {
    const { exam_id: examId, stage, fence, holder_hospital_id: hospitalId } = taken;
    // A rejected text that the clinic has not taken up: who takes it over writes it, and the exam is the centre's from now on.
    const over = stage === 'write' && taken.mode === 'review' ? ({ mode: 'diagnose' } as const) : {};
    try {
      const exam = await this.examStates.move(tx, {
        examId,
        from: CLAIMABLE[stage].filter((state) => state !== 'UPLOADING' || taken.priority === 'STAT'),
        to: CLAIMED_AS[stage],
        action: 'exam.claim',
        details: { stage, fence, hospitalId, ...over },
        set: over,
      });
      // Given to the clinic to write a moment ago: the list has not heard of it yet.
      if (stage === 'write' && exam.mode === 'review')
        throw new DomainError(worklistErrors.written_at_clinic, { state: 'QUEUED', fence });
      return exam;
    } catch (error) {
      throw error instanceof DomainError ? new Outdated(examId, fence, 'exam', error) : error;
    }
  }

  /** The claim that the caller has already, or the error that says why he gets none. */
  private async standing(tx: Tx, reader: Reader, examId: string): Promise<ReadingItem> {
    const item = await this.items.find(tx, examId);
    // Its news is perhaps still on the way to the list.
    if (!item) throw new Outdated(examId, 0, 'exam', notListed(await this.examStates.lock(tx, examId)));
    const { state, fence } = item;
    const verdict = claimVerdict(item, reader, this.clock.now());
    switch (verdict) {
      case 'held_by_me':
        return this.projection.broughtUp(tx, await this.claims.require(tx, examId, { fence }));
      case 'held_by_other':
      case 'lapsed': {
        const held = new DomainError(worklistErrors.claimed_by_other, {
          ...(await this.claims.holder(tx, item)),
          state,
          fence,
        });
        throw verdict === 'lapsed' ? new Outdated(examId, fence, 'lease', held) : held;
      }
      case 'own_report':
        throw new DomainError(worklistErrors.own_report, { state, fence });
      case 'reserved':
        throw new DomainError(worklistErrors.reserved_for_writer, { state, fence, reservedUntil: item.reserved_until });
      case 'not_permitted':
        throw new DomainError(commonErrors.forbidden, { permission: 'worklist.review', state });
      case 'the_clinics':
        // Or the centre's since a moment ago: a doctor who is away gives his exam to it.
        throw new Outdated(examId, fence, 'exam', new DomainError(worklistErrors.written_at_clinic, { state, fence }));
      default:
        // In a state in which nobody may, or given back between the two looks: the list may be behind the exam.
        throw new Outdated(examId, fence, 'exam', stateConflict(state));
    }
  }

  private async answer(tx: Tx, item: ReadingItem): Promise<ClaimAnswer> {
    const view = await this.queries.one(tx, item.exam_id);
    return { ...view, imageSet: item.image_set, version: await this.drafts.versionOf(tx, item.exam_id) };
  }

  /** Clears away what is over, as the system and in a transaction of its own. */
  private async clear(ctx: Ctx, { examId, fence, what }: Outdated): Promise<void> {
    const system = (name: string): Ctx => systemCtx(name, ctx.countyId, ctx.requestId, ctx.traceparent);
    if (what === 'lease') await this.db.write(system(EXPIRE_CLAIM), (tx) => this.expiry.look(tx, examId, fence));
    else await this.db.write(system(PROJECT), (tx) => this.projection.project(tx, examId));
  }
}
