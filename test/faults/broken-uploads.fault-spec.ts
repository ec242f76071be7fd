import type { MadeInstance } from '../../src/demo/synthetic';
import {
  ApiClient,
  completeUpload,
  ConnectionCutError,
  cutPoints,
  manifestEntry,
  openUpload,
  patchInstance,
  sendInstance,
  storedOffset,
} from '../harness/http';
import { multipart, stow } from '../harness/stow';
import { Installation, type ServerProcess, type Supervised } from '../harness/processes';
import { until } from '../harness/wait';
import { type Claim, CountyWork, must } from './county-work';
import { brokenBlobs, imagesOf, registeredBytes, sha256, type TestExam, testExam } from './studies';

/** Two buffers of a Node stream. */
const UNREAD_BYTES = 128 * 1024;

let installation: Installation;
let api: Supervised;
let worker: ServerProcess;
let work: CountyWork;
let clinic: ApiClient;

beforeAll(async () => {
  installation = await Installation.make();
  const county = await installation.seed();
  api = await installation.supervise('api');
  worker = await installation.start('worker');
  work = await CountyWork.begin(api.url, county);
  clinic = ApiClient.withKey(api.url, work.clinic(0).key);
});
afterAll(async () => {
  clinic.close();
  await installation.end();
});

interface ExamRow {
  readonly id: string;
  readonly state: string;
  readonly images_complete: string | null;
  readonly image_set: number;
}

