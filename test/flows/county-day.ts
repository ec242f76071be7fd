import { type Answered, type Client, Desk, report, type Seen } from '../../src/reporting/desk.fixture';
import type { MadeInstance } from '../../src/demo/synthetic';
import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import { ApiClient, completeUpload, openUpload, sendInstance } from '../harness/http';
import type { JsonClient } from '../harness/json-client';
import { ManualClock } from '../harness/manual-clock';
import { examRequest, imagesOf, manifestOf, must } from '../harness/signed-exam';
import { startSystem, type System, type SystemOptions } from '../harness/system';
import { until } from '../harness/wait';

const PEOPLE = [
  'tech01',
  'doctor01',
  'doctor02',
  'writer11',
  'writer12',
  'reviewer11',
  'reviewer21',
  'reviewer22',
  'chief1',
  'chief2',
  'admin',
  'sysadmin',
  'secadmin',
  'auditor',
] as const;
export type Who = (typeof PEOPLE)[number];

/** An exam, and what its reader has before him. */
export interface Stand {
  readonly exam: string;
  readonly seen?: Seen;
}

/** An open manifest of an exam's images. */
export interface Upload {
  readonly exam: string;
  readonly uploadId: string;
  readonly images: readonly MadeInstance[];
}

/** Every exam is another patient's: one patient's exams of a day go to one reader. */
class Patients extends Desk {
  private patients = 0;

  override queued(content: object = {}): Promise<string> {
    this.patients += 1;
    return super.queued({ patientLocalId: `P9${this.patients}`, ...content });
  }
}

export const REASON = { reason: '核对后处理' };

/** What a command takes of what the last one answered. */
export const seenOf = ({ fence, version, imageSet }: Seen): Seen => ({ fence, version, imageSet });

/** A county on an ordinary day, spoken to over HTTP alone; its clock stands until a test moves it. */
export class CountyDay {
  private constructor(
    readonly clock: ManualClock,
    readonly system: System,
    readonly county: TestCounty,
    readonly desk: Desk,
    readonly machine: Client,
    private readonly uploader: ApiClient,
    private readonly people: ReadonlyMap<Who, JsonClient>,
  ) {}

  static async begin(env: SystemOptions['env'] = {}, at?: Date): Promise<CountyDay> {
    const clock = new ManualClock(at);
    const system = await startSystem({ clock, env });
    const county = await seedCounty(system);
    const signedIn = await Promise.all(PEOPLE.map(async (who) => [who, await signIn(system, county, who)] as const));
    const people = new Map<Who, JsonClient>(signedIn);
    const clinic = county.clinics[0]!;
    const machine = gateway(system, clinic);
    const desk = new Patients(machine, people.get('writer11')!, people.get('reviewer21')!, until);
    return new CountyDay(clock, system, county, desk, machine, ApiClient.withKey(system.url, clinic.key), people);
  }

  async end(): Promise<void> {
    this.uploader.close();
    await this.system.stop();
  }

  as(who: Who): JsonClient {
    return this.people.get(who)!;
  }

  idOf(who: Who): string {
    return this.county.people.get(who)!.id;
  }

  exams(who: Who, exam: string, verb: string, body: object = REASON): Promise<Answered> {
    return this.as(who).post(`/api/exams/${exam}/${verb}`, body);
  }

  worklist(who: Who, exam: string, verb: string, body: object = {}): Promise<Answered> {
    return this.as(who).post(`/api/worklist/${exam}/${verb}`, body);
  }

  report(who: Who, exam: string, step: string, body: object = REASON): Promise<Answered> {
    return this.as(who).post(report(exam, `/${step}`), body);
  }

  /** The exam's page as this person sees it. */
  async page(exam: string, who: Who = 'chief1'): Promise<any> {
    return (await must(this.as(who).get(`/api/exams/${exam}`))).body;
  }

  /** The exam's page once it is in this state. */
  inState(exam: string, state: string, who?: Who): Promise<any> {
    return until(`exam ${exam} to be ${state}`, async () => {
      const page = await this.page(exam, who);
      return page.state === state && page;
    });
  }

