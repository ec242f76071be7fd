import type { ApiClient } from '../http-client';
import type { PlannedExam } from '../plan/exam-plan';

/** What was sent, to be compared with what comes back. */
export interface SentInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  /** Of the whole file, in hex. */
  readonly sha256: string;
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
  /** Of the signed version that the clinic has acknowledged. */
  versionId?: string;
  /** The ordering doctor has opened it. */
  seen: boolean;
}

export const pushed = (plan: PlannedExam): PushedExam => ({ plan, sent: [], detoured: false, seen: false });

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
