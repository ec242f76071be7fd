import type { Cast } from './feed/cast';
import type { PushedExam } from './feed/pushed-exam';
import { eachOf } from './feed/waiting';
import { EXAM_STATES } from '../exams';
import { goalOf, NOT_WHOLE } from './plan/goals';

/** The last line of `npm run demo -- --once`; all counted from what the interface answers. */
export interface Figures {
  /** Uploaded whole: request and every image, or metadata only. */
  readonly exams: number;
  /** Instances that the centre holds. */
  readonly instances: number;
  /** Of `exams`, those that came to the list at least once. */
  readonly queued: number;
  /** Exams with a formal report, be it that it was corrected or voided afterwards; one that was called back is none. */
  readonly signed: number;
  /** Deliveries that a clinic has acknowledged. */
  readonly delivered: number;
  /** Deliveries that a named person has opened. */
  readonly seen: number;
  /** Left on purpose in other states than signed, whole or not. */
  readonly unfinished: number;
  /** From sending *sign* to the clinic's acknowledgement being confirmed. */
  readonly signToDeliveredMs: { readonly p50: number | null; readonly p95: number | null };
  readonly totalMs: number;
}

/** The part of `GET /api/exams/{id}` that the demo looks at. */
export interface ExamView {
  readonly state: string;
  readonly imageSet: number;
  readonly identityHold: boolean;
  /** As its clinic sees it. */
  readonly reading: { readonly hospital: string | null } | null;
  /** Versions, the first one first. */
  readonly reports: readonly { readonly kind: string }[];
  /** T0 … T9; null while it has not come to that. */
  readonly timeline: Readonly<Record<(typeof CLOCKS)[number], string | null>>;
  readonly deliveries: readonly { readonly state: string }[];
}

/** From queueing to the signature and on to the clinic's screen, in the order in which they come. */
const CLOCKS = ['t3', 't4', 't5', 't6', 't7', 't8', 't9'] as const;

/** An exam as the demo wanted it, and as it is. */
export interface Outcome {
  readonly exam: PushedExam;
  readonly view: ExamView;
}

const EXAMS_AT_ONCE = 4;

/** Reads every exam again, as its clinic's system; those that are not there are left out. */
export async function outcomes(exams: readonly PushedExam[], cast: Cast): Promise<Outcome[]> {
  const found: Outcome[] = [];
  await eachOf(exams, EXAMS_AT_ONCE, async (exam) => {
    if (exam.examId === undefined) return;
    const gateway = cast.gateway(exam.plan.clinic);
    found.push({ exam, view: await gateway.call<ExamView>('GET', `/api/exams/${exam.examId}`) });
  });
  return found;
}

const isWhole = ({ exam }: Outcome): boolean => !NOT_WHOLE.has(exam.plan.goal);
const ACKNOWLEDGED: ReadonlySet<string> = new Set(['DELIVERED', 'SEEN']);

/** The figures of a whole run; `totalMs` from its very begin. */
export function figuresOf(list: readonly Outcome[], instances: number, totalMs: number): Figures {
  const { exams, ...counts } = countsOf(list);
  return { exams, instances, ...counts, totalMs: Math.round(totalMs) };
}

/** What can be counted from the exams' own pages. */
export function countsOf(list: readonly Outcome[]): Omit<Figures, 'instances' | 'totalMs'> {
  const whole = list.filter(isWhole);
  const deliveries = list.flatMap(({ view }) => view.deliveries);
  const times = list.flatMap(({ exam }) => exam.signToDeliveredMs ?? []).sort((a, b) => a - b);
  return {
    exams: whole.length,
    queued: whole.filter(({ view }) => view.timeline.t3 !== null).length,
    signed: list.filter(({ view }) => view.reports.some(({ kind }) => kind === 'final')).length,
    delivered: deliveries.filter(({ state }) => ACKNOWLEDGED.has(state)).length,
    seen: deliveries.filter(({ state }) => state === 'SEEN').length,
    unfinished: list.filter(({ view }) => view.state !== 'SIGNED').length,
    signToDeliveredMs: { p50: percentile(times, 0.5), p95: percentile(times, 0.95) },
  };
}

/** Nearest rank; null of nothing. */
export function percentile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}

/** Whatever is not as it was meant to be, one line each; nothing where nothing was lost. */
export function losses(exams: readonly PushedExam[], list: readonly Outcome[]): string[] {
  const there = new Set(list.map(({ exam }) => exam));
  return [
    ...exams.filter((exam) => !there.has(exam)).map(({ plan }) => `${plan.accessionNumber}: not at the centre`),
    ...list.flatMap((outcome) => faultsOf(outcome).map((fault) => `${outcome.exam.plan.accessionNumber}: ${fault}`)),
  ];
}

/** One line for each state in which no exam is, though the demo is to leave some in each; RECALLED is passed through. */
export function emptyStates(list: readonly Outcome[]): string[] {
  const present = new Set(list.map(({ view }) => view.state));
  const empty = EXAM_STATES.filter((state) => state !== 'RECALLED' && !present.has(state));
  return empty.map((state) => `no exam is left in ${state}`);
}

/** How many exams are in each state: `QUEUED 24, CLAIMED 2`. */
export function statesLine(list: readonly Outcome[]): string {
  const count = (state: string): number => list.filter(({ view }) => view.state === state).length;
  return EXAM_STATES.flatMap((state) => (count(state) > 0 ? `${state} ${count(state)}` : [])).join(', ');
}

function faultsOf(outcome: Outcome): string[] {
  const { exam, view } = outcome;
  const { goal } = exam.plan;
  const { state, entries, opened } = goalOf(goal);
  const states = view.deliveries.map((one) => one.state);
  const acknowledged = states.filter((one) => ACKNOWLEDGED.has(one)).length;
  // What was called back before anybody had seen it is no report to its clinic.
  const versions = entries.includes('recalled') ? [] : entries;
  const kinds = view.reports.map(({ kind }) => kind);
  return [
    ...(view.state === state ? [] : [`is ${view.state}, was to be ${state}`]),
    ...(isWhole(outcome) && view.timeline.t3 === null ? ['was uploaded whole and never queued'] : []),
    ...(kinds.join() === versions.join() ? [] : [`has the reports [${kinds.join()}], not [${versions.join()}]`]),
    ...(acknowledged < entries.length ? [`${entries.length} deliveries were to arrive, ${acknowledged} did`] : []),
    ...(opened && !states.includes('SEEN') ? ['was opened and is not marked as seen'] : []),
    ...(isInOrder(view.timeline) ? [] : [`its clocks run backwards: ${JSON.stringify(view.timeline)}`]),
    ...(goal === 'held' && !view.identityHold ? ['has no identity hold'] : []),
  ];
}

function isInOrder(timeline: ExamView['timeline']): boolean {
  const times = CLOCKS.flatMap((clock) => timeline[clock] ?? []).map((at) => Date.parse(at));
  return times.every((at, i) => i === 0 || at >= times[i - 1]!);
}
