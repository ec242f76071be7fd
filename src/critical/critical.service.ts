import { Injectable } from '@nestjs/common';
import { Commands } from '../audit';
import { Clock } from '../platform/clock';
import { can, type Ctx } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import type { AcknowledgeInput, CallInput, CloseInput, HandleInput, NotifyInput, ReasonInput } from './critical.dto';
import type { CriticalCycle } from './critical.entities';
import { criticalErrors } from './critical.errors';
import { CriticalQueries, type CriticalView } from './list/critical.queries';
import { after } from './critical.state';
import { Cycles, stateConflict } from './cycles';
import { isOneOf, ofClinic, RECEIVED_BEFORE_MS, timeSaid } from './sides.rules';
import { Tellings } from './telling/tellings';

/**
 * What the two sides do about a critical value. Each command answers the value as it is afterwards; said again by the same
 * person (a lost answer), it is answered like the first time.
 */
@Injectable()
export class CriticalService {
  constructor(
    private readonly commands: Commands,
    private readonly cycles: Cycles,
    private readonly tellings: Tellings,
    private readonly queries: CriticalQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * 已通知到人: the radiologist's record of the call, read back. It stops the ladder, so that the receiver must be somebody else
   * than whoever marked the value or says this. Throws `receiver_self`, `already_notified`, `critical_state_conflict`.
   */
  notify(ctx: Ctx, id: string, { receiver, way, at, note }: NotifyInput): Promise<CriticalView> {
    return this.step(ctx, id, 'notify', async (tx, cycle) => {
      if (isOneOf(receiver, [ctx.actor.name, cycle.radiologist_name]))
        throw new DomainError(criticalErrors.receiver_self, { field: 'receiver' });
      if (cycle.notified_at) {
        if (cycle.notified_by === ctx.actor.id && cycle.receiver === receiver) return;
        throw new DomainError(criticalErrors.already_notified, {
          by: cycle.notified_by_name,
          at: cycle.notified_at,
          state: cycle.state,
        });
      }
      const notified = await this.cycles.act(
        tx,
        cycle,
        'notify',
        {
          notified_at: timeSaid('at', at, cycle.found_at, this.clock.now()),
          notified_by: ctx.actor.id,
          notified_by_name: ctx.actor.name,
          receiver,
          way,
        },
        { details: { receiver, way, readBack: true }, note },
      );
      if (notified.state !== 'NOTIFIED') return;
      await this.cycles.note(tx, notified, { action: 'told', noticeId: await this.tellings.called(tx, notified) });
    });
  }

  /** A call that did not come through, or was not read back: kept, and the ladder goes on. */
  call(ctx: Ctx, id: string, { at, note, ...call }: CallInput): Promise<CriticalView> {
    return this.step(ctx, id, 'call', async (tx, cycle) => {
      if (!after(cycle.state, 'notify')) throw stateConflict(cycle);
      const madeAt = timeSaid('at', at, cycle.found_at, this.clock.now());
      await this.cycles.note(tx, cycle, { action: 'call', details: { ...call, at: madeAt.toISOString() }, note });
    });
  }

  /**
   * 双方记录: a person of the requesting clinic, signed in as himself, enters that the clinic knows. Of several at the same
   * moment one wins. Throws `clinic_people_only`, `already_acknowledged`, `critical_state_conflict`.
   */
  acknowledge(ctx: Ctx, id: string, input: AcknowledgeInput): Promise<CriticalView> {
    return this.step(ctx, id, 'acknowledge', async (tx, cycle) => {
      requireClinic(ctx, cycle);
      if (cycle.acknowledged_at) {
        if (cycle.acknowledged_by === ctx.actor.id) return;
        throw new DomainError(criticalErrors.already_acknowledged, {
          by: cycle.acknowledged_by_name,
          at: cycle.acknowledged_at,
          state: cycle.state,
        });
      }
      const now = this.clock.now();
      const late = cycle.breach_at !== null && now > cycle.breach_at;
      const acknowledged = await this.cycles.act(
        tx,
        cycle,
        'acknowledge',
        {
          acknowledged_at: now,
          acknowledged_by: ctx.actor.id,
          acknowledged_by_name: ctx.actor.name,
          received_at: timeSaid('receivedAt', input?.receivedAt, cycle.found_at, now, RECEIVED_BEFORE_MS),
          received_way: input?.way ?? (cycle.notified_at ? cycle.way : 'screen'),
          ...(late && !cycle.breached_at ? { breached_at: cycle.breach_at } : {}),
        },
        { details: { late }, note: input?.note },
      );
      const noticeId = await this.tellings.answered(tx, acknowledged, 'acknowledge');
      await this.cycles.note(tx, acknowledged, { action: 'told', noticeId });
    });
  }

  /** 处置: what the clinic did for the patient. Throws `clinic_people_only`, `critical_state_conflict`. */
  handle(ctx: Ctx, id: string, { measures }: HandleInput): Promise<CriticalView> {
    return this.step(ctx, id, 'handle', async (tx, cycle) => {
      requireClinic(ctx, cycle);
      if (cycle.state === 'HANDLED' && cycle.handled_by === ctx.actor.id && cycle.measures === measures) return;
      const handled = await this.cycles.act(tx, cycle, 'handle', {
        handled_at: this.clock.now(),
        handled_by: ctx.actor.id,
        handled_by_name: ctx.actor.name,
        measures,
      });
      const noticeId = await this.tellings.answered(tx, handled, 'handle');
      await this.cycles.note(tx, handled, { action: 'told', noticeId });
    });
  }

  /** Throws `critical_state_conflict` before the clinic has handled it. */
  close(ctx: Ctx, id: string, input: CloseInput): Promise<CriticalView> {
    return this.step(ctx, id, 'close', async (tx, cycle) => {
      if (cycle.state === 'CLOSED' && cycle.ended_by === ctx.actor.id) return;
      const ended = { ...this.endedBy(ctx), end_reason: input?.note || null };
      await this.cycles.act(tx, cycle, 'close', ended);
    });
  }

  /**
   * 误报: the radiologist who marked it, or a chief, takes it back with his reason; whoever was told is told. A mere suspicion
   * is answered by any of those who may confirm. Throws `forbidden`, `critical_state_conflict`.
   */
  dismiss(ctx: Ctx, id: string, { reason }: ReasonInput): Promise<CriticalView> {
    return this.step(ctx, id, 'dismiss', async (tx, cycle) => {
      if (cycle.state === 'FALSE_ALARM' && cycle.ended_by === ctx.actor.id && cycle.end_reason === reason) return;
      requireMarker(ctx, cycle);
      const ended = { ...this.endedBy(ctx), end_reason: reason };
      const dismissed = await this.cycles.act(tx, cycle, 'dismiss', ended, { reason });
      await this.cycles.note(tx, dismissed, { action: 'told', noticeId: await this.tellings.dismissed(tx, dismissed) });
    });
  }

  private endedBy({ actor }: Ctx) {
    return { ended_at: this.clock.now(), ended_by: actor.id, ended_by_name: actor.name };
  }

  private async step(
    ctx: Ctx,
    id: string,
    verb: string,
    work: (tx: Tx, cycle: CriticalCycle) => Promise<void>,
  ): Promise<CriticalView> {
    const examId = await this.cycles.examOf(ctx, id);
    return this.commands.run(ctx, `critical.${verb}`, examId, async (tx) => {
      await work(tx, await this.cycles.lock(tx, id));
      return this.queries.one(tx, id);
    });
  }
}

function requireClinic(ctx: Ctx, { clinic_id: clinicId, state }: CriticalCycle): void {
  if (!ofClinic(ctx, clinicId)) throw new DomainError(criticalErrors.clinic_people_only, { state });
}

/** What one radiologist has confirmed, another of another hospital does not take away. */
function requireMarker(ctx: Ctx, { state, radiologist_id: marker }: CriticalCycle): void {
  if (state === 'SUSPECTED' || marker === ctx.actor.id || can(ctx, 'critical.oversee')) return;
  throw new DomainError(commonErrors.forbidden, { permission: 'critical.oversee', state });
}
