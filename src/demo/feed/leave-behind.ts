import { doctorName, namesOf, technicianName } from '../plan/county-plan';
import { GOALS } from '../plan/goals';
import { WORDS } from '../plan/words';
import type { Cast } from './cast';
import { findExam, idOf, type PushedExam } from './pushed-exam';
import { OtherHands } from './other-hands';
import { claim, draft, giveBack, park, reject, submit } from './reading';
import type { Steps } from './steps';
import { type Patience, until } from './waiting';

const PATIENCE_MS = 60_000;

/** Brings exams to the states in which the demo leaves them: work of a county at ten in the morning. */
export class LeaveBehind {
  private readonly writers = namesOf('writer');
  private readonly reviewers = namesOf('reviewer');
  private readonly others: OtherHands;

  constructor(
    private readonly cast: Cast,
    private readonly steps: Steps,
    private readonly signal: AbortSignal,
  ) {
    this.others = new OtherHands(cast);
  }

  /** The exam's present state as its clinic sees it. @throws Error when the clinic has no such exam */
  async stateOf({ plan }: PushedExam): Promise<string> {
    const found = await findExam(this.cast.gateway(plan.clinic), plan.accessionNumber);
    if (!found) throw new Error(`${plan.accessionNumber} is not at the centre`);
    return found.state;
  }

  /** Waits until the exam is in a state that fits. */
  async reached(exam: PushedExam, fits: (state: string) => boolean): Promise<void> {
    await until(
      this.patience(`state of ${exam.plan.accessionNumber}`),
      async () => fits(await this.stateOf(exam)) || undefined,
    );
  }

  /** Waits for an exam that the centre makes from its images, and answers its id. */
  found({ plan }: PushedExam): Promise<string> {
    const gateway = this.cast.gateway(plan.clinic);
    return until(
      this.patience(`exam ${plan.accessionNumber}`),
      async () => (await findExam(gateway, plan.accessionNumber))?.examId,
    );
  }

  private patience(what: string): Patience {
    return { what, timeoutMs: PATIENCE_MS, everyMs: 200, signal: this.signal };
  }

  /** Takes the steps that are left between the present state and the goal. @param index chooses the readers */
  async bring(exam: PushedExam, index: number): Promise<void> {
    const { goal, accessionNumber } = exam.plan;
    await this.step(exam, index, await this.stateOf(exam));
    const after = await this.stateOf(exam);
    this.steps.say('留置', `${accessionNumber} ${GOALS[goal].text} ${after}`);
  }

  private async step(exam: PushedExam, index: number, before: string): Promise<void> {
    switch (exam.plan.goal) {
      case 'claimed':
      case 'submitted':
      case 'reviewing':
      case 'revising':
        return this.read(exam, index, before);
      case 'returned':
        return this.giveBack(exam, index, before);
      case 'consulting':
        return this.others.consult(exam, index, 'acceptance');
      case 'consulted':
        return before === 'PENDING_REVIEW' ? undefined : this.others.consult(exam, index, 'end');
      case 'preliminary':
        return before === 'PRELIM_ISSUED' ? undefined : this.others.preliminary(exam, index);
      case 'clinicWritten':
        return before === 'PENDING_REVIEW' ? undefined : this.others.clinicWrites(exam);
      case 'presented':
        return this.others.traineePresents(exam, index);
      default:
        return this.decide(exam, before);
    }
  }

  private async read(exam: PushedExam, index: number, before: string): Promise<void> {
    const { goal, report } = exam.plan;
    const target = GOALS[goal].state;
    const writer = await this.cast.person(this.writers[index % this.writers.length]!);
    const reviewer = await this.cast.person(this.reviewers[index % this.reviewers.length]!);
    let state = before;
    if (state === 'QUEUED') {
      await draft(writer, await claim(writer, exam), { ...report, impression: '' });
      state = 'CLAIMED';
    }
    if (state === 'CLAIMED' && target === 'CLAIMED') return park(writer, await claim(writer, exam), WORDS.parkWriting);
    if (state === 'CLAIMED') {
      await submit(writer, await draft(writer, await claim(writer, exam), report));
      state = 'PENDING_REVIEW';
    }
    if (target === 'PENDING_REVIEW' || state === 'REVISING') return;
    const held = await claim(reviewer, exam);
    if (target === 'REVISING') await reject(reviewer, held, WORDS.reject);
    else await park(reviewer, held, WORDS.parkReview);
  }

  private async giveBack(exam: PushedExam, index: number, before: string): Promise<void> {
    if (before !== 'QUEUED' && before !== 'CLAIMED') return;
    const reader = await this.cast.person(this.writers[index % this.writers.length]!);
    await giveBack(reader, await claim(reader, exam), WORDS.retake);
  }

  /** What clinic and administration decide without reading. */
  private async decide(exam: PushedExam, before: string): Promise<void> {
    if (before !== 'QUEUED') return;
    const { goal, clinic } = exam.plan;
    const path = `/api/exams/${idOf(exam)}`;
    const technician = await this.cast.person(technicianName(clinic.number));
    if (goal === 'withdrawn') await technician.call('POST', `${path}/withdraw`, { reason: WORDS.withdraw });
    if (goal === 'void') {
      const admin = await this.cast.person('admin');
      await admin.call('POST', `${path}/void`, { reason: WORDS.void });
    }
    if (goal === 'held') {
      const doctor = await this.cast.person(doctorName(clinic.number));
      // Answers 409 where an interrupted run has come this far.
      await doctor.request('POST', `${path}/hold`, { reason: WORDS.hold });
    }
  }
}
