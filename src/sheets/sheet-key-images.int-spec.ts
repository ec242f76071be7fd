import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { BLOB_STORE } from '../images';
import { blobKey, type BlobStore } from '../platform/blob';
import { Desk, report, type Seen } from '../reporting/desk.fixture';
import { ImagedExams } from '../reporting/key-images/imaged-exams.fixture';

/** 关键图像 on the sheet, from the image in the store to the paper of the clinic. */
let system: System;
let county: TestCounty;
let desk: Desk;
let exams: ImagedExams;
let clinic: JsonClient;
let writer: JsonClient;
let reviewer: JsonClient;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sheet-'));
  system = await startSystem({ env: { QUIET_SECONDS: '1' } });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  writer = await signIn(system, county, 'writer11');
  reviewer = await signIn(system, county, 'reviewer21');
  desk = new Desk(clinic, writer, reviewer, until);
  exams = new ImagedExams(system, county, clinic, writer);
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
  const seen = await desk.put(writer, exam, await desk.claim(writer, exam));
  const keyImages = [
    { sopInstanceUid: sopUids[0], window: { center: 40, width: 400 }, caption: '纵隔窗所见' },
    { sopInstanceUid: sopUids[1] },
  ];
  const { status, body } = await writer.put(report(exam, '/key-images'), { fence: seen.fence, keyImages });
  expect(status).toBe(200);
  return { exam, seen, images: body.keyImages };
}

async function signed({ exam, seen }: Marked): Promise<string> {
  expect((await writer.post(report(exam, '/submit'), seen)).status).toBe(200);
  const { status, body } = await reviewer.post(report(exam, '/sign'), await desk.claim(reviewer, exam));
  expect(status).toBe(200);
  return body.versionId;
}

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
  const sheet = await paper(`/api/reports/${versionId}/pdf`, clinic);
  expect(sheet).toMatchObject({ images: 2, text: expect.stringMatching(/图1纵隔窗所见.*图2.*影像所见/) });
  const small = await paper(`/api/reports/${versionId}/pdf?paper=A5`, clinic);
  expect(small).toMatchObject({ images: 2, text: expect.stringContaining('图1纵隔窗所见') });
  expect((await paper(`/api/reports/${versionId}/pdf?paper=A5`, clinic)).bytes.equals(small.bytes)).toBe(true);
});

it('are on the draft as well', async () => {
  const { exam } = await marked();
  expect(await paper(`/api/exams/${exam}/report/draft.pdf`, writer)).toMatchObject({
    images: 2,
    text: expect.stringContaining('未审签'),
  });
});

it('say why where a picture cannot be shown, and keep no report from its clinic', async () => {
  const exam = await marked();
  const key = blobKey(county.countyId, county.clinics[0]!.id, exam.images[1]!.sha256);
  await system.app.get<BlobStore>(BLOB_STORE, { strict: false }).delete(key);
  const sheet = await paper(`/api/reports/${await signed(exam)}/pdf`, clinic);
  expect(sheet).toMatchObject({ images: 1, text: expect.stringContaining('影像文件缺失') });
});
