import { createHash } from 'node:crypto';
import type { Cast } from './feed/cast';
import { openSheet } from './feed/clinic-desk';
import { type PushedExam, receivedOf, type SentInstance } from './feed/pushed-exam';
import { eachOf } from './feed/waiting';
import { type ApiClient, ApiError, type DicomJson } from './http-client';
import { goalOf } from './plan/goals';

const AT_ONCE = 4;
const TAG = { patientName: '00100010', instances: '00201208' } as const;

/** What the centre gives back, compared with what the clinics sent. */
export interface Checked {
  /** Instances that QIDO-RS counts in the studies of the demo. */
  readonly instances: number;
  /** Compared byte for byte through WADO-RS. */
  readonly compared: number;
  /** Signed reports whose printed sheet came. */
  readonly sheets: number;
  /** One line each. */
  readonly faults: readonly string[];
}

/** Fetches and compares: instance counts, Chinese names, one file per exam, every signed sheet. */
export async function checkBack(exams: readonly PushedExam[], cast: Cast, signal: AbortSignal): Promise<Checked> {
  const faults: string[] = [];
  const totals = { instances: 0, compared: 0, sheets: 0 };
  await eachOf(exams, AT_ONCE, async (exam) => {
    signal.throwIfAborted();
    const gateway = cast.gateway(exam.plan.clinic);
    const fault = (text: string): void => void faults.push(`${exam.plan.accessionNumber}: ${text}`);
    const last = exam.sent.at(-1);
    if (last) {
      // Not `+= await`: that would read the sum before the others have added theirs.
      const instances = await checkStudy(gateway, exam, last, fault);
      totals.instances += instances;
      if (!(await isSame(gateway, last))) fault(`${last.sopInstanceUid} comes back with other bytes`);
      totals.compared += 1;
    }
    const recalled = goalOf(exam.plan.goal).entries.includes('recalled');
    for (const { versionId, kind } of recalled ? [] : receivedOf(exam)) {
      const sheet = await openSheet(gateway, versionId, signal);
      if (!sheet.subarray(0, 5).equals(Buffer.from('%PDF-'))) fault(`the sheet of its ${kind} report is no PDF`);
      totals.sheets += 1;
    }
  });
  return { ...totals, faults };
}

/** QIDO-RS (PS3.18 10.6): as many instances as were confirmed, and the name as it is written in Chinese. */
async function checkStudy(
  gateway: ApiClient,
  { plan, sent }: PushedExam,
  { studyInstanceUid }: SentInstance,
  fault: (text: string) => void,
): Promise<number> {
  const path = `/dicomweb/studies?StudyInstanceUID=${studyInstanceUid}&includefield=${TAG.instances}`;
  const answer = await gateway.raw('GET', path, { headers: { accept: 'application/dicom+json' } });
  const [study] = (answer.body ?? []) as DicomJson[];
  if (answer.status !== 200 || !study) throw new ApiError(`GET ${path}`, answer.status, answer.body);
  const count = Number(study[TAG.instances]?.Value?.[0]);
  if (count !== sent.length) fault(`${sent.length} instances were confirmed, ${count} are there`);
  const groups = (study[TAG.patientName]?.Value?.[0] ?? {}) as Readonly<Record<string, string>>;
  const names = Object.values(groups).map((name) => name.replaceAll('^', ''));
  if (plan.nameInImages !== undefined && !names.includes(plan.nameInImages)) {
    fault(`the name in its images (${plan.origin}) comes back wrong`);
  }
  return count;
}

/** WADO-RS (PS3.18 10.4): one instance as it was stored, in whatever transfer syntax that is. */
async function isSame(gateway: ApiClient, sent: SentInstance): Promise<boolean> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sha256 } = sent;
  const path = `/dicomweb/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const answer = await gateway.raw('GET', path, { headers: { accept } });
  if (answer.status !== 200) throw new ApiError(`GET ${path}`, answer.status, answer.body);
  const file = onlyPart(answer.bytes, String(answer.headers['content-type']));
  return createHash('sha256').update(file).digest('hex') === sha256;
}

/** The bytes of a multipart body's first part (RFC 2046 §5.1.1). */
function onlyPart(body: Buffer, contentType: string): Buffer {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1] ?? '';
  const start = body.indexOf('\r\n\r\n') + 4;
  return body.subarray(start, body.indexOf(`\r\n--${boundary}`, start));
}
