import { Injectable } from '@nestjs/common';
import { Commands } from '../audit';
import { ExamStates } from '../exams';
import { Clock } from '../platform/clock';
import { can, type Ctx } from '../platform/context';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import type { ConfirmInput, MarkInput } from './critical.dto';
import type { CriticalCycle } from './critical.entities';
import { criticalErrors } from './critical.errors';
import { CriticalQueries, type CriticalView } from './list/critical.queries';
import { UNREACHED } from './critical.state';
import { Cycles, type CyclePatch, type NewCycle } from './cycles';
import { isListed } from './findings';
import { plan, secondsAfter } from './ladder/ladder.rules';
import { readersOf } from './telling/readers';
import { Settings, type SettingsView } from './settings';
import { isExamEnd } from './sides.rules';
import { type Phones, Tellings } from './telling/tellings';

export interface Marked extends CriticalView {
  /** Nobody of the clinic is at a screen: the call is to be made now. */
  readonly callNow: boolean;
  readonly phones: Phones;
}

/** How a critical value begins: suspected by a technician, marked by a radiologist, which starts the clock. */
@Injectable()
export class MarkingService {
  constructor(
    private readonly commands: Commands,
    private readonly examStates: ExamStates,
    private readonly cycles: Cycles,
    private readonly settings: Settings,
    private readonly tellings: Tellings,
    private readonly queries: CriticalQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * Marks a finding of an exam; said again, the open one is answered as it is. A technician or trainee raises a suspicion.
   * Throws `not_found`, `exam_state_conflict`, `unknown_finding`, `hospital_missing`.
   */
  async mark(ctx: Ctx, examId: string, input: MarkInput): Promise<Marked> {
    return this.commands.run(ctx, 'critical.mark', examId, async (tx) => {
      // Locked: an exam that is being voided is either marked before that, and then taken back, or not at all.
      const exam = await this.examStates.lock(tx, examId);
      if (isExamEnd(exam.state)) this.examStates.refuse(exam);
      const settings = await this.settings.of(tx);
      const what = { ...findingOf(settings, input), exam_id: examId, clinic_id: exam.clinic_id, kind: 'new' } as const;
      const cycle = can(ctx, 'critical.confirm')
        ? await this.markAsReader(tx, what, this.markOf(ctx, settings, input.hospitalId))
        : await this.suspect(tx, what, settings);
      return this.answer(tx, cycle, settings);
    });
  }

  /** A radiologist says that a suspicion is one. Throws `not_found`, `critical_state_conflict`, `hospital_missing`. */
  async confirm(ctx: Ctx, cycleId: string, input: ConfirmInput): Promise<Marked> {
    const examId = await this.cycles.examOf(ctx, cycleId);
    return this.commands.run(ctx, 'critical.confirm', examId, async (tx) => {
      const settings = await this.settings.of(tx);
      const cycle = await this.cycles.lock(tx, cycleId);
      // Said twice by the same radiologist (a lost answer), it is said once.
      const again = cycle.radiologist_id === ctx.actor.id && UNREACHED.includes(cycle.state);
      const confirmed = again
        ? cycle
        : await this.start(
            tx,
            await this.cycles.act(tx, cycle, 'confirm', this.markOf(ctx, settings, input?.hospitalId)),
          );
      return this.answer(tx, confirmed, settings);
    });
  }

  private async markAsReader(
    tx: Tx,
    what: Omit<NewCycle, 'state' | 'source'>,
    mark: CyclePatch,
  ): Promise<CriticalCycle> {
    const values = { ...what, ...mark, source: 'reader', state: 'CONFIRMED' } as const;
    const raised = await this.cycles.raise(tx, values, { action: 'confirm', details: listed(what) });
    if (raised) return this.start(tx, raised);
    const open = await this.known(tx, values);
    return open.state === 'SUSPECTED' ? this.start(tx, await this.cycles.act(tx, open, 'confirm', mark)) : open;
  }

  private async suspect(
    tx: Tx,
    what: Omit<NewCycle, 'state' | 'source'>,
    { suspectedLadder }: SettingsView,
  ): Promise<CriticalCycle> {
    const ladder = plan(this.clock.now(), suspectedLadder);
    const values = { ...what, source: suspectedBy(tx.ctx), state: 'SUSPECTED', ladder } as const;
    const raised = await this.cycles.raise(tx, values, { action: 'suspect', details: listed(what) });
    if (!raised) return this.known(tx, values);
    const noticeId = await this.tellings.suspected(tx, raised, await readersOf(tx, raised.exam_id));
    await this.cycles.note(tx, raised, { action: 'told', noticeId });
    return raised;
  }

  /** Of the clinic, at once; the ladder's timers are armed with the row. */
  private async start(tx: Tx, cycle: CriticalCycle): Promise<CriticalCycle> {
    await this.cycles.note(tx, cycle, { action: 'told', noticeId: await this.tellings.marked(tx, cycle) });
    return cycle;
  }

  /** The open cycle that stood in the way of a new one. */
  private async known(tx: Tx, values: NewCycle): Promise<CriticalCycle> {
    const open = await this.cycles.open(tx, values);
    // It ended between our INSERT and this look.
    if (!open) throw new DomainError(commonErrors.state_conflict, {});
    return open;
  }

  private markOf(ctx: Ctx, settings: SettingsView, hospitalId: string | undefined): CyclePatch {
    const now = this.clock.now();
    return {
      found_at: now,
      radiologist_id: ctx.actor.id,
      radiologist_name: ctx.actor.name,
      hospital_id: hospitalOf(ctx, hospitalId),
      // A suspicion has climbed a ladder of its own: this one is climbed from its foot.
      ladder: plan(now, settings.ladder),
      rung: 0,
      breach_at: secondsAfter(now, settings.breachSeconds),
    };
  }

  private async answer(tx: Tx, cycle: CriticalCycle, { presentSeconds }: SettingsView): Promise<Marked> {
    const waits = UNREACHED.includes(cycle.state);
    return {
      ...(await this.queries.one(tx, cycle.id)),
      callNow: waits && !(await this.tellings.clinicPresent(tx, cycle, presentSeconds)),
      phones: await this.tellings.phones(tx, cycle),
    };
  }
}

/** On which side of the wire somebody stands who may only suspect: the clinic's technician, or a reader in training. */
const suspectedBy = ({ actor }: Ctx): 'technician' | 'reader' => (actor.clinicIds.length > 0 ? 'technician' : 'reader');

/** Own words stay out of the audit row: they are text about a patient. */
const listed = ({ finding, listed: known }: Pick<NewCycle, 'finding' | 'listed'>) => ({
  finding: known ? finding : null,
});

function findingOf(
  settings: SettingsView,
  { finding, text }: MarkInput,
): Pick<NewCycle, 'finding' | 'listed' | 'note'> {
  if (finding === undefined) return { finding: text!, listed: false, note: null };
  if (!isListed(settings.findings, finding)) throw new DomainError(criticalErrors.unknown_finding, { finding });
  return { finding, listed: true, note: text ?? null };
}

/** The hospital the radiologist speaks for: the one named, or the only one. */
export function hospitalOf({ actor }: Ctx, asked: string | undefined): string {
  const [first, ...others] = asked === undefined ? actor.hospitalIds : actor.hospitalIds.filter((id) => id === asked);
  if (first === undefined) throw new DomainError(commonErrors.forbidden, { hospitalId: asked });
  if (others.length > 0) throw new DomainError(criticalErrors.hospital_missing, { field: 'hospitalId' });
  return first;
}
