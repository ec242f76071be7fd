import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { Exams, ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import { can, type Ctx, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Outbox } from '../../platform/outbox';
import { Annexes } from '../../reporting';
import { Consulting } from '../../worklist';
import type { CloseInput, ConsultInput, ReasonInput } from '../collaboration.dto';
import { Consultation } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { EXPIRE_CONSULTATION } from '../collaboration.subscriptions';
import { readersOf } from '../people';
import { namesPatient } from './consult-subject.rules';
import { Consultations } from './consultations';
import { type ConsultationView, ConsultationsQueries } from './consultations.queries';
import { Institutions } from './institutions';
import { coSignatureOf, TAKE_OVER_MOVES, takeOverOf } from './consultation.state';
import { isAnswered, opinionForReport } from './opinion.rules';

/** The asker's side of a 会诊: ask, take back, close. */
@Injectable()
export class ConsultationRequests {
  constructor(
    private readonly commands: Commands,
    private readonly consulting: Consulting,
    private readonly institutions: Institutions,
    private readonly consultations: Consultations,
    private readonly queries: ConsultationsQueries,
    private readonly exams: Exams,
    private readonly examStates: ExamStates,
    private readonly annexes: Annexes,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks another hospital about the exam that the caller holds; the claim stays his. Throws `not_found`, `stale_fence`,
   * `exam_state_conflict`, `identity_on_hold`, `consult_target_unknown`, `consult_nobody_there`, `consult_own_hospital`,
   * `question_names_patient`.
   */
  async ask(ctx: Ctx, examId: string, input: ConsultInput): Promise<ConsultationView> {
    const asker = personOf(ctx);
    return this.commands.run(ctx, 'exam.consult', examId, async (tx) => {
      const { exam, clinicName } = await this.exams.brief(tx, examId);
      const target = await this.institutions.target(tx, input.to);
      const id = newId();
      const { access, deidentified } = input;
      const item = await this.consulting.begin(tx, examId, input, {
        action: 'exam.consult',
        details: { consultationId: id, toHospitalId: target.id, access, deidentified },
      });
      const fromHospitalId = item.holder_hospital_id;
      if (fromHospitalId === null) throw new Error('who holds an item holds it for a hospital');
      if (target.id === fromHospitalId)
        throw new DomainError(collaborationErrors.consult_own_hospital, { field: 'to' });
      if (deidentified && namesPatient(input.question, exam, clinicName))
        throw new DomainError(collaborationErrors.question_names_patient, { field: 'question' });
      const now = this.clock.now();
      const row: Consultation = {
        ...UNANSWERED,
        id,
        county_id: ctx.countyId,
        exam_id: examId,
        clinic_id: exam.clinic_id,
        from_hospital_id: fromHospitalId,
        asked_by: asker.id,
        asked_by_name: asker.name,
        to_hospital_id: target.id,
        access,
        deidentified,
        question: input.question,
        requested_at: now,
        expires_at: new Date(now.getTime() + input.hours * HOUR_MS),
        updated_at: now,
      };
      await tx.insert(Consultation, row);
      await this.outbox.schedule(tx, { consumer: EXPIRE_CONSULTATION, subjectId: id, at: row.expires_at });
      await this.consultations.tellAsked(tx, row, '申请会诊，请接受或谢绝');
      return this.queries.view(tx, row, 'asker');
    });
  }

  /** The asker, whoever holds the exam now, or a chief takes the question back. */
  async cancel(ctx: Ctx, id: string, { reason }: ReasonInput): Promise<ConsultationView> {
    return this.asking(ctx, 'consultation.cancel', id, async (tx, row) => {
      const set = this.consultations.ended(tx, reason);
      const after = await this.consultations.finish(tx, row, {
        to: 'CANCELLED',
        action: 'consultation.cancel',
        reason,
        set,
      });
      await this.consultations.tellAsked(tx, after, '的会诊已由申请方取消');
      return after;
    });
  }

  /**
   * The answer has been read, and taken into the report or not; said again otherwise, it is the other way round. What is
   * taken over joins the report in its very words with the next version. Throws `not_found`,
   * `consultation_state_conflict`, `already_decided`, `co_signature_fallen`.
   */
  async close(ctx: Ctx, id: string, { takenOver, reason }: CloseInput): Promise<ConsultationView> {
    return this.asking(ctx, 'consultation.close', id, async (tx, row) => {
      const to = takeOverOf(takenOver);
      const isClosed = row.state === 'CLOSED';
      if (isClosed && !TAKE_OVER_MOVES[takeOverOf(row.taken_over)].includes(to))
        throw new DomainError(collaborationErrors.already_decided, { decision: DECISIONS[to], state: row.state });
      const set = { ...this.consultations.ended(tx, reason ?? `意见${DECISIONS[to]}`), taken_over: takenOver };
      const action = 'consultation.close';
      const after = isClosed
        ? await this.consultations.amend(tx, row, { in: 'CLOSED', action, reason, set })
        : await this.consultations.step(tx, row, { to: 'CLOSED', action, reason, set });
      // Nobody signs what is changing under his hand.
      await this.examStates.lock(tx, row.exam_id);
      if (takenOver) await this.join(tx, after);
      else await this.annexes.withdraw(tx, row.id);
      await this.consultations.tellAsked(tx, after, `的会诊意见${DECISIONS[to]}`);
      return after;
    });
  }

  /** A co-signed opinion joins with its co-signature or not at all. */
  private async join(tx: Tx, row: Consultation): Promise<void> {
    if (!isAnswered(row)) throw new Error('what is closed has been answered');
    if (coSignatureOf(row) === 'FALLEN') throw new DomainError(collaborationErrors.co_signature_fallen);
    await this.annexes.join(
      tx,
      row.exam_id,
      opinionForReport(row, await this.institutions.nameOf(tx, row.to_hospital_id)),
    );
  }

  private async asking(
    ctx: Ctx,
    action: string,
    id: string,
    work: (tx: Tx, row: Consultation) => Promise<Consultation>,
  ): Promise<ConsultationView> {
    const actor = personOf(ctx);
    const examId = await this.consultations.examOf(ctx, id, 'asker');
    return this.commands.run(ctx, action, examId, async (tx) => {
      const row = await this.consultations.find(tx, id, 'asker', 'FOR UPDATE');
      const { people } = await readersOf(tx, row.exam_id);
      const mine = row.asked_by === actor.id || people.includes(actor.id) || can(ctx, 'worklist.manage');
      if (!mine) throw new DomainError(commonErrors.forbidden);
      return this.queries.view(tx, await work(tx, row), 'asker');
    });
  }
}

const HOUR_MS = 3_600_000;
const DECISIONS = { TAKEN: '已采用', LEFT: '未采用', UNDECIDED: '未定' } as const;

const UNANSWERED = {
  former_opinions: [],
  state: 'REQUESTED',
  accepted_by: null,
  accepted_by_name: null,
  accepted_at: null,
  opinion: null,
  opinion_sha256: null,
  answered_by_title: null,
  answered_at: null,
  co_signed_at: null,
  co_signed_sha256: null,
  ended_by_name: null,
  ended_at: null,
  end_reason: null,
  taken_over: null,
} as const satisfies Partial<Consultation>;
