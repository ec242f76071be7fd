import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import { type Ctx, type PersonActor, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { Annexes } from '../../reporting';
import type { ConfirmationInput, OpinionInput, ReasonInput } from '../collaboration.dto';
import type { Consultation, FormerOpinion } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { CO_SIGNATURE_MOVES, coSignatureOf } from './consultation.state';
import { type ConsultationPatch, Consultations, stateConflict } from './consultations';
import { type ConsultationView, ConsultationsQueries } from './consultations.queries';
import { opinionSha256 } from './opinion.rules';

/** Who changes his mind more often should speak to the asker. */
const MOST_CHANGES = 20;

/** The asked hospital's side of a 会诊: accept, decline, answer, and what becomes of the answer afterwards. */
@Injectable()
export class ConsultationAnswers {
  constructor(
    private readonly commands: Commands,
    private readonly consultations: Consultations,
    private readonly queries: ConsultationsQueries,
    private readonly annexes: Annexes,
    private readonly examStates: ExamStates,
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
      const text = this.spoken(opinion);
      if (row.access === 'co_sign') requireConfirmed(text.opinion_sha256, confirmedSha256);
      const person = await tx.row<{ title: string | null }>(
        'SELECT title FROM person WHERE county_id = $1 AND id = $2',
        [ctx.countyId, me.id],
      );
      const after = await this.consultations.finish(tx, row, {
        to: 'ANSWERED',
        action: 'consultation.answer',
        details: { opinionSha256: text.opinion_sha256 },
        set: {
          ...text,
          ...(row.access === 'co_sign' ? this.coSigned(text.opinion_sha256) : {}),
          answered_by_title: person?.title ?? '',
        },
      });
      await this.consultations.tellAsker(tx, after, '已答复');
      return after;
    });
  }

  /**
   * Other words, as long as the asker has not closed the consultation; the former ones are kept. A co-signature under
   * the former words falls, unless the new ones are confirmed along with them. Throws `not_found`,
   * `consultation_state_conflict`, `consultation_of_other`, `confirmation_mismatch`, `opinion_changes_spent`.
   */
  revise(ctx: Ctx, id: string, { opinion, confirmedSha256 }: OpinionInput): Promise<ConsultationView> {
    return this.asked(ctx, 'consultation.revise', id, async (tx, row, me) => {
      if (row.state === 'ANSWERED') requireOwn(row, me);
      const text = this.spoken(opinion);
      const isConfirmed = row.access === 'co_sign' && confirmedSha256 !== undefined;
      if (isConfirmed) requireConfirmed(text.opinion_sha256, confirmedSha256);
      const former_opinions = withFormer(row);
      const set = { ...text, former_opinions, ...(isConfirmed ? this.coSigned(text.opinion_sha256) : {}) };
      const details = { formerSha256: row.opinion_sha256, opinionSha256: text.opinion_sha256 };
      const action = 'consultation.revise';
      const after = await this.consultations.amend(tx, row, { in: 'ANSWERED', action, details, set });
      const fallen = coSignatureOf(after) === 'FALLEN' ? '，联合署名因此失效' : '';
      await this.consultations.tellAsker(tx, after, `意见已修改${fallen}`);
      return after;
    });
  }

  /**
   * The author puts his name under the words as they stand now. Throws `not_found`, `consultation_state_conflict`,
   * `consultation_of_other`, `co_signature_conflict`, `confirmation_mismatch`.
   */
  coSign(ctx: Ctx, id: string, { confirmedSha256 }: ConfirmationInput): Promise<ConsultationView> {
    return this.asked(ctx, 'consultation.co-sign', id, async (tx, row, me) => {
      if (row.state !== 'ANSWERED' || row.opinion_sha256 === null) throw stateConflict(row);
      requireOwn(row, me);
      if (!CO_SIGNATURE_MOVES[coSignatureOf(row)].includes('SIGNED'))
        throw new DomainError(collaborationErrors.co_signature_conflict, { state: row.state });
      requireConfirmed(row.opinion_sha256, confirmedSha256);
      const set = this.coSigned(row.opinion_sha256);
      const details = { opinionSha256: row.opinion_sha256 };
      const action = 'consultation.co-sign';
      const after = await this.consultations.amend(tx, row, { in: 'ANSWERED', action, details, set });
      await this.consultations.tellAsker(tx, after, '意见已重新联合署名');
      return after;
    });
  }

  /**
   * The author takes his opinion back. Where it has joined the report, the next version goes without it; who reads is
   * told, because a signed one keeps it until it is corrected. Throws `not_found`, `consultation_state_conflict`,
   * `consultation_of_other`.
   */
  withdraw(ctx: Ctx, id: string, { reason }: ReasonInput): Promise<ConsultationView> {
    return this.asked(ctx, 'consultation.withdraw', id, async (tx, row, me) => {
      if (row.state === 'ANSWERED' || row.state === 'CLOSED') requireOwn(row, me);
      const set = this.consultations.ended(tx, reason);
      const step = { to: 'WITHDRAWN', action: 'consultation.withdraw', reason, set } as const;
      const after = await this.consultations.step(tx, row, step);
      // Nobody signs what is changing under his hand.
      await this.examStates.lock(tx, row.exam_id);
      const wasInReport = await this.annexes.withdraw(tx, row.id);
      await this.consultations.tellAsker(tx, after, `意见已由会诊医师撤回${wasInReport ? '，请核对报告' : ''}`);
      return after;
    });
  }

  private spoken(opinion: string): Required<Pick<ConsultationPatch, 'opinion' | 'answered_at'>> & {
    readonly opinion_sha256: string;
  } {
    return { opinion, opinion_sha256: opinionSha256(opinion), answered_at: this.clock.now() };
  }

  private coSigned(sha256: string): ConsultationPatch {
    return { co_signed_at: this.clock.now(), co_signed_sha256: sha256 };
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

/** What the opinion says now joins what it said before. Throws `opinion_changes_spent`. */
function withFormer(row: Consultation): readonly FormerOpinion[] {
  const { opinion, opinion_sha256: hash, answered_at: at, former_opinions: former } = row;
  if (opinion === null || hash === null || at === null) return former;
  if (former.length >= MOST_CHANGES)
    throw new DomainError(collaborationErrors.opinion_changes_spent, { state: row.state, most: MOST_CHANGES });
  return [...former, { text: opinion, sha256: hash, at: at.toISOString() }];
}
