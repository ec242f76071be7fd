import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { BLOB_STORE } from '../images';
import { dataSet, element, greyImage, part10, TAG } from '../images/dicom/dicom-bytes.fixture';
import { Pictures } from '../pictures';
import { blobKey, type BlobStore } from '../platform/blob';
import { newId } from '../platform/ids';
import { report, type Seen } from '../reporting/desk.fixture';
import { ImagedExams } from '../reporting/key-images/imaged-exams.fixture';
import { newVerificationCode } from '../reporting/verification/verification-code.rules';
import { PICTURES_WAIT_MS } from './render-pdf.handler';
import { SheetDesk } from './sheet-desk.fixture';

/** 关键图像 on the sheet, from the image in the store to the paper of the clinic. */
let system: System;
let desk: SheetDesk;
let exams: ImagedExams;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sheet-'));
  system = await startSystem({ env: { QUIET_SECONDS: '1' } });
  desk = await SheetDesk.open(system);
  exams = new ImagedExams(system, desk.county, desk.clinic, desk.writer);
});
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Marked {
  readonly exam: string;
  readonly seen: Seen;
  readonly images: readonly { readonly sha256: string }[];
}

/** Written, with two images marked. */
async function marked(): Promise<Marked> {
  const { exam, sopUids } = await exams.queued(2);
  const seen = await desk.put(desk.writer, exam, await desk.claim(desk.writer, exam));
  const keyImages = [
    { sopInstanceUid: sopUids[0], window: { center: 40, width: 400 }, caption: '纵隔窗所见' },
    { sopInstanceUid: sopUids[1] },
  ];
  const { status, body } = await desk.writer.put(report(exam, '/key-images'), { fence: seen.fence, keyImages });
  expect(status).toBe(200);
  return { exam, seen, images: body.keyImages };
}

const signed = async ({ exam, seen }: Marked): Promise<string> => (await desk.finished(exam, seen)).versionId;

async function paper(path: string, client: JsonClient): Promise<{ text: string; images: number; bytes: Buffer }> {
  const answer = await until('the sheet is there', async () => {
    const tried = await fetch(`${system.url}${path}`, { headers: client.identity });
    return tried.status === 200 && tried;
  });
  const file = join(folder, 'sheet.pdf');
  const bytes = Buffer.from(await answer.arrayBuffer());
  writeFileSync(file, bytes);
  const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' }).replace(/\s/g, '');
  const listed = execFileSync('pdfimages', ['-list', file], { encoding: 'utf8' });
  return { text, images: listed.split('\n').filter((line) => / jpeg /.test(line)).length, bytes };
}

it('are printed with what the doctor says of them, on whatever paper, the same whenever it is set', async () => {
  const versionId = await signed(await marked());
  const sheet = await paper(`/api/reports/${versionId}/pdf`, desk.clinic);
  expect(sheet).toMatchObject({ images: 2, text: expect.stringMatching(/图1纵隔窗所见.*图2.*影像所见/) });
  const small = await paper(`/api/reports/${versionId}/pdf?paper=A5`, desk.clinic);
  expect(small).toMatchObject({ images: 2, text: expect.stringContaining('图1纵隔窗所见') });
  expect((await paper(`/api/reports/${versionId}/pdf?paper=A5`, desk.clinic)).bytes.equals(small.bytes)).toBe(true);
});

it('are on the draft as well', async () => {
  const { exam } = await marked();
  expect(await paper(`/api/exams/${exam}/report/draft.pdf`, desk.writer)).toMatchObject({
    images: 2,
    text: expect.stringContaining('未审签'),
  });
});

it('say why where a picture cannot be shown, and keep no report from its clinic', async () => {
  const exam = await marked();
  const key = blobKey(desk.county.countyId, desk.county.clinics[0]!.id, exam.images[1]!.sha256);
  await system.app.get<BlobStore>(BLOB_STORE, { strict: false }).delete(key);
  const sheet = await paper(`/api/reports/${await signed(exam)}/pdf`, desk.clinic);
  expect(sheet).toMatchObject({ images: 1, text: expect.stringContaining('影像文件缺失') });
});

