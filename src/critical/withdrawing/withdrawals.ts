import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { CriticalCycle } from '../critical.entities';
import { after } from '../critical.state';
import { Cycles, type CyclePatch, type NewCycle } from '../cycles';
import { plan, secondsAfter } from '../ladder/ladder.rules';
import { Settings } from '../settings';
import { Tellings } from '../telling/tellings';
import { END_REASONS, OVERTAKEN_REASON, type WithdrawalCause } from './withdrawal-causes';

/** Who answers for what takes a value back: the signer of the correction, or whoever had marked it. */
export interface Withdrawer {
  readonly versionId: string | null;
  readonly personId: string | null;
  readonly name: string | null;
}

/** How a critical value that is not so any more ends, and how whoever was told of it is told that. */
@Injectable()
export class Withdrawals {
  constructor(
    private readonly cycles: Cycles,
    private readonly settings: Settings,
    private readonly tellings: Tellings,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends a value that the clinic was told of, and tells it so by a cycle of its own (`kind: withdrawn`). An earlier withdrawal
   * of the same finding that is still open ends with that: two cannot be, and the clinic's last word must be the new one.
   * Throws `state_conflict` when this version has withdrawn the finding before.
   */
  async withdraw(tx: Tx, cycle: CriticalCycle, by: Withdrawer, cause: WithdrawalCause): Promise<void> {
    const earlier = await this.cycles.open(tx, { ...cycle, kind: 'withdrawn' });
    if (earlier) await this.settle(tx, earlier, OVERTAKEN_REASON);
    await this.end(tx, cycle, cause);
    await this.tell(tx, cycle, 'withdrawn', by, cause);
  }

  /**
   * The finding is still there, on another side or in another extent. It has been confirmed and the clinic acts on it, so that
   * nobody is asked first: a new cycle takes the place of the old one and climbs from its beginning.
   */
  async restate(tx: Tx, cycle: CriticalCycle, by: Withdrawer): Promise<void> {
    // Two of the same finding cannot be open.
    await this.settle(tx, cycle, END_REASONS.changed);
    await this.tell(tx, cycle, 'new', by, 'changed');
  }

  /** What is not so has no ladder to climb; one that was handled keeps its record. */
  async end(tx: Tx, cycle: CriticalCycle, cause: WithdrawalCause): Promise<void> {
    if (!after(cycle.state, 'dismiss')) return;
    await this.cycles.act(tx, cycle, 'dismiss', ...this.ending(tx, END_REASONS[cause]));
  }

  /** Leaves nothing open of what is replaced: one that was handled is complete, and closed as it was told. */
  private async settle(tx: Tx, cycle: CriticalCycle, reason: string): Promise<void> {
    const action = after(cycle.state, 'dismiss') ? 'dismiss' : 'close';
    if (after(cycle.state, action)) await this.cycles.act(tx, cycle, action, ...this.ending(tx, reason));
  }

  private ending(tx: Tx, reason: string): [CyclePatch, { reason: string }] {
    return [{ ended_at: this.clock.now(), ended_by_name: tx.ctx.actor.name, end_reason: reason }, { reason }];
  }

  private async tell(
    tx: Tx,
    cycle: CriticalCycle,
    kind: CriticalCycle['kind'],
    by: Withdrawer,
    cause: WithdrawalCause,
  ): Promise<void> {
    const action = kind === 'new' ? 'restate' : 'withdraw';
    const values = { ...(await this.told(tx, cycle, by)), kind };
    const raised = await this.cycles.raise(tx, values, { action, details: { withdraws: cycle.id, cause } });
    // What ended above must not end unheard: all of it is undone, and the message that brought us here is tried again.
    if (!raised) throw new DomainError(commonErrors.state_conflict, { criticalId: cycle.id, state: cycle.state });
    const noticeId = await this.tellings.withdrawn(tx, raised, cause);
    await this.cycles.note(tx, raised, { action: 'told', noticeId });
  }

  /** A value in the place of another, told from now on. */
  private async told(tx: Tx, cycle: CriticalCycle, by: Withdrawer): Promise<Omit<NewCycle, 'kind'>> {
    const { ladder, breachSeconds } = await this.settings.of(tx);
    const now = this.clock.now();
    return {
      clinic_id: cycle.clinic_id,
      exam_id: cycle.exam_id,
      source: 'correction',
      finding: cycle.finding,
      listed: cycle.listed,
      state: 'CONFIRMED',
      version_id: by.versionId,
      withdraws_id: cycle.id,
      found_at: now,
      radiologist_id: by.personId,
      radiologist_name: by.name,
      hospital_id: cycle.hospital_id,
      ladder: plan(now, ladder),
      breach_at: secondsAfter(now, breachSeconds),
    };
  }
}