  /** The exam as the readers' list shows it now; undefined when it is not there. */
  async listed(exam: string, who: Who = 'writer12', query = ''): Promise<any> {
    const { body } = await must(this.as(who).get(`/api/worklist?limit=200${query}`));
    return body.items.find((item: { examId: string }) => item.examId === exam);
  }

  async entriesOf(exam: string): Promise<any[]> {
    const { body } = await must(this.machine.get('/api/inbox?limit=200'));
    return body.items.filter((entry: { examId: string }) => entry.examId === exam);
  }

  /** The exam's inbox entries as soon as there are so many. */
  entries(exam: string, count: number): Promise<any[]> {
    return until(`${count} entries of exam ${exam}`, async () => {
      const found = await this.entriesOf(exam);
      return found.length >= count && found;
    });
  }

  see(entry: { deliveryId: string }, who: Who = 'doctor01'): Promise<Answered> {
    return this.as(who).post(`/api/inbox/${entry.deliveryId}/seen`);
  }

  /** These consumers have done everything that has been asked of them, and what they leave undone stays so. */
  through(...consumers: readonly string[]): Promise<unknown> {
    return until(`${consumers.join()} to be through`, async () => {
      const left = await this.system.db.relay(this.system.ctx(this.county.countyId), (tx) =>
        tx.rows(
          'SELECT 1 FROM outbox_message WHERE consumer = ANY($1) AND handled_at IS NULL AND not_before IS NULL LIMIT 1',
          [consumers],
        ),
      );
      return left.length === 0;
    });
  }

  /** What a person was told about an exam and has not read yet. */
  async told(who: Who, exam: string): Promise<any[]> {
    const { body } = await must(this.as(who).get('/api/notices?open=true&limit=200'));
    return body.items.filter((notice: { examId: string }) => notice.examId === exam);
  }

  /** What the audit has of an exam or a version, in order. */
  async audited(subject: string, action?: string): Promise<any[]> {
    const query = action === undefined ? '' : `&action=${action}`;
    const { body } = await must(this.as('auditor').get(`/api/audit?subject=${subject}&limit=200${query}`));
    return [...body.items].reverse();
  }

  /** Registered, its images are to come. */
  async registered(over: object = {}): Promise<{ exam: string; images: readonly MadeInstance[]; request: any }> {
    const request = examRequest(over);
    const { body } = await must(this.machine.post('/api/exams', request));
    return { exam: body.examId, images: imagesOf(request), request };
  }

  /** Images announced by a manifest, the first of them here already; `request: false` leaves out the clinic's request. */
  async uploading({ over = {}, request = true }: { over?: object; request?: boolean } = {}): Promise<Upload> {
    const asked = request ? (await this.registered(over)).request : examRequest(over);
    const images = imagesOf(asked);
    const uploadId = await this.announce(asked.accessionNumber, images);
    await this.send(uploadId, images[0]!);
    const exam = await until('an exam with its first image', async () => {
      const { body } = await this.machine.get(`/api/exams?q=${asked.accessionNumber}`);
      return body.items.find((item: { imageSet: number }) => item.imageSet > 0);
    });
    return { exam: exam.examId, uploadId, images };
  }

  /** Opens a manifest; no image is here yet. */
  async announce(accessionNumber: string, images: readonly MadeInstance[]): Promise<string> {
    const manifest = { instances: manifestOf(images), accessionNumber };
    return (await openUpload<{ id: string }>(this.uploader, manifest)).id;
  }

  send(uploadId: string, { sopInstanceUid, bytes }: MadeInstance): Promise<void> {
    return sendInstance(this.uploader, uploadId, sopInstanceUid, bytes);
  }

  /** The rest of the manifest. */
  async uploaded({ exam, uploadId, images }: Upload): Promise<string> {
    for (const image of images) await this.send(uploadId, image);
    const done = await completeUpload(this.uploader, uploadId);
    expect(done.body).toMatchObject({ complete: true });
    return exam;
  }

  /** Claimed by one who holds nothing of it yet. */
  async claim(who: Who, exam: string): Promise<Seen> {
    return this.desk.claim(this.as(who), exam);
  }
}
