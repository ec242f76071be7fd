import { performance } from 'node:perf_hooks';
import type { Cast } from './feed/cast';
import { idOf, type PushedExam } from './feed/pushed-exam';
import { NotInTimeError, until } from './feed/waiting';
import type { ApiClient } from './http-client';
import { doctorName, HOSPITALS, staffOf } from './plan/county-plan';
import type { Goal } from './plan/goals';

interface Page<T> {
  readonly items: readonly T[];
}
type Stated = { readonly examId: string; readonly state: string };

/** The part of an exam's page that says who has it. */
interface Reading {
  readonly parked: object | null;
  readonly assignment: { readonly personId: string | null } | null;
}

/** One question to the interface about the exams of a goal; the answer is a fault, or nothing. */
interface Question {
  readonly goal: Goal;
  readonly text: string;
  readonly ask: (exam: PushedExam) => Promise<boolean>;
}

/** Some of it comes by the queue, a moment after what it follows from: so long for all of it together. */
const PATIENCE_MS = 120_000;

/** What the demo leaves beside the exams' states, read back as its people see it; one line for whatever is not there. */
export async function checkCounty(exams: readonly PushedExam[], cast: Cast, signal: AbortSignal): Promise<string[]> {
  const reader = await cast.person(staffOf(0).reviewer);
  const faults: string[] = [];
  const deadline = performance.now() + PATIENCE_MS;
  const demand = async (text: string, ask: () => Promise<boolean>): Promise<void> => {
    if (!(await comesTrue(text, ask, deadline, signal))) faults.push(text);
  };
  for (const { goal, text, ask } of [...questions(reader), ...questionsOf(cast)]) {
    for (const exam of exams.filter(({ plan }) => plan.goal === goal)) {
      await demand(`${exam.plan.accessionNumber}: ${text}`, () => ask(exam));
    }
  }
  await demand('not every hospital has somebody on duty', async () => {
    const { items } = await reader.call<Page<object>>('GET', '/api/rosters/on-duty');
    return items.length >= HOSPITALS.length;
  });
  const chief = await cast.person(staffOf(0).chief);
  await demand('no template has been used', async () => {
    const { items } = await chief.call<Page<{ usedCount: number }>>('GET', '/api/templates?level=public&limit=200');
    return items.some(({ usedCount }) => usedCount > 0);
  });
  return faults;
}

async function comesTrue(
  what: string,
  ask: () => Promise<boolean>,
  deadline: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const patience = { what, timeoutMs: Math.max(0, deadline - performance.now()), everyMs: 250, signal };
    return await until(patience, async () => (await ask()) || undefined);
  } catch (error) {
    if (error instanceof NotInTimeError) return false;
    throw error;
  }
}

function questions(reader: ApiClient): Question[] {
  const list = <T>(path: string): Promise<Page<T>> => reader.call<Page<T>>('GET', path);
  const stateIn =
    (path: string, ...states: string[]) =>
    async (exam: PushedExam): Promise<boolean> =>
      (await list<Stated>(`${path}?exam=${idOf(exam)}`)).items.some(({ state }) => states.includes(state));
  const named =
    (path: string) =>
    async (exam: PushedExam): Promise<boolean> =>
      (await list<{ examId: string }>(path)).items.some(({ examId }) => examId === exam.examId);
  const reading = async (exam: PushedExam): Promise<Reading | null> =>
    (await reader.call<{ reading: Reading | null }>('GET', `/api/exams/${idOf(exam)}`)).reading;
  return [
    ...(['claimed', 'reviewing'] as const).map((goal) => ({
      goal,
      text: 'is not parked',
      ask: async (exam: PushedExam) => Boolean((await reading(exam))?.parked),
    })),
    {
      goal: 'presented',
      text: 'waits for no supervisor',
      ask: async (exam) => Boolean((await reading(exam))?.assignment?.personId),
    },
    { goal: 'critical', text: 'its critical value is not handled', ask: stateIn('/api/critical', 'HANDLED') },
    {
      goal: 'criticalOpen',
      text: 'its critical value is not open',
      ask: stateIn('/api/critical', 'CONFIRMED', 'ESCALATED'),
    },
    { goal: 'important', text: 'has no important finding', ask: stateIn('/api/important', 'OPEN') },
    { goal: 'corrected', text: 'its patient has not been told', ask: stateIn('/api/patient-notices', 'CLOSED') },
    { goal: 'voided', text: 'nobody is to tell its patient', ask: stateIn('/api/patient-notices', 'OPEN') },
    { goal: 'amending', text: 'has no open correction', ask: named('/api/amendments?limit=200') },
    { goal: 'demographics', text: 'has no open request', ask: named('/api/demographics?limit=200') },
    { goal: 'teaching', text: 'is no teaching case', ask: named('/api/teaching-cases?limit=200') },
    {
      goal: 'discussed',
      text: 'its question has no answer',
      ask: async (exam) => (await list(`/api/exams/${idOf(exam)}/messages`)).items.length >= 2,
    },
    {
      goal: 'later',
      text: 'the earlier exam of its patient is not found',
      ask: async (exam) => (await list(`/api/exams/${idOf(exam)}/priors`)).items.length > 0,
    },
  ];
}

/** What only the people concerned see: a clinic its referrals, each hospital the consultations that it asked for. */
function questionsOf(cast: Cast): Question[] {
  return [
    {
      goal: 'referred',
      text: 'its referral is not answered',
      ask: async ({ plan, examId }) => {
        const doctor = await cast.person(doctorName(plan.clinic.number));
        const { items } = await doctor.call<Page<Stated>>('GET', '/api/referrals?box=out&limit=200');
        return items.some((one) => one.examId === examId && one.state === 'ANSWERED');
      },
    },
    ...(['consulting', 'consulted'] as const).map((goal) => ({
      goal,
      text: 'its consultation is not where it was to be',
      ask: (exam: PushedExam) => isConsulted(cast, exam, goal === 'consulting' ? 'ACCEPTED' : 'CLOSED'),
    })),
  ];
}

async function isConsulted(cast: Cast, { examId }: PushedExam, wanted: string): Promise<boolean> {
  for (const index of HOSPITALS.keys()) {
    const writer = await cast.person(staffOf(index).writer);
    const path = '/api/consultations?box=out&limit=200';
    const { items } = await writer.call<Page<{ state: string; exam: { examId: string | null } }>>('GET', path);
    if (items.some(({ state, exam }) => exam.examId === examId && state === wanted)) return true;
  }
  return false;
}
