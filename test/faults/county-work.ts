import type { TestClinic, TestCounty } from '../harness/county';
import type { Answer, JsonClient } from '../harness/json-client';
import { gatewayAt, type Installation, personAt } from '../harness/processes';
import { until } from '../harness/wait';
import type { TestExam } from './studies';

/** What a reader has before him and sends along. */
export interface Claim {
  readonly fence: number;
  readonly version: number;
  readonly imageSet: number;
}

/** A signed version and the answer that acknowledged it. */
export interface SignedReport {
  readonly examId: string;
  readonly versionId: string;
  readonly clinicId: string;
}

export interface InboxEntry {
  readonly deliveryId: string;
  readonly seq: number;
  readonly examId: string;
  readonly state: string;
  readonly reportVersion: { readonly versionId: string };
}

const TEXT = {
  technique: '胸部平扫',
  findings: '两肺清晰。',
  impression: '胸部未见异常。',
  recommendation: '',
  positive: 0,
};

/** The people of a county at work against one server: they register, read, sign, and look into their inboxes. */
export class CountyWork {
  private constructor(
    readonly url: string,
    readonly county: TestCounty,
    readonly gateways: readonly JsonClient[],
    readonly writer: JsonClient,
    readonly reviewer: JsonClient,
    private readonly sysadmin: JsonClient,
    private readonly secadmin: JsonClient,
  ) {}

  static async begin(url: string, county: TestCounty): Promise<CountyWork> {
    return new CountyWork(
      url,
      county,
      county.clinics.map((clinic) => gatewayAt(url, clinic)),
      await personAt(url, county, 'writer11'),
      await personAt(url, county, 'reviewer21'),
      await personAt(url, county, 'sysadmin'),
      await personAt(url, county, 'secadmin'),
    );
  }

  clinic(number: number): TestClinic {
    return this.county.clinics[number]!;
  }

  /** Registers an exam; when it resolves, the registration has been acknowledged. */
  async register(clinic: number, exam: TestExam): Promise<string> {
    const { examId } = must<{ examId: string }>(await this.gateways[clinic]!.post('/api/exams', exam.request));
    return examId;
  }

  /** Resolves when the exam is on the readers' list. */
  async listed(examId: string, limitMs?: number): Promise<void> {
    const look = async (): Promise<boolean> => {
      const { items } = must<{ items: { examId: string }[] }>(await this.writer.get('/api/worklist?limit=200'));
      return items.some((item) => item.examId === examId);
    };
    await until(`exam ${examId} is on the list`, look, limitMs);
  }

  async claim(reader: JsonClient, examId: string): Promise<Claim> {
    const { fence, version, imageSet } = must<Claim>(await reader.post(`/api/worklist/${examId}/claim`, {}));
    return { fence, version, imageSet };
  }

  async save(reader: JsonClient, examId: string, claim: Claim, text: object = {}): Promise<Claim> {
    const { fence, version } = claim;
    const body = { fence, version, ...TEXT, ...text };
    const saved = must<Claim>(await reader.put(`/api/exams/${examId}/report/draft`, body));
    return { ...claim, version: saved.version };
  }

  /** Claimed, written and submitted by the writer. */
  async submit(examId: string): Promise<void> {
    const written = await this.save(this.writer, examId, await this.claim(this.writer, examId));
    must(await this.writer.post(`/api/exams/${examId}/report/submit`, written));
  }

  /** The same, and claimed by the reviewer. */
  async underReview(examId: string): Promise<Claim> {
    await this.submit(examId);
    return this.claim(this.reviewer, examId);
  }

  sign(examId: string, claim: Claim, reader = this.reviewer): Promise<Answer<{ versionId: string; code?: string }>> {
    return reader.post(`/api/exams/${examId}/report/sign`, claim);
  }

  /** From the list to the signature; when it resolves, the signature has been acknowledged. */
  async read(clinic: number, examId: string): Promise<SignedReport> {
    const { versionId } = must<{ versionId: string }>(await this.sign(examId, await this.underReview(examId)));
    return { examId, versionId, clinicId: this.clinic(clinic).id };
  }

  /** Everything in a clinic's inbox, as its own system pulls it. */
  async inbox(clinic: number): Promise<InboxEntry[]> {
    const entries: InboxEntry[] = [];
    for (;;) {
      const after = entries.at(-1)?.seq ?? 0;
      const { items } = must<{ items: InboxEntry[] }>(await this.gateways[clinic]!.get(`/api/inbox?after=${after}`));
      if (items.length === 0) return entries;
      entries.push(...items);
    }
  }

  async acknowledge(clinic: number, deliveryId: string): Promise<void> {
    must(await this.gateways[clinic]!.post(`/api/inbox/${deliveryId}/ack`, {}));
  }

  /** Registers a webhook of a clinic to a port of this machine. */
  async openWebhook(clinic: number, port: number): Promise<{ channelId: string; secret: string }> {
    const clinicId = this.clinic(clinic).id;
    const entries = [{ scheme: 'http', host: '127.0.0.1', ports: [port], networks: ['127.0.0.1/32'] }];
    must(await this.secadmin.put(`/api/channels/allow-list/${clinicId}`, { entries }));
    const url = `http://127.0.0.1:${port}/reports`;
    return must(await this.sysadmin.post('/api/channels', { kind: 'webhook', clinicId, name: '院内系统', url }));
  }
}

/** Does the work for every item, `together` of them at a time; answers in their order. */
export async function byTurns<T, R>(
  items: readonly T[],
  together: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += together) {
    const some = items.slice(from, from + together);
    results.push(...(await Promise.all(some.map((item, n) => work(item, from + n)))));
  }
  return results;
}

/** The body of a 2xx answer. */
export function must<T>({ status, body }: Answer): T {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as T;
}

/** Lets the leases on webhook lanes run out, as a minute and a half would. */
export async function endLeases(installation: Installation): Promise<void> {
  await installation.rows(
    "UPDATE delivery_lane SET leased_until = now() - interval '1 second' WHERE lease_token IS NOT NULL",
  );
}
