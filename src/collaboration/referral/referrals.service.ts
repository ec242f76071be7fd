import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { EXAM_STATE_NAMES, Exams, type ExamState, ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import { type Ctx, type PersonActor, personOf } from '../../platform/context';
import { Db, isUniqueViolation, type Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { ReportVersion } from '../../reporting';
import type { AnswerInput, ArrangementInput, ReasonInput, ReferralInput } from '../collaboration.dto';
import { Referral } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { sideOf } from '../people';
import { type ReferralChair, Referrals, type ReferralStep } from './referrals';
import { ReferralsQueries, type ReferralView } from './referrals.queries';

type SignedVersion = Pick<ReportVersion, 'id' | 'number' | 'reviewer_id' | 'image_set' | 'subject'>;

/** A signed report stands, be it that it is just being corrected: the patient cannot wait for that. */
const REPORTED: readonly ExamState[] = ['SIGNED', 'AMENDING'];

/** What a step is: where to, what is written, and who is told. */
interface Deed {
  readonly chair: ReferralChair;
  readonly step: (me: PersonActor, now: Date) => ReferralStep;
  readonly tell: (tx: Tx, row: Referral) => Promise<void>;
}

/** 转诊: up with the signed report and the images, and the answer down again. */
@Injectable()
export class ReferralsService {
  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly examStates: ExamStates,
    private readonly exams: Exams,
    private readonly referrals: Referrals,
    private readonly queries: ReferralsQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Refers the patient of a signed exam to a hospital of the county. For the requesting clinic, and for the signer of the
   * newest version. Throws `not_found`, `referral_needs_report`, `referral_not_signer`, `referral_target_unknown`,
   * `referral_open`, `identity_on_hold`.
   */
  async request(ctx: Ctx, examId: string, input: ReferralInput): Promise<ReferralView> {
    const me = personOf(ctx);
    try {
      return await this.commands.run(ctx, 'referral.request', examId, (tx) => this.open(tx, examId, me, input));
    } catch (error) {
      if (isUniqueViolation(error, 'referral_open_key')) throw new DomainError(collaborationErrors.referral_open);
      throw error;
    }
  }

  accept(ctx: Ctx, id: string, { arrangement }: ArrangementInput): Promise<ReferralView> {
    return this.run(ctx, id, {
      chair: 'hospital',
      step: (me, now) => ({
        to: 'ACCEPTED',
        action: 'referral.accept',
        set: { accepted_by_name: me.name, accepted_at: now, arrangement },
      }),
      tell: (tx, row) => this.referrals.tellSender(tx, row, '已接收，请按安排转送'),
    });
  }

  decline(ctx: Ctx, id: string, { reason }: ReasonInput): Promise<ReferralView> {
    return this.run(ctx, id, {
      chair: 'hospital',
      step: (me, now) => ({
        to: 'DECLINED',
        action: 'referral.decline',
        reason,
        set: { ended_by_name: me.name, ended_at: now, end_reason: reason },
      }),
      tell: (tx, row) => this.referrals.tellSender(tx, row, '被谢绝，请查看原因'),
    });
  }

  /** The patient is there. */
  arrive(ctx: Ctx, id: string): Promise<ReferralView> {
    return this.run(ctx, id, {
      chair: 'hospital',
      step: (_, now) => ({ to: 'ARRIVED', action: 'referral.arrive', set: { arrived_at: now } }),
      tell: (tx, row) => this.referrals.tellSender(tx, row, '：患者已到院'),
    });
  }

  /** What became of the patient: down to the clinic. */
  answer(ctx: Ctx, id: string, { answer }: AnswerInput): Promise<ReferralView> {
    return this.run(ctx, id, {
      chair: 'hospital',
      step: (me, now) => ({
        to: 'ANSWERED',
        action: 'referral.answer',
        set: { answer, answered_by_name: me.name, answered_at: now },
      }),
      tell: (tx, row) => this.referrals.tellSender(tx, row, '已有回复'),
    });
  }

  cancel(ctx: Ctx, id: string, { reason }: ReasonInput): Promise<ReferralView> {
    return this.run(ctx, id, {
      chair: 'sender',
      step: (me, now) => ({
        to: 'CANCELLED',
        action: 'referral.cancel',
        reason,
        set: { ended_by_name: me.name, ended_at: now, end_reason: reason },
      }),
      tell: (tx, row) => this.referrals.tellHospital(tx, row, '已由申请方取消'),
    });
  }

  /** The answer has been read. */
  close(ctx: Ctx, id: string): Promise<ReferralView> {
    return this.run(ctx, id, {
      chair: 'sender',
      step: (me, now) => ({
        to: 'CLOSED',
        action: 'referral.close',
        set: { ended_by_name: me.name, ended_at: now, end_reason: '已阅回复' },
      }),
      tell: (tx, row) => this.referrals.tellHospital(tx, row, '的回复已由申请方查看'),
    });
  }

  private async run(ctx: Ctx, id: string, { chair, step, tell }: Deed): Promise<ReferralView> {
    const me = personOf(ctx);
    const { exam_id: examId } = await this.db.read(ctx, (tx) => this.referrals.find(tx, id, [chair]));
    const { action } = step(me, this.clock.now());
    return this.commands.run(ctx, action, examId, async (tx) => {
      const row = await this.referrals.find(tx, id, [chair], 'FOR UPDATE');
      const after = await this.referrals.step(tx, row, step(me, this.clock.now()));
      await tell(tx, after);
      return this.queries.view(tx, after.id);
    });
  }

  private async open(tx: Tx, examId: string, me: PersonActor, input: ReferralInput): Promise<ReferralView> {
    const exam = await this.examStates.lock(tx, examId);
    this.exams.requireNoHold(exam);
    const version = await this.signedVersion(tx, examId);
    if (!REPORTED.includes(exam.state) || !version) {
      const { state } = exam;
      throw new DomainError(collaborationErrors.referral_needs_report, { state, stateName: EXAM_STATE_NAMES[state] });
    }
    if (sideOf(me) === 'reader' && version.reviewer_id !== me.id)
      throw new DomainError(collaborationErrors.referral_not_signer);
    await this.requireHospital(tx, input.toHospitalId);
    const now = this.clock.now();
    const row: Referral = {
      ...UNANSWERED,
      id: newId(),
      county_id: tx.ctx.countyId,
      exam_id: examId,
      clinic_id: exam.clinic_id,
      report_version_id: version.id,
      version_number: version.number,
      study_uids: [...version.subject.studyUids],
      image_set: version.image_set,
      to_hospital_id: input.toHospitalId,
      urgency: input.urgency,
      reason: input.reason,
      requested_by: me.id,
      requested_by_name: me.name,
      requested_side: sideOf(me),
      requested_at: now,
      updated_at: now,
    };
    await tx.insert(Referral, row);
    const details = { referralId: row.id, version: version.number, toHospitalId: input.toHospitalId };
    await this.audit.record(tx, { action: 'referral.request', subjectType: 'exam', subjectId: examId, details });
    await this.referrals.tellHospital(tx, row, '待接收');
    if (row.requested_side === 'reader') await this.referrals.tellSender(tx, row, '已由审签医师发起');
    return this.queries.view(tx, row.id);
  }

  private signedVersion(tx: Tx, examId: string): Promise<SignedVersion | undefined> {
    return tx.row<SignedVersion>(
      `SELECT id, number, reviewer_id, image_set, subject FROM report_version v
       WHERE county_id = $1 AND exam_id = $2 AND kind <> 'addendum'
         AND NOT EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = v.id) ORDER BY number DESC LIMIT 1`,
      [tx.ctx.countyId, examId],
    );
  }

  /** Patients go to hospitals of the county; an institution that only advises takes none. */
  private async requireHospital(tx: Tx, hospitalId: string): Promise<void> {
    const found = await tx.row(
      `SELECT 1 FROM hospital h WHERE h.county_id = $1 AND h.id = $2 AND h.active
         AND NOT EXISTS (SELECT 1 FROM consult_institution i WHERE i.county_id = $1 AND i.hospital_id = h.id)`,
      [tx.ctx.countyId, hospitalId],
    );
    if (!found) throw new DomainError(collaborationErrors.referral_target_unknown, { field: 'toHospitalId' });
  }
}

const UNANSWERED = {
  state: 'REQUESTED',
  accepted_by_name: null,
  accepted_at: null,
  arrangement: null,
  arrived_at: null,
  answer: null,
  answered_by_name: null,
  answered_at: null,
  ended_by_name: null,
  ended_at: null,
  end_reason: null,
} as const satisfies Partial<Referral>;
