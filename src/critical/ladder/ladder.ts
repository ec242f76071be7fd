import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import type { CriticalCycle } from '../critical.entities';
import { Cycles } from '../cycles';
import { breachDue, dueRungs, escalates, type Rung } from './ladder.rules';
import { Tellings } from '../telling/tellings';

/**
 * Climbs for a value that nobody has answered. It works from the row alone, so a timer, a timer that came twice and a sweep
 * after a standstill all do the same; rungs that were slept through are taken at once, each with its own notice.
 */
@Injectable()
export class Ladder {
  constructor(
    private readonly cycles: Cycles,
    private readonly tellings: Tellings,
    private readonly clock: Clock,
  ) {}

  async look(tx: Tx, cycleId: string): Promise<void> {
    const now = this.clock.now();
    let cycle = await this.cycles.lock(tx, cycleId);
    for (const rung of dueRungs(cycle, now)) cycle = await this.take(tx, cycle, rung);
    if (breachDue(cycle, now)) await this.breach(tx, cycle);
  }

  private async take(tx: Tx, cycle: CriticalCycle, rung: Rung): Promise<CriticalCycle> {
    const suspected = cycle.state === 'SUSPECTED';
    const noticeId = await (suspected
      ? this.tellings.unanswered(tx, cycle, rung)
      : this.tellings.rung(tx, cycle, rung));
    const patch = { rung: cycle.rung + 1 };
    const details = { dueAt: rung.at, afterSeconds: rung.afterSeconds, to: rung.to };
    const taken = await this.cycles.change(tx, cycle, patch, { action: 'rung', details, noticeId });
    return escalates(rung) ? this.escalate(tx, taken) : taken;
  }

  private async breach(tx: Tx, cycle: CriticalCycle): Promise<void> {
    const noticeId = await this.tellings.breached(tx, cycle);
    const step = { action: 'breach', details: { limit: cycle.breach_at!.toISOString() }, noticeId };
    const breached = await this.cycles.change(tx, cycle, { breached_at: cycle.breach_at }, step);
    await this.escalate(tx, breached);
  }

  /** A value whose call is recorded stays where it is: what is missing is the clinic's word, not somebody to tell. */
  private async escalate(tx: Tx, cycle: CriticalCycle): Promise<CriticalCycle> {
    return cycle.state === 'CONFIRMED' ? this.cycles.act(tx, cycle, 'escalate', {}) : cycle;
  }
}
