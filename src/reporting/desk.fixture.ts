/** What a test's client answers. */
export interface Answered {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface Client {
  get(path: string): Promise<Answered>;
  post(path: string, body?: unknown): Promise<Answered>;
  put(path: string, body?: unknown): Promise<Answered>;
}

/** What a reader has before him and sends along. */
export interface Seen {
  readonly fence: number;
  readonly version: number;
  readonly imageSet: number;
}

export const TEXT = {
  technique: '胸部CT平扫',
  findings: '右肺上叶见小结节。',
  impression: '右肺上叶结节。',
  recommendation: '随访',
  positive: 1,
};

export const report = (exam: string, step = ''): string => `/api/exams/${exam}/report${step}`;

/** Clinic, writer and reviewer of the integration specs: brings an exam over HTTP to where a test begins. */
export class Desk {
  private exams = 0;

  constructor(
    readonly clinic: Client,
    readonly writer: Client,
    readonly reviewer: Client,
    private readonly until: (what: string, look: () => Promise<boolean>) => Promise<unknown>,
  ) {}

  /** An exam whose images stay at the clinic, queued and on the readers' list. */
  async queued(content: object = {}): Promise<string> {
    this.exams += 1;
    const accessionNumber = `CT20260302${String(this.exams).padStart(4, '0')}`;
    const exam = {
      accessionNumber,
      // Everybody is somebody else: one patient's exams of a day go to one reader.
      patientLocalId: `P${this.exams}`,
      patientName: '张三',
      sex: 'M',
      age: 67,
      ageUnit: 'Y',
      modality: 'CT',
      itemName: '胸部CT平扫',
      bodyPart: '胸部',
      examStart: '2026-03-02T08:30:00+08:00',
      orderingDoctor: '王小明',
      orderingPhone: '000-1111',
      metadataOnly: true,
    };
    const { examId } = must(await this.clinic.post('/api/exams', { ...exam, ...content })) as { examId: string };
    await this.until('the exam is on the list', async () => {
      const { items } = must(await this.writer.get(`/api/worklist?q=${accessionNumber}`)) as { items: unknown[] };
      return items.length === 1;
    });
    return examId;
  }

  async claim(reader: Client, exam: string): Promise<Seen> {
    const { fence, version, imageSet } = must(await reader.post(`/api/worklist/${exam}/claim`, {})) as Seen;
    return { fence, version, imageSet };
  }

  async put(reader: Client, exam: string, seen: Seen, text: object = {}): Promise<Seen> {
    const { fence, version } = seen;
    const saved = must(await reader.put(report(exam, '/draft'), { fence, version, ...TEXT, ...text }));
    return { ...seen, version: (saved as Seen).version };
  }

  /** Claimed and written by the writer. */
  async written(text: object = {}, content: object = {}): Promise<{ exam: string; seen: Seen }> {
    const exam = await this.queued(content);
    return { exam, seen: await this.put(this.writer, exam, await this.claim(this.writer, exam), text) };
  }

  /** Submitted by the writer, claimed by the reviewer. */
  async underReview(text: object = {}, content: object = {}): Promise<{ exam: string; seen: Seen }> {
    const { exam, seen } = await this.written(text, content);
    must(await this.writer.post(report(exam, '/submit'), seen));
    return { exam, seen: await this.claim(this.reviewer, exam) };
  }

  async signed(
    text: object = {},
    content: object = {},
  ): Promise<{ exam: string; versionId: string; verificationCode: string }> {
    const { exam, seen } = await this.underReview(text, content);
    const signed = must(await this.reviewer.post(report(exam, '/sign'), seen));
    return { exam, ...(signed as { versionId: string; verificationCode: string }) };
  }
}

function must({ status, body }: Answered): unknown {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
