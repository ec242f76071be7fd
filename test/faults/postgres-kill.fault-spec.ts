import type { MadeInstance } from '../../src/demo/synthetic';
import { Installation, type ServerProcess, type Supervised } from '../harness/processes';
import { stow } from '../harness/stow';
import { until } from '../harness/wait';
import { CountyWork, must, type SignedReport } from './county-work';
import { OwnPostgres } from './own-postgres';
import { brokenBlobs, registeredBytes, sha256, testExam } from './studies';

let postgres: OwnPostgres;
let installation: Installation;
let api: ServerProcess;
let worker: Supervised;
let work: CountyWork;

/** What answers have acknowledged: SOP Instance UID → SHA-256; exams; signed versions. */
const stored = new Map<string, string>();
const registered: string[] = [];
const signed: SignedReport[] = [];
/** Requests that were not acknowledged while Postgres was away. */
let refusals = 0;

beforeAll(async () => {
  postgres = await OwnPostgres.start();
  installation = await Installation.make({ databaseUrl: postgres.url });
  const county = await installation.seed();
  api = await installation.start('api');
  worker = await installation.supervise('worker');
  work = await CountyWork.begin(api.url, county);
}, 180_000);
afterAll(async () => {
  await installation.end();
  await postgres.end();
});

/** Stores images one request each, trying again until each is acknowledged. */
async function upload(images: Iterable<MadeInstance>): Promise<void> {
  for (const image of images) {
    await persist(async () => {
      const { status, text } = await stow(api.url, work.clinic(0).key, [image.bytes]);
      if (status !== 200) throw new Error(`${status} ${text}`);
    });
    stored.set(image.sopInstanceUid, sha256(image.bytes));
  }
}

async function register(prefix: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const exam = testExam(`${prefix}${n}`, { metadataOnly: true });
    registered.push(await persist(() => work.register(1, exam)));
  }
}

/** Reads exams that are on the list already. */
async function read(exams: readonly string[]): Promise<void> {
  for (const examId of exams) {
    const versionId = await persist(() => readOn(examId));
    signed.push({ examId, versionId, clinicId: work.clinic(1).id });
  }
}

/** Goes on where the exam stands: a step whose answer was lost may have been taken. */
async function readOn(examId: string): Promise<string> {
  const { state } = must<{ state: string }>(await work.writer.get(`/api/exams/${examId}`));
  if (state === 'SIGNED') {
    const report = must<{ versions: { versionId: string }[] }>(await work.writer.get(`/api/exams/${examId}/report`));
    return report.versions[0]!.versionId;
  }
  if (state === 'QUEUED' || state === 'CLAIMED') await work.submit(examId);
  return must<{ versionId: string }>(await work.sign(examId, await work.claim(work.reviewer, examId))).versionId;
}

/** Tries until it is acknowledged. */
async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  const once = (): Promise<{ result: T } | undefined> =>
    attempt().then(
      (result) => ({ result }),
      () => {
        refusals += 1;
        return undefined;
      },
    );
  return (await until('an acknowledgement', once)).result;
}

it('recovers from two kills under load with everything that was acknowledged', async () => {
  await register('A', 6);
  for (const examId of registered) await work.listed(examId, 90_000);
  const { pid } = api;
  const load = Promise.all([
    upload(testExam('CT1', { modality: 'CT', images: 12 }).images),
    upload(testExam('CT2', { modality: 'CT', images: 12 }).images),
    register('B', 20),
    read([...registered]),
  ]);
  for (const acknowledged of [6, 14]) {
    await until('the load runs', () => stored.size >= acknowledged, 90_000);
    await postgres.kill();
    await until('the api says so', async () => (await api.faults())?.includes('database'));
    await postgres.startAgain();
    await until('ready again', async () => (await api.faults())?.length === 0, 90_000);
  }
  await load;
  expect([api.pid, api.isRunning]).toEqual([pid, true]);
  expect(refusals).toBeGreaterThan(1);
}, 300_000);

it('has lost nothing that was acknowledged', async () => {
  expect(await registeredBytes(installation)).toEqual(stored);
  expect(await brokenBlobs(installation)).toEqual([]);
  expect(stored.size).toBe(24);
  const exams = await installation.rows<{ id: string }>('SELECT id FROM exam WHERE metadata_only ORDER BY id');
  expect(exams.map(({ id }) => id)).toEqual([...registered].sort());
  const versions = await installation.rows<{ id: string }>('SELECT id FROM report_version ORDER BY id');
  expect(versions.map(({ id }) => id)).toEqual(signed.map(({ versionId }) => versionId).sort());
});

it('goes on by itself: every exam comes to the readers, every report to its clinic, once', async () => {
  for (const examId of registered.slice(6)) await work.listed(examId, 90_000);
  await until('the inbox is full', async () => (await work.inbox(1)).length === signed.length, 90_000);
  const inbox = await work.inbox(1);
  expect(inbox.map(({ seq }) => seq)).toEqual(signed.map((_, n) => n + 1));
  expect(inbox.map((entry) => entry.reportVersion.versionId).sort()).toEqual(
    signed.map(({ versionId }) => versionId).sort(),
  );
  await worker.ready();
});
