import { type ApiClient, ApiError } from '../http-client';
import { doctorName, staffOf } from '../plan/county-plan';
import { WORDS } from '../plan/words';
import type { ExamView } from '../figures';
import type { Cast } from './cast';
import { idOf, type PushedExam } from './pushed-exam';
import { claim, draft, issuePreliminary, present, submit } from './reading';

interface Consultation {
  readonly consultationId: string;
  readonly state: string;
  readonly exam: { readonly examId: string | null };
}

/** Reading that is not one writer and one reviewer: the doctor on call, an asked hospital, the clinic's doctor, a trainee. */
export class OtherHands {
  constructor(private readonly cast: Cast) {}

  /** 临时报告 of the only doctor on duty. */
  async preliminary(exam: PushedExam, index: number): Promise<void> {
    const onCall = await this.cast.person(staffOf(index).onCall);
    await issuePreliminary(onCall, await draft(onCall, await claim(onCall, exam), exam.plan.report));
  }

  /** 会诊: asked of the next hospital and accepted there; `to` the end, the opinion comes and the report goes to review. */
  async consult(exam: PushedExam, index: number, to: 'acceptance' | 'end'): Promise<void> {
    const [own, other] = [staffOf(index), staffOf(index + 1)];
    const writer = await this.cast.person(own.writer);
    const asked = await this.cast.person(other.reviewer);
    const { consultationId, state } =
      (await this.consultationOf(writer, exam)) ?? (await this.ask(writer, exam, other.hospital.code));
    const step = (who: ApiClient, verb: string, body: object): Promise<unknown> =>
      who.call('POST', `/api/consultations/${consultationId}/${verb}`, body);
    if (state === 'REQUESTED') await step(asked, 'accept', {});
    if (to === 'acceptance') return;
    if (state === 'REQUESTED' || state === 'ACCEPTED') await step(asked, 'answer', { opinion: WORDS.consult.opinion });
    if (state !== 'CLOSED') await step(writer, 'close', { takenOver: true });
    await submit(writer, await draft(writer, await claim(writer, exam), exam.plan.report));
  }

  /** 远程诊断(审核): the clinic's own doctor writes and hands in. */
  async clinicWrites(exam: PushedExam): Promise<void> {
    const doctor = await this.cast.person(doctorName(exam.plan.clinic.number));
    const path = `/api/exams/${idOf(exam)}`;
    const { imageSet } = await doctor.call<ExamView>('GET', path);
    const save = (version: number) =>
      doctor.request('PUT', `${path}/report/clinic-draft`, { version, ...exam.plan.report });
    let answer = await save(0);
    // An interrupted run had saved it already.
    const refusal = answer.body as { code?: string; params?: { version: number } };
    if (refusal.code === 'stale_version' && refusal.params) answer = await save(refusal.params.version);
    if (answer.status !== 200) throw new ApiError(`PUT ${path}/report/clinic-draft`, answer.status, answer.body);
    const { version } = answer.body as { version: number };
    await doctor.call('POST', `${path}/report/clinic-submit`, { version, imageSet });
  }

  /** 呈交: said a second time, it is the same draft before the same doctor. */
  async traineePresents(exam: PushedExam, index: number): Promise<void> {
    const trainee = await this.cast.person(staffOf(index).trainee);
    await present(trainee, await draft(trainee, await claim(trainee, exam), exam.plan.report));
  }

  private async consultationOf(writer: ApiClient, exam: PushedExam): Promise<Consultation | undefined> {
    const path = '/api/consultations?box=out&limit=200';
    const { items } = await writer.call<{ items: Consultation[] }>('GET', path);
    return items.find((one) => one.exam.examId === exam.examId);
  }

  private async ask(writer: ApiClient, exam: PushedExam, hospitalCode: string): Promise<Consultation> {
    const { fence } = await draft(writer, await claim(writer, exam), exam.plan.report);
    return writer.call<Consultation>('POST', `/api/worklist/${idOf(exam)}/consult`, {
      fence,
      to: { hospitalId: await this.cast.hospitalId(hospitalCode) },
      access: 'read_only',
      deidentified: true,
      question: WORDS.consult.question,
    });
  }
}
