import { Client } from 'pg';
import { PeopleService } from '../src/identity';
import { seedCounty, type TestCounty } from '../test/harness/county';
import type { System } from '../test/harness/system';
import { examBody } from './harness/exam-body';
import { type Bench, type Figures, figure, note, quantile, table } from './harness/figures';
import { Caller, openLoop, personHeaders, type Reply } from './harness/http';
import { type Installation, onInstallation } from './harness/installation';

const READERS = 60;
const OPEN_EXAMS = 100_000;
const PER_SECOND = 30;
const COUNT = 1_500;
const WARM_UP_COUNT = 300;

/**
 * What one report takes: `next`, three saves and the submission by its writer, `next`, one save and the signature by
 * its reviewer.
 */
const WRITING = ['next', 'draft', 'draft', 'draft', 'submit'] as const;
const REVIEWING = ['next', 'draft', 'sign'] as const;
type Step = (typeof WRITING)[number] | (typeof REVIEWING)[number];
type Stage = 'write' | 'review';

const TEXT = {
  technique: 'CT平扫',
  findings: '双肺纹理清晰，未见实质性病变。纵隔居中，未见肿大淋巴结。心影大小形态正常。双侧胸腔未见积液。',
  impression: '胸部CT平扫未见明显异常。',
  recommendation: '',
  positive: 0,
};

interface Claimed {
  readonly examId: string;
  readonly fence: number;
  version: number;
  readonly imageSet: number;
}

/** One radiologist at his desk: what he does next follows from what he has done. */
interface Reader {
  readonly name: string;
  readonly stage: Stage;
  readonly headers: Record<string, string>;
  step: number;
  held: Claimed | undefined;
}

/** 60 readers in an open loop of 30 requests a second over a county with 100,000 open exams. */
async function run(): Promise<Figures> {
  return onInstallation(async (installation) => {
    const county = await installation.prepare(async (system) => {
      const seeded = await seedCounty(system, { clinics: 2 });
      await staff(system, seeded);
      return seeded;
    });
    const api = await installation.start('api');
    const worker = await installation.start('worker');
    const caller = new Caller(api.url);
    await fill(installation, caller, county);
    const room = new ReadingRoom(caller, await atTheirDesks(caller, county));
    note('warming up …');
    await room.read(WARM_UP_COUNT);
    room.forget();
    await room.read(COUNT);
    caller.close();
    await Promise.all([api.stop(), worker.stop()]);
    const p95 = (step: Step): number => quantile(room.took.get(step) ?? [], 0.95);
    table(`reading: ${READERS} readers, ${PER_SECOND}/s, ${OPEN_EXAMS} open exams (ms)`, [
      ['', 'n', 'p50', 'p95', 'max'],
      ...[...room.took].map(([step, times]) => [
        step,
        times.length,
        ...[0.5, 0.95, 1].map((p) => quantile(times, p).toFixed(1)),
      ]),
    ]);
    return { draft_p95: figure(p95('draft')), sign_p95: figure(p95('sign')), next_p95: figure(p95('next')) };
  });
}

/** Sends every reader's next request when his turn comes, and never lets two of them have one exam. */
class ReadingRoom {
  readonly took = new Map<Step, number[]>();
  private readonly holders = new Map<string, string>();
  private readonly idle: Record<Stage, Reader[]>;

  constructor(
    private readonly caller: Caller,
    readers: readonly Reader[],
  ) {
    const of = (stage: Stage): Reader[] => readers.filter((reader) => reader.stage === stage);
    this.idle = { write: of('write'), review: of('review') };
  }

  forget(): void {
    this.took.clear();
  }

  async read(count: number): Promise<void> {
    const stages: Stage[] = [...WRITING.map(() => 'write' as const), ...REVIEWING.map(() => 'review' as const)];
    await openLoop(PER_SECOND, count, (i) => this.turn(stages[i % stages.length]!));
  }

  private async turn(stage: Stage): Promise<void> {
    const reader = this.idle[stage].shift();
    if (!reader) throw new Error(`every ${stage} reader is still waiting for an answer: 30 a second is too much`);
    const step = (stage === 'write' ? WRITING : REVIEWING)[reader.step]!;
    const reply = await this.send(reader, step);
    if (reply.status === 200 || reply.status === 201) {
      const times = this.took.get(step) ?? [];
      this.took.set(step, times);
      times.push(reply.milliseconds);
      this.follow(reader, step, reply);
    } else if (reply.status !== 204) {
      throw new Error(`${step}: ${reply.status} ${reply.body.slice(0, 300)}`);
    }
    this.idle[stage].push(reader);
  }