async function examOf(accessionNumber: string): Promise<ExamRow> {
  const rows = await installation.rows<ExamRow>(
    'SELECT id, state, images_complete, image_set FROM exam WHERE accession_number = $1',
    accessionNumber,
  );
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

const queued = (accessionNumber: string): Promise<ExamRow> =>
  until(
    'the exam is queued',
    async () => {
      const exam = await examOf(accessionNumber);
      return exam.state === 'QUEUED' && exam;
    },
    90_000,
  );

/** All images have been told of, also the last of a burst, and every exam has heard of them. */
const assembled = (): Promise<unknown> =>
  until('all images are told of', async () => {
    const left = await installation.rows(
      "SELECT 1 FROM outbox_message WHERE consumer IN ('studies.announce', 'exams.assemble', 'exams.assume-complete') AND handled_at IS NULL",
    );
    return left.length === 0;
  });

/** Compares what is registered of these images with what was made. */
async function expectWhole(images: readonly MadeInstance[]): Promise<void> {
  const registered = await registeredBytes(installation);
  const mine = images.map(({ sopInstanceUid, bytes }) => [
    sopInstanceUid,
    registered.get(sopInstanceUid) === sha256(bytes),
  ]);
  expect(mine).toEqual(images.map(({ sopInstanceUid }) => [sopInstanceUid, true]));
  const [study] = await installation.rows<{ instance_count: number }>(
    'SELECT instance_count FROM dicom_study WHERE study_uid = $1',
    images[0]!.studyInstanceUid,
  );
  expect(study).toEqual({ instance_count: images.length });
  expect(await brokenBlobs(installation)).toEqual([]);
}

const manifestOf = ({ accessionNumber, images }: TestExam): object => ({
  accessionNumber,
  instances: images.map(({ sopInstanceUid, bytes }) => manifestEntry(sopInstanceUid, bytes)),
});
const bytesOf = (images: readonly MadeInstance[]): Uint8Array[] => images.map(({ bytes }) => bytes);
const send = (images: readonly MadeInstance[]): ReturnType<typeof stow> =>
  stow(api.url, work.clinic(0).key, bytesOf(images));

it('resumes a manifest upload whose line was cut at every tenth of a file', async () => {
  const exam = testExam('M1', { modality: 'CT', images: 11 });
  await work.register(0, exam);
  const { id, missing } = await openUpload<{ id: string; missing: string[] }>(clinic, manifestOf(exam));
  expect(missing).toHaveLength(11);
  for (const [n, { sopInstanceUid, bytes }] of exam.images.entries()) {
    const cutAfterBytes = cutPoints(bytes.length)[n]!;
    const cut = patchInstance(clinic, id, sopInstanceUid, bytes, { cutAfterBytes });
    await expect(cut).rejects.toBeInstanceOf(ConnectionCutError);
    // What has arrived is kept, up to what the server had not read off its socket yet: nobody has to send it again.
    const kept = await until('the cut is noticed', async () => {
      const offset = await storedOffset(clinic, id, sopInstanceUid);
      return offset >= cutAfterBytes - UNREAD_BYTES && { offset };
    });
    expect(kept.offset).toBeLessThanOrEqual(cutAfterBytes);
    const early = await completeUpload(clinic, id);
    expect(early.body).toMatchObject({
      complete: false,
      missing: exam.images
        .slice(n)
        .map((image) => image.sopInstanceUid)
        .sort(),
    });
    await sendInstance(clinic, id, sopInstanceUid, bytes);
  }
  expect((await completeUpload(clinic, id)).body).toEqual({ complete: true, missing: [], refused: [] });
  await expectWhole(exam.images);
  await queued('M1');
  // The quiet time may end before the news of the manifest: then they are assumed to be complete for a moment.
  await until('they are known to be complete', async () => (await examOf('M1')).images_complete === 'manifest');
});

it('resumes it after the api was killed in the midst of a file', async () => {
  const exam = testExam('M2', { modality: 'CT', images: 2 });
  await work.register(0, exam);
  const { id } = await openUpload(clinic, manifestOf(exam));
  const [first, second] = exam.images as [MadeInstance, MadeInstance];
  const half = first.bytes.length >> 1;
  expect((await patchInstance(clinic, id, first.sopInstanceUid, first.bytes.subarray(0, half))).status).toBe(204);
  await api.kill();
  await api.ready();
  expect(await storedOffset(clinic, id, first.sopInstanceUid)).toBe(half);
  await sendInstance(clinic, id, first.sopInstanceUid, first.bytes);

  const whole = patchInstance(clinic, id, second.sopInstanceUid, second.bytes).catch(() => undefined);
  await api.kill();
  await whole;
  await api.ready();
  await sendInstance(clinic, id, second.sopInstanceUid, second.bytes);
  expect((await completeUpload(clinic, id)).body).toMatchObject({ complete: true });
  await expectWhole(exam.images);
  await queued('M2');
});

it('keeps the whole images of a STOW request that was cut at every tenth, and takes it again as a whole', async () => {
  const exam = testExam('S1', { modality: 'CT', images: 5 });
  await work.register(0, exam);
  const ends: number[] = [];
  for await (const piece of multipart(bytesOf(exam.images), 'b'.repeat(70)))
    ends.push((ends.at(-1) ?? 0) + piece.length);
  const total = ends.at(-1)!;
  /** Where each image's last byte lies: every second piece is an image, the others are what stands between them. */
  const imageEnds = ends.filter((_, piece) => piece % 2 === 1);
  for (const cutAfterBytes of cutPoints(total)) {
    const request = { boundary: 'b'.repeat(70), cutAfterBytes };
    await expect(stow(api.url, work.clinic(0).key, bytesOf(exam.images), request)).rejects.toBeInstanceOf(
      ConnectionCutError,
    );
    const whole = Math.floor((cutAfterBytes / total) * exam.images.length);
    // One byte before the request's end every image has been sent, though nobody has said that it was the last one.
    const sent = imageEnds.filter((end) => end <= cutAfterBytes).length;
    const kept = async (): Promise<number> => {
      const registered = await registeredBytes(installation);
      return exam.images.filter(({ sopInstanceUid }) => registered.has(sopInstanceUid)).length;
    };
    await until(`${whole} of ${exam.images.length} images are kept`, async () => (await kept()) >= whole);
    expect(await kept()).toBeLessThanOrEqual(sent);
  }
  const { status, referenced } = await send(exam.images);
  expect([status, referenced.length]).toEqual([200, 5]);
  await expectWhole(exam.images);
  await queued('S1');
});

it('makes one exam of images that come twice, in disorder, at once, and before their request', async () => {
  const exam = testExam('D1', { images: 24 });
  const shuffled = [...exam.images].sort((a, b) => (sha256(a.bytes) < sha256(b.bytes) ? -1 : 1));
  const requests = [
    shuffled.slice(0, 16),
    shuffled.slice(8),
    [...shuffled].reverse().slice(4, 20),
    shuffled.slice(12, 20),
  ];
  const answers = await Promise.all([...requests, ...requests].map(send));
  expect(answers.map(({ status, failed }) => [status, failed])).toEqual(answers.map(() => [200, []]));
  await work.register(0, exam);
  await work.register(0, exam);
  await expectWhole(exam.images);
  const { id } = await queued('D1');
  await work.listed(id);
  const items = await installation.rows('SELECT exam_id FROM reading_item WHERE accession_number = $1', 'D1');
  expect(items).toEqual([{ exam_id: id }]);
  await assembled();
  const before = await examOf('D1');
  await send(exam.images);
  await assembled();
  expect(await examOf('D1')).toEqual(before);
});

describe('images that come late', () => {
  const late = [...imagesOf('L1', 'DX', 5)];
  let examId: string;
  let claim: Claim;

  const arrive = async (image: MadeInstance): Promise<void> => {
    const before = (await examOf('L1')).image_set;
    expect((await send([image])).status).toBe(200);
    await until('the image set has risen', async () => (await examOf('L1')).image_set > before);
  };

  it('after the claim: neither submitting nor signing goes on what was seen before', async () => {
    examId = await work.register(0, testExam('L1'));
    expect((await send(late.slice(0, 2))).status).toBe(200);
    await queued('L1');
    await work.listed(examId);
    const seen = await work.save(work.writer, examId, await work.claim(work.writer, examId));
    await arrive(late[2]!);
    const submitted = await work.writer.post(`/api/exams/${examId}/report/submit`, seen);
    expect([submitted.status, submitted.body.code]).toEqual([409, 'stale_image_set']);
    must(
      await work.writer.post(`/api/exams/${examId}/report/submit`, {
        ...seen,
        ...(await work.claim(work.writer, examId)),
      }),
    );

    claim = await work.claim(work.reviewer, examId);
    await arrive(late[3]!);
    const signed = await work.sign(examId, claim);
    expect([signed.status, signed.body.code]).toEqual([409, 'stale_image_set']);
    expect((await examOf('L1')).state).toBe('REVIEWING');
    expect(await installation.rows('SELECT id FROM report_version WHERE exam_id = $1', examId)).toEqual([]);

    const looked = await work.claim(work.reviewer, examId);
    expect(looked.imageSet).toBeGreaterThan(claim.imageSet);
    expect((await work.sign(examId, looked)).status).toBe(200);
  });

  it('after signing: the report stands, and the signer is asked', async () => {
    await arrive(late[4]!);
    expect((await examOf('L1')).state).toBe('SIGNED');
    const flags = (): Promise<{ code: string }[]> =>
      installation.rows('SELECT code FROM exam_flag WHERE exam_id = $1 AND resolved_at IS NULL', examId);
    await until('the signer is asked', async () => (await flags()).some(({ code }) => code === 'images_after_signing'));
    const { flags: shown } = must<{ flags: { code: string }[] }>(await work.reviewer.get(`/api/exams/${examId}`));
    expect(shown.map(({ code }) => code)).toContain('images_after_signing');
    expect(await installation.rows('SELECT number FROM report_version WHERE exam_id = $1', examId)).toEqual([
      { number: 1 },
    ]);
    await expectWhole(late);
    expect(worker.isRunning).toBe(true);
  });
});
