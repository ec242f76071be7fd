import type { ApiClient } from '../http-client';
import type { PlannedExam } from '../plan/exam-plan';
import { type EntryKind, goalOf } from '../plan/goals';

/** What was sent, to be compared with what comes back. */
export interface SentInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  /** Of the whole file, in hex. */
  readonly sha256: string;
}

/** An entry of the clinic's inbox that its system has acknowledged. */
export interface Received {
  readonly seq: number;
  readonly versionId: string;
  readonly kind: EntryKind;
  /** The ordering doctor has opened it. */
  opened: boolean;
}

/** A planned exam and what the interface has answered about it so far. */
export interface PushedExam {
  readonly plan: PlannedExam;
  /** Of the exam at the centre; known from the first answer on. */
  examId?: string;
  /** Instances that the centre has confirmed in this run, as they were sent. */
  readonly sent: SentInstance[];
  /** The detour was taken in this run. */
  detoured: boolean;
  /** When *sign* was sent (monotonic, ms), in this run. */
  signSentAt?: number;
  /** From sending *sign* to the clinic's acknowledgement being confirmed, ms. */
  signToDeliveredMs?: number;
  /** By delivery. */
  readonly received: Map<string, Received>;
}

export const pushed = (plan: PlannedExam): PushedExam => ({ plan, sent: [], detoured: false, received: new Map() });

/** What its clinic has received, in the order of the inbox. */
export const receivedOf = ({ received }: PushedExam): Received[] =>
  [...received.values()].sort((a, b) => a.seq - b.seq);

/** Whether the first `count` entries of its goal have come (all, unless said), and have been opened where it says so. */
export function hasArrived(exam: PushedExam, count?: number): boolean {
  const { entries, opened } = goalOf(exam.plan.goal);
  const wanted = entries.slice(0, count);
  const there = receivedOf(exam);
  return there.length >= wanted.length && (opened !== true || there.every((entry) => entry.opened));
}

export function idOf({ examId, plan }: PushedExam): string {
  if (examId === undefined) throw new Error(`${plan.accessionNumber} is not at the centre yet`);
  return examId;
}

/** The part of `GET /api/exams` that the demo looks at. */
export interface ListedExam {
  readonly examId: string;
  readonly accessionNumber: string | null;
  readonly state: string;
  readonly studies: readonly { readonly studyInstanceUid: string }[];
}

/** The exam of this accession number among those that the caller may see. */
export async function findExam(client: ApiClient, accessionNumber: string): Promise<ListedExam | undefined> {
  const { items } = await client.call<{ items: ListedExam[] }>(
    'GET',
    `/api/exams?q=${encodeURIComponent(accessionNumber)}`,
  );
  return items.find((item) => item.accessionNumber === accessionNumber);
}
