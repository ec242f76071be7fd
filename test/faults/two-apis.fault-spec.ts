import { EventLog, EventStream, type ServerEvent } from '../harness/http';
import { gatewayAt, Installation, personAt, type ServerProcess } from '../harness/processes';
import { stow } from '../harness/stow';
import { until } from '../harness/wait';
import { CountyWork } from './county-work';
import { registeredBytes, sha256, testExam } from './studies';

/** A stream looks by itself every few seconds: only news that crossed from the other process comes sooner. */
const SOON_MS = 1_500;
const ROUNDS = 5;
/** For what has to come, however slow the machine is. */
const PATIENCE_MS = 90_000;

let installation: Installation;
let first: ServerProcess;
let second: ServerProcess;
/** Everybody works at the second server. */
let work: CountyWork;
let exams = 0;

beforeAll(async () => {
  installation = await Installation.make({ settings: { SHUTDOWN_SECONDS: '120' } });
  const county = await installation.seed();
  [first, second] = await Promise.all([installation.start('api'), installation.start('api')]);
  await installation.start('worker');
  work = await CountyWork.begin(second.url, county);
});
afterAll(() => installation.end());

interface Listener {
  readonly log: EventLog;
  readonly stream: EventStream;
}

/** Listens at a server for a clinic's reports. */
async function listen(
  server: ServerProcess,
  path: string,
  headers: Readonly<Record<string, string>>,
  lastEventId?: string,
): Promise<Listener> {
  const log = new EventLog();
  const stream = new EventStream({
    url: new URL(path, server.url),
    headers,
    onEvent: log.add,
    ...(lastEventId === undefined ? {} : { lastEventId }),
  });
  await stream.opened;
  return { log, stream };
}

const inboxAt = (server: ServerProcess, lastEventId?: string): Promise<Listener> =>
  listen(server, '/api/inbox/stream', gatewayAt(server.url, work.clinic(0)).identity, lastEventId);

async function registerOne(): Promise<string> {
  exams += 1;
  return work.register(0, testExam(`A${exams}`, { metadataOnly: true }));
}

/** Signs a report at the second server; answers its version and when *sign* was sent. */
async function signOne(): Promise<{ versionId: string; sentAt: number }> {
  const examId = await registerOne();
  await work.listed(examId);
  const claim = await work.underReview(examId);
  const sentAt = performance.now();
  const { status, body } = await work.sign(examId, claim);
  expect(status).toBe(200);
  return { versionId: body.versionId, sentAt };
}

const versionOf = ({ data }: ServerEvent): string | undefined =>
  (JSON.parse(data) as { reportVersion?: { versionId: string } }).reportVersion?.versionId;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

it('tells a clinic that listens at one server of a report signed at the other', async () => {
  const { log, stream } = await inboxAt(first);
  const times: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const { versionId, sentAt } = await signOne();
    await log.waitFor((event) => versionOf(event) === versionId, PATIENCE_MS);
    times.push(performance.now() - sentAt);
  }
  stream.close();
  expect(median(times)).toBeLessThan(SOON_MS);
});

it('tells a reader whose list is open at one server of an exam registered at the other', async () => {
  const reader = await personAt(first.url, work.county, 'writer21');
  const { log, stream } = await listen(first, '/api/worklist/stream', reader.identity);
  const times: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const sentAt = performance.now();
    const examId = await registerOne();
    await log.waitFor(({ event, data }) => event === 'item' && data.includes(examId), PATIENCE_MS);
    times.push(performance.now() - sentAt);
  }
  stream.close();
  expect(median(times)).toBeLessThan(SOON_MS);
});

it('loses no event when the server a clinic listens at is killed: it goes on at the other', async () => {
  const { log, stream } = await inboxAt(first);
  const before = await signOne();
  const seen = await log.waitFor((event) => versionOf(event) === before.versionId, PATIENCE_MS);
  await first.kill();
  await stream.closed;
  const missed: string[] = [];
  for (const place of [1, 2]) {
    missed.push((await signOne()).versionId);
    // Which of two comes first is decided by who is delivered first.
    await until(`${place} in the inbox`, async () =>
      (await work.inbox(0)).some((entry) => entry.reportVersion.versionId === missed.at(-1)),
    );
  }

  const again = await inboxAt(second, seen.id);
  for (const versionId of missed) await again.log.waitFor((event) => versionOf(event) === versionId, PATIENCE_MS);
  const reports = again.log.events.map(versionOf).filter((versionId) => versionId !== undefined);
  expect(reports).toEqual(missed);
  again.stream.close();
  first = await installation.start('api');
});

it('told to stop (SIGTERM), finishes the upload under way, takes nothing new, and ends with 0', async () => {
  const exam = testExam('T1', { modality: 'CT', images: 3 });
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  let sent = 0;
  async function* slowly(): AsyncGenerator<Uint8Array> {
    for (const { bytes } of exam.images) {
      yield bytes;
      sent += 1;
      if (sent === 1) await held;
    }
  }
  const { stream } = await inboxAt(first);
  const upload = stow(first.url, work.clinic(0).key, slowly());
  await until('the upload is under way', () => sent === 1);
  const ended = first.kill('SIGTERM');
  await stream.closed;
  await until('nobody is let in any more', async () => {
    const faults = await first.faults();
    return faults === undefined || faults.includes('process');
  });
  expect(first.isRunning).toBe(true);
  goOn();
  const { status, referenced } = await upload;
  expect([status, referenced.length]).toEqual([200, 3]);
  expect(await ended).toEqual({ code: 0, signal: null });
  const registered = await registeredBytes(installation);
  expect(exam.images.map(({ sopInstanceUid }) => registered.get(sopInstanceUid))).toEqual(
    exam.images.map(({ bytes }) => sha256(bytes)),
  );
});

it('told to stop, a worker ends with 0 as well, and its colleague does the rest', async () => {
  const worker = await installation.start('worker');
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.push(await registerOne());
  expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  for (const examId of ids) await work.listed(examId);
});