  private send(reader: Reader, step: Step): Promise<Reply> {
    const call = (method: string, path: string, body: unknown): Promise<Reply> =>
      this.caller.call(method, path, reader.headers, JSON.stringify(body));
    if (step === 'next') return call('POST', '/api/worklist/next', { stage: reader.stage });
    const { examId, fence, version, imageSet } = reader.held!;
    const report = `/api/exams/${examId}/report`;
    return step === 'draft'
      ? call('PUT', `${report}/draft`, { fence, version, ...TEXT })
      : call('POST', `${report}/${step}`, { fence, version, imageSet });
  }

  private follow(reader: Reader, step: Step, { body }: Reply): void {
    if (step === 'next') reader.held = this.take(reader, JSON.parse(body) as Claimed);
    if (step === 'draft') reader.held!.version = (JSON.parse(body) as Claimed).version;
    if (step === 'submit' || step === 'sign') {
      this.holders.delete(reader.held!.examId);
      reader.held = undefined;
      reader.step = 0;
    } else reader.step += 1;
  }

  private take(reader: Reader, claimed: Claimed): Claimed {
    const other = this.holders.get(claimed.examId);
    if (other !== undefined) throw new Error(`${reader.name} got an exam that ${other} has`);
    this.holders.set(claimed.examId, reader.name);
    return claimed;
  }
}

const STAGES: readonly Stage[] = ['write', 'review'];
const usernameOf = (n: number): string => `desk${String(n).padStart(2, '0')}`;

/** Half of the readers write, half review. */
async function staff(system: System, county: TestCounty): Promise<void> {
  note(`hiring ${READERS} readers …`);
  const people = system.get(PeopleService);
  for (let n = 0; n < READERS; n += 1) {
    await people.create(system.ctx(county.countyId), {
      username: usernameOf(n),
      password: county.password,
      name: `阅片${n}`,
      title: '主治医师',
      licenceNumber: '110330000000',
      licenceValidUntil: '2035-12-31',
      grants: [{ role: n % 2 === 0 ? 'writer' : 'reviewer', hospitalId: county.hospitals[(n >> 1) % 2]!.id }],
    });
  }
}

async function atTheirDesks(caller: Caller, county: TestCounty): Promise<Reader[]> {
  const readers: Reader[] = [];
  for (let n = 0; n < READERS; n += 1) {
    const headers = await personHeaders(caller, usernameOf(n), county.password);
    readers.push({ name: usernameOf(n), stage: STAGES[n % 2]!, headers, step: 0, held: undefined });
  }
  return readers;
}

/** One exam comes in the ordinary way; the others are its like, with numbers, patients and due times of their own. */
async function fill(installation: Installation, caller: Caller, county: TestCounty): Promise<void> {
  note(`filling ${OPEN_EXAMS} open exams …`);
  const key = { authorization: `Bearer ${county.clinics[0]!.key}` };
  const { body } = await caller.expect(201, 'POST', '/api/exams', key, examBody());
  const { examId } = JSON.parse(body) as { examId: string };
  const client = new Client({ connectionString: installation.config.databaseUrl });
  await client.connect();
  try {
    await listed(client, examId);
    await client.query(
      'CREATE TEMP TABLE copy AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, $1::int) AS n',
      [OPEN_EXAMS],
    );
    await copies(
      client,
      'exam',
      'id',
      examId,
      `'accession_number', 'B' || c.n, 'patient_id', NULL, 'patient_local_id', 'B' || c.n`,
    );
    await copies(
      client,
      'reading_item',
      'exam_id',
      examId,
      `'accession_number', 'B' || c.n, 'patient_id', NULL, 'rank', CASE WHEN c.n % 20 = 0 THEN 0 ELSE 1 END,
       'priority', CASE WHEN c.n % 20 = 0 THEN 'STAT' ELSE r.priority END, 'due_at', r.due_at + c.n * interval '1 second'`,
    );
  } finally {
    await client.end();
  }
  for (const name of ['exam', 'reading_item']) await installation.vacuum(name);
}

/** The worklist hears of a new exam by an event. */
async function listed(client: Client, examId: string): Promise<void> {
  const end = performance.now() + 10_000;
  while ((await client.query('SELECT 1 FROM reading_item WHERE exam_id = $1', [examId])).rowCount === 0) {
    if (performance.now() > end) throw new Error('the exam never came to the worklist');
    await new Promise((next) => setTimeout(next, 20));
  }
}

/**
 * One row again for every row of the table `copy`, with its id and what else is its own; computed columns compute
 * themselves.
 */
async function copies(client: Client, table: string, key: string, examId: string, own: string): Promise<void> {
  const { rows } = await client.query<{ column_name: string }>(
    `SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND is_generated = 'NEVER'`,
    [table],
  );
  const columns = rows.map(({ column_name: name }) => name);
  await client.query(
    `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map((name) => `(made).${name}`).join(', ')} FROM (
       SELECT jsonb_populate_record(r, jsonb_build_object('${key}', c.id, ${own})) AS made FROM ${table} r, copy c WHERE r.${key} = $1 OFFSET 0) AS one`,
    [examId],
  );
}

export const reading: Bench = { name: 'reading', run };
