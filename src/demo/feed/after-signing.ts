import type { ExamView } from '../figures';
import { type ApiClient, ApiError } from '../http-client';
import { doctorName, HOSPITALS, type Staff, staffOf, technicianName } from '../plan/county-plan';
import { type Goal, GOALS } from '../plan/goals';
import { correctionOf, nameOnCard, WORDS } from '../plan/words';
import type { Cast } from './cast';
import { hasArrived, idOf, type PushedExam } from './pushed-exam';
import { type Claim, draft, sign, submit } from './reading';
import type { Steps } from './steps';
import { type Patience, until } from './waiting';

/** A correction or an addendum on its way; it is written, handed in and signed as a report is. */
type Amendment = Claim & { readonly amendmentState: 'WRITING' | 'SUBMITTED' };
interface Item {
  readonly examId: string;
  readonly state: string;
}
type CriticalValue = Item & { readonly criticalId: string };
type Referral = Item & { readonly referralId: string };
type PatientNotice = Item & { readonly patientNoticeId: string; readonly openedAt: string };

/** The people who have to do with an exam after its signature: a hospital's, and the clinic's. */
interface Round {
  readonly exam: PushedExam;
  readonly path: string;
  readonly staff: Staff;
  readonly doctor: ApiClient;
}

const PATIENCE_MS = 60_000;

/** What comes after the signature. Each step looks first at what is there already, so that it may be taken again. */
export class AfterSigning {
  private readonly acts: Partial<Record<Goal, (round: Round) => Promise<unknown>>> = {
    corrected: (round) => this.correct(round),
    amending: (round) => this.beginCorrection(round),
    addendum: (round) => this.add(round),
    demographics: (round) => this.askForDemographics(round),
    voided: (round) => this.takeOutOfForce(round, 'void'),
    recalled: (round) => this.takeOutOfForce(round, 'recall'),
    important: (round) => this.flagImportant(round),
    referred: (round) => this.refer(round),
    discussed: (round) => this.discuss(round),
    teaching: (round) => this.teach(round),
  };

  /** @param exams all of the demo's: a report that is voided was another clinic's patient */
  constructor(
    private readonly exams: readonly PushedExam[],
    private readonly cast: Cast,
    private readonly steps: Steps,
    private readonly signal: AbortSignal,
  ) {}

  /** Takes what is left of the exam's way from its signature to its goal. @param index chooses the hospital */
  async bring(exam: PushedExam, index: number): Promise<void> {
    const { goal, critical, accessionNumber, clinic } = exam.plan;
    const act = this.acts[goal];
    if (!act && critical === undefined) return;
    const doctor = await this.cast.person(doctorName(clinic.number));
    const round = { exam, path: `/api/exams/${idOf(exam)}`, staff: staffOf(index), doctor };
    if (critical !== undefined && goal !== 'criticalOpen') await this.handleCritical(round);
    await act?.(round);
    this.steps.say('审签后', `${accessionNumber} ${GOALS[goal].text}`);
  }

  private async correct(round: Round): Promise<void> {
    if (!(await this.kinds(round)).includes('corrected')) {
      const open = await this.beginCorrection(round);
      const chief = await this.cast.person(round.staff.chief);
      await this.signAmendment(round, open.amendmentState === 'WRITING' ? await submit<Amendment>(chief, open) : open);
    }
    await this.tellPatient(round);
  }

  /** 更正 up to its text: the chief opens it and writes. */
  private async beginCorrection({ exam, path, staff }: Round): Promise<Amendment> {
    const chief = await this.cast.person(staff.chief);
    const known = await this.amendmentOf(chief, exam);
    if (known?.amendmentState === 'SUBMITTED') return known;
    const open = known ?? (await chief.call<Amendment>('POST', `${path}/report/amend`, { reason: WORDS.amend }));
    return draft(chief, open, correctionOf(exam.plan.report));
  }

  /** 补充: the writer hands it to another doctor, who signs. */
  private async add(round: Round): Promise<void> {
    if ((await this.kinds(round)).includes('addendum')) return;
    const { exam, path, staff } = round;
    const writer = await this.cast.person(staff.writer);
    const known = await this.amendmentOf(writer, exam);
    await this.signAmendment(round, known ?? (await writer.call('POST', `${path}/report/addendum`, WORDS.addendum)));
  }

  private async signAmendment({ staff }: Round, open: Amendment): Promise<void> {
    await sign(await this.cast.person(staff.reviewer), open, this.signal);
  }

  private async amendmentOf(reader: ApiClient, exam: PushedExam): Promise<Amendment | undefined> {
    const { items } = await reader.call<{ items: Amendment[] }>('GET', '/api/amendments?limit=200');
    return items.find(({ examId }) => examId === exam.examId);
  }

  /** 告知患者: the duty opens by itself once the correction has been signed. */
  private async tellPatient({ exam, path, doctor }: Round): Promise<void> {
    const notice = await until(this.patience('the duty to tell the patient'), async () => {
      const query = `/api/patient-notices?exam=${idOf(exam)}`;
      const { items } = await doctor.call<{ items: PatientNotice[] }>('GET', query);
      return items[0];
    });
    if (notice.state !== 'OPEN') return;
    await until(this.patience(`the correction of ${path} at its clinic`), () => hasArrived(exam) || undefined);
    await doctor.call('POST', `/api/patient-notices/${notice.patientNoticeId}/close`, {
      who: exam.plan.request.patientName,
      when: notice.openedAt,
      oldPaperWithdrawn: true,
      ...WORDS.told,
    });
  }

