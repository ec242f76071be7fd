import { ApiError, type ApiClient } from '../http-client';
import type { ReportText } from '../synthetic';
import { idOf, type PushedExam } from './pushed-exam';
import { until } from './waiting';

/** What a claim answers, and what every later command repeats. */
export interface Claim {
  readonly examId: string;
  readonly fence: number;
  readonly version: number;
  readonly imageSet: number;
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

/** Saves the text and answers the claim with the new version. */
export async function draft(reader: ApiClient, held: Claim, text: ReportText): Promise<Claim> {
  const { version } = await reader.call<{ version: number }>('PUT', `/api/exams/${held.examId}/report/draft`, {
    fence: held.fence,
    version: held.version,
    ...text,
  });
  return { ...held, version };
}

const seen = ({ fence, version, imageSet }: Claim): object => ({ fence, version, imageSet });

export const submit = (writer: ApiClient, held: Claim): Promise<unknown> =>
  writer.call('POST', `/api/exams/${held.examId}/report/submit`, seen(held));

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
export async function sign(reviewer: ApiClient, held: Claim, signal: AbortSignal, onSend: () => void): Promise<void> {
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
