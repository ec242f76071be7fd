import type { TestCounty } from '../../../test/harness/county';
import { stow } from '../../../test/harness/stow';
import type { System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { makeStudy } from '../../demo/synthetic';
import { request } from '../../exams/exams.fixture';
import type { Client } from '../desk.fixture';

/** An exam with images in the store. */
export interface ImagedExam {
  readonly exam: string;
  readonly sopUids: readonly string[];
}

/** Exams of the first clinic whose images came by STOW-RS, on the readers' list. The system needs short QUIET_SECONDS. */
export class ImagedExams {
  constructor(
    private readonly system: System,
    private readonly county: TestCounty,
    private readonly clinic: Client,
    private readonly writer: Client,
  ) {}

  async queued(slices: number, over: Readonly<Record<string, unknown>> = {}): Promise<ImagedExam> {
    const sent = request(over);
    const { examId: exam } = (await this.clinic.post('/api/exams', sent)).body as { examId: string };
    const accessionNumber = String(sent['accessionNumber']);
    const files = makeStudy({
      seed: accessionNumber,
      modality: 'CT',
      bodyPart: 'CHEST',
      accessionNumber,
      patientId: String(sent['patientLocalId']),
      patientName: '张三',
      sex: 'M',
      charset: 'GB18030',
      slices,
      startedAt: new Date('2026-03-02T00:30:00Z'),
      institution: '第1卫生院',
      stationName: 'CT01',
      description: 'CT胸部平扫',
    });
    const made = [...files];
    const { status } = await stow(
      this.system.url,
      this.county.clinics[0]!.key,
      made.map(({ bytes }) => bytes),
    );
    if (status !== 200) throw new Error(`the images were answered with ${status}`);
    await until('the exam is on the list', async () => {
      const { items } = (await this.writer.get(`/api/worklist?q=${accessionNumber}`)).body as { items: unknown[] };
      return items.length === 1;
    });
    return { exam, sopUids: made.map(({ sopInstanceUid }) => sopInstanceUid) };
  }
}