  private async askForDemographics({ exam, path }: Round): Promise<void> {
    const { clinic, request } = exam.plan;
    const technician = await this.cast.person(technicianName(clinic.number));
    const changes = { patientName: nameOnCard(request.patientName) };
    const body = { changes, evidence: WORDS.demographics };
    await unless('demographics_asked', technician, `${path}/report/demographics`, body);
  }

  /** 作废 or 召回 by the chief; the void one was of a patient of another clinic, which is told too. */
  private async takeOutOfForce({ exam, path, staff, doctor }: Round, how: 'void' | 'recall'): Promise<void> {
    const { state } = await doctor.call<ExamView>('GET', path);
    if (state !== 'SIGNED') return;
    const chief = await this.cast.person(staff.chief);
    if (how === 'recall') return void (await chief.call('POST', `${path}/report/recall`, { reason: WORDS.recall }));
    const other = this.exams.find(({ plan, examId }) => examId !== undefined && plan.clinic !== exam.plan.clinic);
    const body = { reason: WORDS.voided, ...(other && { otherExamId: idOf(other) }) };
    await chief.call('POST', `${path}/report/void`, body);
  }

  /** 危急值: the call by a radiologist, the clinic's own record, what was done. */
  private async handleCritical({ exam, staff, doctor }: Round): Promise<void> {
    const reviewer = await this.cast.person(staff.reviewer);
    const query = `/api/critical?exam=${idOf(exam)}`;
    const { items } = await reviewer.call<{ items: CriticalValue[] }>('GET', query);
    const value = items[0];
    if (!value) throw new Error(`${exam.plan.accessionNumber} has no critical value`);
    const step = (who: ApiClient, verb: string, body: object): Promise<unknown> =>
      who.call('POST', `/api/critical/${value.criticalId}/${verb}`, body);
    const { state } = value;
    if (state === 'HANDLED') return;
    const reached = state === 'ACKNOWLEDGED' || state === 'NOTIFIED';
    if (!reached) await step(reviewer, 'notify', { receiver: exam.plan.request['orderingDoctor'], readBack: true });
    if (state !== 'ACKNOWLEDGED') await step(doctor, 'acknowledge', {});
    await step(doctor, 'handle', WORDS.critical);
  }

  private async flagImportant({ path, staff }: Round): Promise<void> {
    const reviewer = await this.cast.person(staff.reviewer);
    await reviewer.call('POST', `${path}/important`, { tier: 'important', finding: WORDS.important });
  }

  /** 转诊 up, and the answer down again. */
  private async refer({ exam, path, staff, doctor }: Round): Promise<void> {
    const { urgency, reason, arrangement, answer } = WORDS.referral;
    const { items } = await doctor.call<{ items: Referral[] }>('GET', '/api/referrals?box=out&limit=200');
    const known = items.find(({ examId }) => examId === exam.examId);
    const toHospitalId = await this.cast.hospitalId(staff.hospital.code);
    const request = { toHospitalId, urgency, reason };
    const { referralId, state } = known ?? (await doctor.call<Referral>('POST', `${path}/referrals`, request));
    const reviewer = await this.cast.person(staff.reviewer);
    const step = (verb: string, body: object): Promise<unknown> =>
      reviewer.call('POST', `/api/referrals/${referralId}/${verb}`, body);
    if (state === 'ANSWERED') return;
    if (state === 'REQUESTED') await step('accept', { arrangement });
    if (state !== 'ARRIVED') await step('arrive', {});
    await step('answer', { answer });
  }

  /** 沟通: the clinic asks, and a doctor of the hospital that wrote the report answers. */
  private async discuss({ path, doctor }: Round): Promise<void> {
    const { items } = await doctor.call<{ items: { messageId: string }[] }>('GET', `${path}/messages`);
    if (items.length >= 2) return;
    const asked =
      items[0] ?? (await doctor.call<{ messageId: string }>('POST', `${path}/messages`, { text: WORDS.question }));
    const { reading } = await doctor.call<ExamView>('GET', path);
    const reader = await this.cast.person(
      staffOf(HOSPITALS.findIndex(({ name }) => name === reading?.hospital)).reviewer,
    );
    await reader.call('POST', `${path}/messages`, { text: WORDS.reply, replyTo: asked.messageId });
  }

  private async teach({ path, staff }: Round): Promise<void> {
    const chief = await this.cast.person(staff.chief);
    await chief.call('PUT', `${path}/teaching-mark`, WORDS.teaching);
  }

  private async kinds({ path, doctor }: Round): Promise<string[]> {
    const { reports } = await doctor.call<ExamView>('GET', path);
    return reports.map(({ kind }) => kind);
  }

  private patience(what: string): Patience {
    return { what, timeoutMs: PATIENCE_MS, everyMs: 100, signal: this.signal };
  }
}

/** Sends it; the refusal of this code says that it has been done before. */
async function unless(code: string, who: ApiClient, path: string, body: object): Promise<void> {
  const answer = await who.request('POST', path, body);
  const refusal = new ApiError(`POST ${path}`, answer.status, answer.body);
  if (answer.status !== 200 && refusal.code !== code) throw refusal;
}
