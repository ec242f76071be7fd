import { performance } from 'node:perf_hooks';
import { ApiError, type ApiClient, EventStream } from '../http-client';
import { type ClinicPlan, doctorName } from '../plan/county-plan';
import type { Cast } from './cast';
import { type EntryKind, goalOf } from '../plan/goals';
import type { PushedExam, Received } from './pushed-exam';
import type { Steps } from './steps';
import { until } from './waiting';

/** The part of an inbox entry that the demo looks at. */
interface InboxEntry {
  readonly deliveryId: string;
  readonly seq: number;
  readonly accessionNumber: string;
  readonly kind: EntryKind;
  readonly reportVersion: { readonly versionId: string };
}

const LONG_POLL_SECONDS = 25;
const PDF_PATIENCE_MS = 60_000;

export interface DeskOptions {
  readonly clinic: ClinicPlan;
  readonly cast: Cast;
  readonly steps: Steps;
  /** The clinic's exams of the plan. */
  readonly exams: readonly PushedExam[];
  readonly signal: AbortSignal;
}

/**
 * A clinic waiting for its reports: its system listens (odd clinics by server-sent events, even ones by long poll) and
 * acknowledges what comes; the ordering doctor opens the sheet and so has seen it, where the plan says so.
 */
export class ClinicDesk {
  private readonly closed = new AbortController();
  /** Of this desk, or of the whole demo. */
  private readonly ended: AbortSignal;
  private readonly gateway: ApiClient;
  private readonly work: Promise<void>[] = [];
  /** The first thing that went wrong. */
  failure: unknown;

  constructor(private readonly o: DeskOptions) {
    this.gateway = o.cast.gateway(o.clinic);
    this.ended = AbortSignal.any([o.signal, this.closed.signal]);
  }

  /** Resolves as soon as the clinic hears of news. */
  async listen(): Promise<void> {
    if (this.o.clinic.number % 2 === 0) return this.noteFailure(this.poll());
    const stream = new EventStream({
      url: new URL('/api/inbox/stream?after=0', this.o.cast.url),
      headers: this.gateway.identityHeaders('GET'),
      reconnect: { delayMs: 500 },
      onEvent: ({ event, data }) => {
        if (event === 'report') this.noteFailure(this.take(JSON.parse(data) as InboxEntry));
      },
    });
    this.ended.addEventListener('abort', () => stream.close(), { once: true });
    await stream.opened;
  }

  /** Stops listening; what is under way is finished first. */
  async close(): Promise<void> {
    this.closed.abort();
    for (let work = this.work.shift(); work !== undefined; work = this.work.shift()) await work;
  }

  private noteFailure(work: Promise<void>): void {
    const noted = work.catch((error: unknown) => {
      if (!this.ended.aborted) this.failure ??= error;
    });
    this.work.push(noted);
  }

  private async poll(): Promise<void> {
    for (let after = 0; !this.ended.aborted;) {
      const path = `/api/inbox?after=${after}&wait=${LONG_POLL_SECONDS}`;
      const answer = await this.gateway.raw('GET', path, { signal: this.ended });
      if (answer.status !== 200) throw new ApiError(`GET ${path}`, answer.status, answer.body);
      const { items } = answer.body as { items: InboxEntry[] };
      await Promise.all(items.map((entry) => this.take(entry)));
      after = items.at(-1)?.seq ?? after;
    }
  }

  private async take(entry: InboxEntry): Promise<void> {
    const exam = this.o.exams.find(({ plan }) => plan.accessionNumber === entry.accessionNumber);
    // Reports on exams that others uploaded while they tried the demo out are left to them.
    if (!exam) return;
    await this.gateway.call('POST', `/api/inbox/${entry.deliveryId}/ack`, {});
    if (exam.signSentAt !== undefined) exam.signToDeliveredMs ??= performance.now() - exam.signSentAt;
    const { seq, kind, deliveryId } = entry;
    // An entry may come a second time after the line broke.
    if (exam.received.has(deliveryId)) return;
    const received: Received = { seq, kind, versionId: entry.reportVersion.versionId, opened: false };
    exam.received.set(deliveryId, received);
    const took = exam.received.size === 1 ? exam.signToDeliveredMs : undefined;
    this.o.steps.say('送达', `${this.o.clinic.code}  ${entry.accessionNumber} ${kind}`, took);
    // People take their time; the clinic's system goes on to the next report.
    if (goalOf(exam.plan.goal).opened) this.noteFailure(this.see(exam, entry, received));
  }

  private async see(exam: PushedExam, { deliveryId }: InboxEntry, received: Received): Promise<void> {
    const username = doctorName(this.o.clinic.number);
    const doctor = await this.o.cast.person(username);
    await openSheet(doctor, received.versionId, this.o.signal);
    await doctor.call('POST', `/api/inbox/${deliveryId}/seen`, {});
    received.opened = true;
    this.o.steps.say('已阅', `${username}  ${exam.plan.accessionNumber} ${received.kind}`);
  }
}

/** The printed report; it is being set in type for a moment after the signature (503). @throws ApiError */
export function openSheet(reader: ApiClient, versionId: string, signal: AbortSignal): Promise<Buffer> {
  const path = `/api/reports/${versionId}/pdf`;
  return until({ what: `sheet of ${versionId}`, timeoutMs: PDF_PATIENCE_MS, everyMs: 250, signal }, async () => {
    const answer = await reader.raw('GET', path, { headers: { accept: 'application/pdf' } });
    if (answer.status === 503) return undefined;
    if (answer.status !== 200) throw new ApiError(`GET ${path}`, answer.status, answer.body);
    return answer.bytes;
  });
}