describe('at a moment that does not allow pictures', () => {
  /** Single bits that fill a film at 1,200 dots an inch: no machine paints them within the time that HURRIED leaves. */
  const SIDE = 8_000;
  const SLOW = part10(
    dataSet(greyImage(SIDE, SIDE, 1, 1), 'explicit', element(TAG.pixelData, 'OB', Buffer.alloc(SIDE ** 2 / 8))),
  );

  /** Puts a file that takes its time in the place of each of the images. */
  function slowedDown({ images }: Marked): void {
    const store = system.app.get<BlobStore>(BLOB_STORE, { strict: false });
    for (const { sha256 } of images) {
      const path = store.localPath?.(blobKey(desk.county.countyId, desk.county.clinics[0]!.id, sha256)) ?? '';
      rmSync(path);
      writeFileSync(path, SLOW);
    }
  }

  /** While `work` is done, the picture thread allows less. */
  async function under(less: object, work: () => Promise<void>): Promise<void> {
    const options = system.get(Pictures)['thread']['thread']['options'];
    const usual = { ...options };
    Object.assign(options, less);
    try {
      await work();
    } finally {
      Object.assign(options, usual);
    }
  }
  const HURRIED = { answerLimitMs: 20 };

  const archived = (versionId: string): Promise<unknown> =>
    system.db.relay(desk.ctx, (tx) =>
      tx.row('SELECT pdf_sha256 IS NOT NULL AS archived FROM report_version WHERE id = $1', [versionId]),
    );

  /** A later version with the same pictures, signed so long before that one, of which no queue knows. */
  async function signedBefore(versionId: string, milliseconds: number): Promise<string> {
    const id = newId();
    const set = { id, number: 2, kind: 'corrected', reason: '侧别有误', supersedes_id: versionId };
    const unprinted = { pdf_sha256: null, pdf_bytes: null, pdf_at: null, verification_code: newVerificationCode() };
    await system.db.relay(desk.ctx, (tx) =>
      tx.change(
        `INSERT INTO report_version SELECT (jsonb_populate_record(v, to_jsonb(v) || $2 || jsonb_build_object(
           'written_at', v.written_at - make_interval(secs => $3), 'signed_at', v.signed_at - make_interval(secs => $3)))).*
         FROM report_version v WHERE id = $1`,
        [versionId, JSON.stringify({ ...set, ...unprinted }), milliseconds / 1_000],
      ),
    );
    return id;
  }

  /** The draft on paper, and when to come again. */
  async function refused({ exam }: Marked): Promise<void> {
    const answer = await fetch(`${system.url}${report(exam, '/draft.pdf')}`, { headers: desk.writer.identity });
    const said = { code: 'unavailable', params: { retryAfterSeconds: 2 } };
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toMatchObject([503, '2', said]);
  }

  it('a caller is asked to come again while too many frames wait', async () => {
    const draft = await marked();
    await under({ queueLimit: -1 }, () => refused(draft));
    expect(await paper(report(draft.exam, '/draft.pdf'), desk.writer)).toMatchObject({ images: 2 });
  });

  it('a sheet is not archived without them: the queue tries again', async () => {
    let versionId = '';
    await under(HURRIED, async () => {
      const draft = await marked();
      slowedDown(draft);
      await refused(draft);
      versionId = await signed(draft);
      await expect(desk.print(versionId)).rejects.toMatchObject({ code: 'unavailable' });
      expect(await archived(versionId)).toEqual({ archived: false });
    });
    expect(await paper(`/api/reports/${versionId}/pdf`, desk.clinic)).toMatchObject({ images: 2 });
  });

  it('a report does not wait for ever', async () => {
    await under(HURRIED, async () => {
      const exam = await marked();
      slowedDown(exam);
      const late = await signedBefore(await signed(exam), PICTURES_WAIT_MS);
      await desk.print(late);
      expect(await archived(late)).toEqual({ archived: true });
      const { images, text } = await paper(`/api/reports/${late}/pdf`, desk.clinic);
      expect([images, text.match(/影像处理超时，未能打印/g)?.length]).toEqual([0, 2]);
    });
  });

  it.each([
    ['is not archived with empty frames at first', 0, false],
    ['is, when it has waited long enough', PICTURES_WAIT_MS, true],
  ])('a sheet whose pictures stop the printer %s', async (_, age, expected) => {
    const first = await signed(await marked());
    expect(await paper(`/api/reports/${first}/pdf`, desk.clinic)).toMatchObject({ images: 2 });
    const versionId = await signedBefore(first, age);
    // What lies in memory is spoilt: nothing that has just been painted ever was.
    const made = system.get(Pictures)['made'];
    const kept = [...made['entries'].values()].map(({ value }) => value.jpeg);
    for (const jpeg of kept) jpeg.fill(0);
    const printed = desk.print(versionId);
    if (expected) await printed;
    else await expect(printed).rejects.toThrow('could not print the key images this time');
    expect(await archived(versionId)).toEqual({ archived: expected });
  });
});
