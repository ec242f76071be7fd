import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { isUniqueViolation, type Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { TenancyQueries } from '../../tenancy';
import { missingClassA } from '../content/class-a.rules';
import { requireBirthDate } from '../content/birth-date.rules';
import { oddities } from '../content/class-b.rules';
import { dutyPhone } from '../clinic-phone';
import { ExamCodes } from '../content/codes/exam-codes';
import { limitationOf, maySupplement } from './command.rules';
import type { Exam } from '../exam.entity';
import { BEFORE_CLAIM, OPEN_FOR_READING, reportIsOut } from '../exam.state';
import { ExamFlags } from './exam-flags';
import { OtherPatient } from './other-patient';
import { ExamImages } from '../images/exam-images';
import { type ExamPatch, ExamStates, stateParams } from '../exam-states';
import type { ChangeMode, ChangePriority, Reason, Resubmit, Supplement, Urge } from '../exams.dto';
import { examErrors } from '../exams.errors';
import { anothersColumns, Patients } from '../patients';
import { supplementOf } from '../content/request.rules';

/** How long a clinic waits before it may urge the same exam again. */
const URGE_EVERY_MS = 10 * 60_000;

const PATIENT_COLUMNS = ['patient_local_id', 'patient_name', 'sex', 'birth_date', 'id_number', 'phone'] as const;

/** What clinics, chiefs and administrators do to an exam that is not about its images. One method, one transaction. */
@Injectable()
export class ExamCommands {
  constructor(
    private readonly commands: Commands,
    private readonly states: ExamStates,
    private readonly images: ExamImages,
    private readonly flags: ExamFlags,
    private readonly patients: Patients,
    private readonly otherPatient: OtherPatient,
    private readonly tenancy: TenancyQueries,
    private readonly codes: ExamCodes,
    private readonly clock: Clock,
  ) {}

  /**
   * 撤回: only before a claim, and never under a preliminary report; against a claim at the same moment exactly one of the
   * two wins.
   */
  async withdraw(ctx: Ctx, examId: string, { reason }: Reason): Promise<void> {
    await this.commands.run(ctx, 'exam.withdraw', examId, async (tx) => {
      const exam = await this.states.lock(tx, examId);
      if (BEFORE_CLAIM.includes(exam.state) && reportIsOut(exam))
        throw new DomainError(examErrors.withdraw_reported, stateParams(exam.state));
      await this.states.move(tx, {
        examId,
        from: BEFORE_CLAIM,
        to: 'WITHDRAWN',
        action: 'exam.withdraw',
        reason,
        set: { state_reason: reason, back_by: ctx.actor.name, back_at: this.clock.now() },
      });
    });
  }

  /** A withdrawn exam comes back, or a returned one is answered. Throws `exam_state_conflict` for any other. */
  async resubmit(ctx: Ctx, examId: string, answer: Resubmit): Promise<void> {
    await this.commands.run(ctx, 'exam.resubmit', examId, async (tx) => {
      const exam = await this.states.lock(tx, examId);
      if (exam.state === 'WITHDRAWN') return this.comeBack(tx, exam, answer);
      if (exam.state === 'RETURNED') return this.answerReturn(tx, exam, answer);
      return this.states.refuse(exam);
    });
  }

  private async comeBack(tx: Tx, exam: Exam, answer: Resubmit): Promise<void> {
    if (answer.retake || answer.patientGone) throw new DomainError(examErrors.resubmit_choice);
    const registered = await this.states.move(tx, {
      examId: exam.id,
      from: ['WITHDRAWN'],
      to: 'REGISTERED',
      action: 'exam.resubmit',
      reason: answer.reason ?? answer.note,
      set: { state_reason: null, queued_at: null, back_by: null, back_at: null },
    });
    if (registered.last_image_at === null && !registered.metadata_only) return;
    const settled = await this.states.settle(tx, registered, { action: 'exam.resubmit-settled', set: {} });
    await this.images.startQuietTime(tx, settled);
  }

  private async answerReturn(tx: Tx, exam: Exam, { retake, patientGone, reason, note }: Resubmit): Promise<void> {
    const move = {
      examId: exam.id,
      from: ['RETURNED'] as const,
      action: 'exam.resubmit',
      reason: reason ?? note,
      details: { retake: retake ?? false, patientGone: patientGone ?? false, attempt: exam.attempt },
    };
    const ended: ExamPatch = {
      ...this.images.endOfReturn(exam, { retake: retake ?? false }),
      return_answer: note ?? reason ?? null,
      state_reason: null,
      back_by: null,
      back_at: null,
    };
    // Images that stay at the clinic are taken again there; nothing will arrive that could end an upload.
    if (retake && !exam.metadata_only) {
      await this.states.move(tx, {
        ...move,
        to: 'UPLOADING',
        set: { ...ended, images_complete: null, last_image_at: null },
      });
      return;
    }
    if (exam.first_byte_at === null && !exam.metadata_only)
      throw new DomainError(examErrors.retake_needs_images, stateParams(exam.state));
    if (!retake && !patientGone && !note) throw new DomainError(examErrors.answer_needed, { field: 'note' });
    const limitation = patientGone && reason ? { limitation: limitationOf(reason) } : {};
    await this.states.move(tx, { ...move, to: 'QUEUED', set: { ...ended, ...limitation } });
  }

  /**
   * 补资料. An exam that was waiting for it is queued as soon as it is whole. Throws `other_patient` for another patient's
   * number where images or readers know the exam as somebody's, `exam_content_locked`, `field_locked`, `accession_taken`.
   */
  async supplement(ctx: Ctx, examId: string, input: Supplement): Promise<void> {
    requireBirthDate(input.birthDate, this.clock.now());
    const given = supplementOf(input, this.codes);
    const fillIn = async (tx: Tx): Promise<void> => {
      const exam = await this.states.lock(tx, examId);
      try {
        const anothers = this.otherPatient.check(exam, { ...exam, ...given });
        await this.fillIn(tx, exam, anothers ? anothersColumns(exam, given) : given);
      } catch (error) {
        if (!isUniqueViolation(error, 'exam_accession_key')) throw error;
        const { accessionNumber } = input;
        throw new DomainError(examErrors.accession_taken, {
          ...stateParams(exam.state),
          field: 'accessionNumber',
          accessionNumber,
        });
      }
    };
    await this.otherPatient.watch(ctx, () => this.commands.run(ctx, 'exam.supplement', examId, fillIn));
  }

  private async fillIn(tx: Tx, exam: Exam, given: ReturnType<typeof supplementOf>): Promise<void> {
    const verdict = maySupplement(exam, Object.keys(given) as (keyof typeof given)[]);
    if (verdict === 'closed') throw new DomainError(examErrors.exam_content_locked, stateParams(exam.state));
    if (verdict !== 'open')
      throw new DomainError(examErrors.field_locked, { ...stateParams(exam.state), field: verdict.locked });
    const after = { ...exam, ...given };
    const phone = after.ordering_phone ?? (after.priority === 'STAT' ? await dutyPhone(tx, exam.clinic_id) : null);
    const whole = { ...after, ordering_phone: phone };
    const aboutPatient = PATIENT_COLUMNS.some((column) => column in given);
    const patient = aboutPatient ? await this.patients.enter(tx, exam.clinic_id, whole) : null;
    await this.states.settle(tx, exam, {
      action: 'exam.supplement',
      details: { fields: Object.keys(given) },
      set: {
        ...given,
        ordering_phone: phone,
        patient_id: patient?.patientId ?? exam.patient_id,
        missing: missingClassA(whole),
        ...(given.modality ? { mode: await this.tenancy.readingMode(tx, exam.clinic_id, given.modality) } : {}),
      },
    });
    const itemModality = this.codes.find(whole.item_code ?? '')?.modality;
    await this.flags.raise(tx, exam, [
      ...oddities(whole, this.clock.now(), itemModality),
      ...(patient && patient.contradicts.length > 0
        ? [
            {
              code: 'patient_mismatch',
              details: { patientId: patient.patientId, fields: patient.contradicts },
            } as const,
          ]
        : []),
    ]);
  }

  /** 催办: stamps the exam; the list shows it. At most once in ten minutes. */
  async urge(ctx: Ctx, examId: string, { reason }: Urge): Promise<void> {
    await this.commands.run(ctx, 'exam.urge', examId, async (tx) => {
      const exam = await this.states.lock(tx, examId);
      if (!OPEN_FOR_READING.includes(exam.state))
        throw new DomainError(examErrors.not_urgeable, stateParams(exam.state));
      const waitMs = (exam.urged_at?.getTime() ?? 0) + URGE_EVERY_MS - this.clock.now().getTime();
      if (waitMs > 0)
        throw new DomainError(examErrors.urged_recently, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
      await this.states.amend(tx, {
        examId,
        from: OPEN_FOR_READING,
        action: 'exam.urge',
        reason,
        set: { urged_at: this.clock.now() },
      });
    });
  }

  /**
   * Says who writes this exam: the centre, or the clinic's own doctor. Until the text is handed in or claimed either may
   * be asked: a clinic whose doctor is away gives the exam to the centre. Throws `exam_state_conflict`, `mode_unchanged`.
   */
  async changeMode(ctx: Ctx, examId: string, { mode, reason }: ChangeMode): Promise<void> {
    await this.commands.run(ctx, 'exam.mode', examId, async (tx) => {
      const exam = await this.states.lock(tx, examId);
      if (exam.mode === mode) throw new DomainError(examErrors.mode_unchanged, { ...stateParams(exam.state), mode });
      await this.states.amend(tx, {
        examId,
        from: BEFORE_CLAIM,
        action: 'exam.mode',
        reason,
        details: { from: exam.mode, mode },
        set: { mode },
      });
    });
  }

  /** Changes the priority with its reason; an exam that becomes STAT is queued while its images come. */
  async changePriority(ctx: Ctx, examId: string, { priority, reason }: ChangePriority): Promise<void> {
    await this.commands.run(ctx, 'exam.priority', examId, async (tx) => {
      const exam = await this.states.lock(tx, examId);
      if (![...BEFORE_CLAIM, ...OPEN_FOR_READING, 'RETURNED'].includes(exam.state)) this.states.refuse(exam);
      if (exam.priority === priority)
        throw new DomainError(examErrors.priority_unchanged, { ...stateParams(exam.state), priority });
      await this.states.settle(tx, exam, {
        action: 'exam.priority',
        reason,
        details: { from: exam.priority, priority },
        set: { priority },
      });
    });
  }
}
