import { CLINICS, namesOf } from '../plan/county-plan';
import type { PlannedExam } from '../plan/exam-plan';
import { goalOf, NOT_WHOLE, READ_TO_THE_END } from '../plan/goals';
import { AfterSigning } from './after-signing';
import { Arrangements } from './arrangements';
import { BringIn } from './bring-in';
import type { Cast } from './cast';
import { ClinicDesk } from './clinic-desk';
import { LeaveBehind } from './leave-behind';
import { hasArrived, pushed, type PushedExam } from './pushed-exam';
import { ReadingRoom } from './reading-room';
import type { Steps } from './steps';
import { eachOf, until } from './waiting';

/** Lines of the clinics that are busy at the same time. */
const UPLOADS_AT_ONCE = 6;
const DELIVERY_PATIENCE_MS = 120_000;

const BEFORE_LIST: ReadonlySet<string> = new Set(['REGISTERED', 'UPLOADING', 'INCOMPLETE']);
const UNSIGNED: ReadonlySet<string> = new Set([
  'QUEUED',
  'CLAIMED',
  'PENDING_REVIEW',
  'REVIEWING',
  'REVISING',
  'RETURNED',
]);

/**
 * Acts the plan out through the HTTP interface. Every step looks first at where the exam is, so that a feed that was cut
 * short is completed by running it again, and one that is complete changes nothing.
 */
export class Feed {
  readonly exams: readonly PushedExam[];
  private readonly clinics: BringIn;
  private readonly leave: LeaveBehind;

  constructor(
    plan: readonly PlannedExam[],
    /** `2026-03-02` */
    private readonly rostersFrom: string,
    private readonly cast: Cast,
    private readonly steps: Steps,
    private readonly signal: AbortSignal,
  ) {
    this.exams = plan.map(pushed);
    this.clinics = new BringIn(cast, steps, signal);
    this.leave = new LeaveBehind(cast, steps, signal);
  }

  /** Resolves when every exam is where its goal says. @throws the first thing that went wrong */
  async run(): Promise<void> {
    const desks = CLINICS.map(
      (clinic) =>
        new ClinicDesk({
          clinic,
          cast: this.cast,
          steps: this.steps,
          signal: this.signal,
          exams: this.exams.filter(({ plan }) => plan.clinic === clinic),
        }),
    );
    try {
      await Promise.all(desks.map((desk) => desk.listen()));
      await new Arrangements(this.cast, this.steps).make(this.rostersFrom);
      const forReading = this.exams.filter(({ plan }) => READ_TO_THE_END.has(plan.goal));
      await this.bringIn(forReading);
      await this.read(forReading);
      await this.deliveries(forReading, desks, 1);
      const after = new AfterSigning(forReading, this.cast, this.steps, this.signal);
      await eachOf([...forReading.entries()], UPLOADS_AT_ONCE, ([i, exam]) => after.bring(exam, i));
      const others = this.exams.filter(({ plan }) => !READ_TO_THE_END.has(plan.goal));
      await this.bringIn(others);
      for (const [i, exam] of others.entries()) await this.leave.bring(exam, i);
      await this.deliveries(this.exams, desks);
    } finally {
      await Promise.all(desks.map((desk) => desk.close()));
    }
  }

  /** Sends the exams in, then waits until each has come to the list, or to where its goal ends before that. */
  private async bringIn(exams: readonly PushedExam[]): Promise<void> {
    await eachOf(exams, UPLOADS_AT_ONCE, async (exam) => {
      this.signal.throwIfAborted();
      await this.clinics.exam(exam);
    });
    const waiting = exams.filter(({ plan }) => plan.goal === 'incomplete' || !NOT_WHOLE.has(plan.goal));
    const text = `${waiting.length} 项检查已入列或待补资料`;
    await this.steps.time('入列', text, () => eachOf(waiting, UPLOADS_AT_ONCE, (exam) => this.arrived(exam)));
  }

  private async arrived(exam: PushedExam): Promise<void> {
    // An exam without its request is known by what its images say, as soon as they have been looked at.
    exam.examId ??= await this.leave.found(exam);
    await this.leave.reached(exam, (state) =>
      exam.plan.goal === 'incomplete' ? state === 'INCOMPLETE' : !BEFORE_LIST.has(state),
    );
  }

  private async read(exams: readonly PushedExam[]): Promise<void> {
    const unsigned: PushedExam[] = [];
    await eachOf(exams, UPLOADS_AT_ONCE, async (exam) => {
      const state = await this.leave.stateOf(exam);
      if (state === 'RETURNED') await this.clinics.answerReturn(exam);
      // A report that was called back has come to where it is left; the room does not read it again.
      if (UNSIGNED.has(state) && state !== goalOf(exam.plan.goal).state) unsigned.push(exam);
    });
    const room = new ReadingRoom(unsigned, {
      cast: this.cast,
      clinics: this.clinics,
      steps: this.steps,
      signal: this.signal,
    });
    await room.work(namesOf('writer'), namesOf('reviewer'));
  }

  /** Every report has arrived (of each exam so many, where said) and, where the plan says so, has been opened. */
  private async deliveries(exams: readonly PushedExam[], desks: readonly ClinicDesk[], count?: number): Promise<void> {
    const patience = { what: 'all reports at their clinics', timeoutMs: DELIVERY_PATIENCE_MS, everyMs: 100 };
    await until({ ...patience, signal: this.signal }, () => {
      const failed = desks.find((desk) => desk.failure !== undefined);
      if (failed) throw failed.failure;
      return exams.every((exam) => hasArrived(exam, count)) || undefined;
    });
  }
}
