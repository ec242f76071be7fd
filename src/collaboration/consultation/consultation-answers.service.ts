import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import { type Ctx, type PersonActor, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import type { OpinionInput, ReasonInput } from '../collaboration.dto';
import type { Consultation } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { Consultations, stateConflict } from './consultations';
import { type ConsultationView, ConsultationsQueries } from './consultations.queries';
import { opinionSha256 } from './opinion.rules';

/** The asked hospital's side of a 会诊: accept, decline, answer. */
@Injectable()
export class ConsultationAnswers {
  constructor(
    private readonly commands: Commands,
    private readonly consultations: Consultations,
    private readonly queries: ConsultationsQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * The caller answers for his hospital. Of several who accept at once one wins; who has accepted already, may say it again.
   * Throws `not_found`, `consultation_state_conflict`.
   */
  accept(ctx: Ctx, id: string): Promise<ConsultationView> {
    return this.asked(ctx, 'consultation.accept', id, async (tx, row, me) => {
      if (row.state === 'ACCEPTED' && row.accepted_by === me.id) return row;
      const now = this.clock.now();
      // Its timer may be late; what is over must not begin.
      if (row.expires_at <= now) throw stateConflict({ ...row, state: 'EXPIRED' });
      const after = await this.consultations.step(tx, row, {
        to: 'ACCEPTED',
        action: 'consultation.accept',
        set: { accepted_by: me.id, accepted_by_name: me.name, accepted_at: now },
      });
      await this.consultations.tellAsker(tx, after, `已由${me.name}接受`);
      return after;
    });
  }

  /** Anybody of the hospital as long as nobody has accepted, then only who did. */
  decline(ctx: Ctx, id: string, { reason }: ReasonInput): Promise<ConsultationView> {
    return this.asked(ctx, 'consultation.decline', id, async (tx, row, me) => {
      if (row.state === 'ACCEPTED') requireOwn(row, me);
      const set = this.consultations.ended(tx, reason);
      const after = await this.consultations.finish(tx, row, {
        to: 'DECLINED',
        action: 'consultation.decline',
        reason,
        set,
      });
      await this.consultations.tellAsker(tx, after, '被谢绝');
      return after;
    });
  }

  /**
   * The opinion. A co-signed one needs the hash of this very text from whoever has it before his eyes. Throws
   * `not_found`, `consultation_state_conflict`, `consultation_of_other`, `confirmation_needed`, `confirmation_mismatch`.
   */
  answer(ctx: Ctx, id: string, { opinion, confirmedSha256 }: OpinionInput): Promise<ConsultationView> {
    return this.asked(ctx, 'consultation.answer', id, async (tx, row, me) => {
      if (row.state !== 'ACCEPTED') throw stateConflict(row);
      requireOwn(row, me);
      const sha256 = opinionSha256(opinion);
      if (row.access === 'co_sign') requireConfirmed(sha256, confirmedSha256);
      const now = this.clock.now();
      const person = await tx.row<{ title: string | null }>(
        'SELECT title FROM person WHERE county_id = $1 AND id = $2',
        [ctx.countyId, me.id],
      );
      const after = await this.consultations.finish(tx, row, {
        to: 'ANSWERED',
        action: 'consultation.answer',
        set: {
          opinion,
          opinion_sha256: sha256,
          answered_by_title: person?.title ?? '',
          answered_at: now,
          co_signed_at: row.access === 'co_sign' ? now : null,
        },
      });
      await this.consultations.tellAsker(tx, after, '已答复');
      return after;
    });
  }

  private async asked(
    ctx: Ctx,
    action: string,
    id: string,
    work: (tx: Tx, row: Consultation, me: PersonActor) => Promise<Consultation>,
  ): Promise<ConsultationView> {
    const me = personOf(ctx);
    const examId = await this.consultations.examOf(ctx, id, 'asked');
    return this.commands.run(ctx, action, examId, async (tx) => {
      const row = await this.consultations.find(tx, id, 'asked', 'FOR UPDATE');
      return this.queries.view(tx, await work(tx, row, me), 'asked');
    });
  }
}

function requireOwn(row: Consultation, me: PersonActor): void {
  if (row.accepted_by !== me.id)
    throw new DomainError(collaborationErrors.consultation_of_other, {
      state: row.state,
      acceptedBy: row.accepted_by_name,
    });
}

function requireConfirmed(sha256: string, confirmed: string | undefined): void {
  if (confirmed === undefined)
    throw new DomainError(collaborationErrors.confirmation_needed, { field: 'confirmedSha256' });
  if (confirmed !== sha256) throw new DomainError(collaborationErrors.confirmation_mismatch, { opinionSha256: sha256 });
}
