import { utimes, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MadeInstance } from '../../src/demo/synthetic';
import type { TestClinic, TestCounty } from '../harness/county';
import { gatewayAt, Installation, type Supervised } from '../harness/processes';
import { send } from '../harness/http';
import { stow, type StowAnswer } from '../harness/stow';
import { until } from '../harness/wait';
import { brokenBlobs, registeredBytes, sha256, storedBlobs, type TestExam, testExam } from './studies';

/** When in the life of a request the api is killed: after so many of its parts are out, and so much later. */
interface Moment {
  readonly afterParts: number;
  readonly delayMs: number;
}

const PARTS = 4;
/** While bytes stream; while the last part is hashed, read and brought to the disk; around the commit and the answer. */
const MOMENTS: readonly Moment[] = [
  { afterParts: 0, delayMs: 0 },
  { afterParts: 2, delayMs: 0 },
  { afterParts: 3, delayMs: 3 },
  ...[0, 5, 10, 20, 40, 80].map((delayMs) => ({ afterParts: PARTS, delayMs })),
];

let installation: Installation;
let county: TestCounty;
let api: Supervised;
let exams: TestExam[];

beforeAll(async () => {
  installation = await Installation.make();
  county = await installation.seed();
  api = await installation.supervise('api');
  exams = ['CT1', 'CT2', 'CT3', 'CT4'].map((number) => testExam(number, { modality: 'CT', images: 8 }));
});
afterAll(() => installation.end());

const clinicOf = (exam: TestExam): TestClinic => county.clinics[exams.indexOf(exam) % 2]!;

/** SOP Instance UID → SHA-256 of what a 200 has acknowledged. */
const acknowledged = new Map<string, string>();
const moments = [...MOMENTS];
let lostAnswers = 0;

/** Sends a clinic's images in requests of four, each again until it is acknowledged, as a clinic's program would. */
async function sendAll(clinic: TestClinic, images: readonly MadeInstance[]): Promise<void> {
  for (let from = 0; from < images.length; from += PARTS) await sendSome(clinic, images.slice(from, from + PARTS));
}

async function sendSome(clinic: TestClinic, images: readonly MadeInstance[]): Promise<void> {
  for (;;) {
    await api.ready();
    const answer = await attempt(clinic, images);
    if (answer?.status === 200) break;
    if (answer) throw new Error(`${answer.status} ${answer.text}`);
    lostAnswers += 1;
  }
  for (const image of images) acknowledged.set(image.sopInstanceUid, sha256(image.bytes));
}

/** One request with one kill aimed at it; undefined when the connection was lost: the outcome is unknown then. */
async function attempt(clinic: TestClinic, images: readonly MadeInstance[]): Promise<StowAnswer | undefined> {
  const moment = moments.shift();
  let struck = false;
  const strikeAt = (sent: number): void => {
    if (moment?.afterParts !== sent) return;
    struck = true;
    setTimeout(() => void api.kill(), moment.delayMs);
  };
  async function* parts(): AsyncGenerator<Uint8Array> {
    strikeAt(0);
    for (const [n, { bytes }] of images.entries()) {
      yield bytes;
      strikeAt(n + 1);
    }
  }
  const answer = await stow(api.url, clinic.key, parts()).catch(() => undefined);
  // Another request's kill has come first: this one's is still to come.
  if (moment && !struck) moments.push(moment);
  return answer;
}

it('keeps what it has acknowledged, byte for byte, whenever it is killed, and takes the rest again', async () => {
  for (const exam of exams) {
    expect((await gatewayAt(api.url, clinicOf(exam)).post('/api/exams', exam.request)).status).toBe(201);
  }
  await Promise.all(exams.map((exam) => sendAll(clinicOf(exam), exam.images)));

  expect(moments).toEqual([]);
  // Kills aimed at two requests at once may meet in one death; most have cost at least one answer.
  expect(api.starts).toBeGreaterThan(MOMENTS.length / 2);
  expect(lostAnswers).toBeGreaterThan(MOMENTS.length / 2);
  expect(await registeredBytes(installation)).toEqual(acknowledged);
  expect(acknowledged.size).toBe(32);
  expect(await brokenBlobs(installation)).toEqual([]);
});

it('has every study whole', async () => {
  const rows = await installation.rows<{ study_uid: string; instance_count: number }>(
    'SELECT study_uid, instance_count FROM dicom_study ORDER BY study_uid',
  );
  const sent = exams.map(({ images }) => ({ study_uid: images[0]!.studyInstanceUid, instance_count: images.length }));
  expect(rows).toEqual(sent.sort((a, b) => (a.study_uid < b.study_uid ? -1 : 1)));
});

it('takes the same bytes again as if nothing had been sent', async () => {
  const before = await traces();
  for (const exam of exams) {
    const answer = await stow(api.url, clinicOf(exam).key, bytesOf(exam));
    expect([answer.status, answer.referenced.length, answer.failed]).toEqual([200, 8, []]);
  }
  expect(await traces()).toEqual(before);
});

it('clears away at its start what a killed one has left half received', async () => {
  const incoming = join(installation.config.blobDir, '.incoming');
  const { bytes } = exams[0]!.images[0]!;
  const boundary = 'half';
  // What the kills before have left lies there too.
  const lying = (await readdir(incoming)).length;
  async function* halfAnImage(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
    yield bytes.subarray(0, bytes.length / 2);
    await until('it is being received', async () => (await readdir(incoming)).length > lying);
    await api.kill();
  }
  const headers = {
    authorization: `Bearer ${county.clinics[0]!.key}`,
    'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
  };
  const url = `${api.url}/dicomweb/studies`;
  // The one when the reader notices first, the other when the writer does.
  await expect(send({ method: 'POST', url, headers, body: halfAnImage() })).rejects.toMatchObject({
    code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/),
  });

  await api.ready();
  const left = await readdir(incoming);
  expect(left.length).toBeGreaterThan(0);
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const name of left) await utimes(join(incoming, name), longAgo, longAgo);
  await api.kill();
  await api.ready();
  expect(await readdir(incoming)).toEqual([]);
});

it('brings every exam to the readers, once', async () => {
  await installation.start('worker');
  const items = (): Promise<{ accession_number: string }[]> =>
    installation.rows("SELECT accession_number FROM reading_item WHERE state = 'QUEUED' ORDER BY accession_number");
  await until('all are on the list', async () => (await items()).length === exams.length);
  expect((await items()).map((item) => item.accession_number)).toEqual(['CT1', 'CT2', 'CT3', 'CT4']);
});

const bytesOf = (exam: TestExam): Uint8Array[] => exam.images.map((image) => image.bytes);

/** Everything that a repeated upload could change. */
async function traces(): Promise<object> {
  const [counts] = await installation.rows<object>(
    `SELECT (SELECT count(*) FROM instance) AS instances, (SELECT sum(instance_count) FROM dicom_study) AS counted,
       (SELECT sum(bytes) FROM dicom_study) AS bytes, (SELECT count(*) FROM audit_event) AS audited,
       (SELECT count(*) FROM outbox_message) AS news, (SELECT count(*) FROM study_flag) AS flags`,
  );
  return { ...counts, blobs: await storedBlobs(installation) };
}
