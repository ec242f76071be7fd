import { ApiError, type ApiClient } from '../http-client';
import type { ReportText } from '../synthetic';
import { idOf, type PushedExam, type SentInstance } from './pushed-exam';
import { until } from './waiting';

/** What a claim answers, and what every later command repeats. */
export interface Claim {
  readonly examId: string;
  readonly fence: number;
  readonly version: number;
  readonly imageSet: number;
  /** null where the claim has no lease of its own, as a correction's. */
  readonly leaseUntil: string | null;
  readonly parked?: object | null;
}

export type Stage = 'write' | 'review';

/** Takes the top item of the list; undefined when there is nothing for this reader. */
export async function next(reader: ApiClient, stage: Stage): Promise<Claim | undefined> {
  const answer = await reader.request('POST', '/api/worklist/next', { stage });
  if (answer.status === 204) return undefined;
  if (answer.status !== 200) throw new ApiError('POST /api/worklist/next', answer.status, answer.body);
  return answer.body as Claim;
}

/** Claims this exam; who holds it already gets his claim again. */
export const claim = (reader: ApiClient, exam: PushedExam): Promise<Claim> =>
  reader.call<Claim>('POST', `/api/worklist/${idOf(exam)}/claim`, {});

export const release = (reader: ApiClient, { examId, fence }: Claim, reason: string): Promise<unknown> =>
  reader.call('POST', `/api/worklist/${examId}/release`, { fence, reason });

/** Saves the text (begun with a template, where one is named) and answers the claim with the new version. */
export async function draft<T extends Claim>(
  reader: ApiClient,
  held: T,
  text: ReportText,
  templateId?: string,
): Promise<T> {
  const { version } = await reader.call<{ version: number }>('PUT', `/api/exams/${held.examId}/report/draft`, {
    fence: held.fence,
    version: held.version,
    ...text,
    ...(templateId === undefined ? {} : { templateId }),
  });
  return { ...held, version };
}

/** 关键图像: the slice in the middle, where there are images at the centre. */
export async function markMiddle(
  reader: ApiClient,
  { examId, fence }: Claim,
  sent: readonly SentInstance[],
): Promise<void> {
  const middle = sent[Math.floor(sent.length / 2)];
  if (!middle) return;
  const keyImages = [{ sopInstanceUid: middle.sopInstanceUid, caption: '病变所在层面' }];
  await reader.call('PUT', `/api/exams/${examId}/report/key-images`, { fence, keyImages });
}

/** Beyond the lease, so that whoever tries the demo out tomorrow finds it where it was left. */
const PARKED_MS = 47 * 3_600_000;

/** 挂起: nobody keeps a heartbeat for what the demo leaves in people's hands. What is parked already stays so. */
export async function park(reader: ApiClient, held: Claim, reason: string): Promise<void> {
  if (held.parked || held.leaseUntil === null) return;
  const until = new Date(Date.parse(held.leaseUntil) + PARKED_MS).toISOString();
  await reader.call('POST', `/api/worklist/${held.examId}/park`, { fence: held.fence, reason, until });
}

const seen = ({ fence, version, imageSet }: Claim): object => ({ fence, version, imageSet });

export const submit = <T = unknown>(writer: ApiClient, held: Claim): Promise<T> =>
  writer.call<T>('POST', `/api/exams/${held.examId}/report/submit`, seen(held));

/** 呈交 to the doctor under whom the trainee drafts. */
export const present = (trainee: ApiClient, held: Claim): Promise<unknown> =>
  trainee.call('POST', `/api/exams/${held.examId}/report/present`, seen(held));

/** 临时报告 */
export const issuePreliminary = (writer: ApiClient, held: Claim): Promise<unknown> =>
  writer.call('POST', `/api/exams/${held.examId}/report/preliminary`, seen(held));

export const reject = (reviewer: ApiClient, held: Claim, reason: string): Promise<unknown> =>
  reviewer.call('POST', `/api/exams/${held.examId}/report/reject`, { ...seen(held), reason });

export const giveBack = (
  reader: ApiClient,
  held: Claim,
  answer: { code: string; wanted: string; note: string },
): Promise<unknown> => reader.call('POST', `/api/worklist/${held.examId}/return`, { fence: held.fence, ...answer });

/** Refusals that pass by themselves: images of a STAT exam still come, or the last ones have just raised the image set. */
const STILL_COMING: ReadonlySet<string> = new Set(['images_incomplete', 'stale_image_set']);
const SIGN_PATIENCE_MS = 60_000;

/**
 * Signs, as soon as the images are all there.
 * @param onSend told of every try, right before it is sent
 */
export async function sign(
  reviewer: ApiClient,
  held: Claim,
  signal: AbortSignal,
  onSend: () => void = () => undefined,
): Promise<void> {
  const path = `/api/exams/${held.examId}/report/sign`;
  let present = held;
  await until({ what: path, timeoutMs: SIGN_PATIENCE_MS, everyMs: 250, signal }, async () => {
    onSend();
    const answer = await reviewer.request('POST', path, seen(present));
    if (answer.status === 200) return true;
    const refusal = new ApiError(`POST ${path}`, answer.status, answer.body);
    if (!STILL_COMING.has(refusal.code ?? '')) throw refusal;
    const { fence } = held;
    present = await reviewer.call<Claim>('POST', `/api/worklist/${held.examId}/heartbeat`, { fence });
    return undefined;
  });
}
