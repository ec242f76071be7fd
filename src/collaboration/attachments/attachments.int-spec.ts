import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { ManualClock } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { BLOB_STORE } from '../../images';
import { blobKey, type BlobStore } from '../../platform/blob';
import { ReadingRoom } from '../../worklist/reading-room.fixture';
import { MAX_ATTACHMENT_BYTES } from './attachment.rules';

let system: System;
let county: TestCounty;
let room: ReadingRoom;
const clients = new Map<string, JsonClient>();
const as = (username: string): JsonClient => clients.get(username)!;

const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(64, 7)]);
const PDF = Buffer.from('%PDF-1.7\n…');
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  system = await startSystem({ clock: new ManualClock(), role: 'api' });
  county = await seedCounty(system);
  room = new ReadingRoom(system, county);
  for (const name of ['tech01', 'doctor01', 'tech02', 'writer11', 'reviewer21', 'admin', 'auditor'])
    clients.set(name, await signIn(system, county, name));
  clients.set('gateway', gateway(system, county.clinics[0]!));
  clients.set('gateway2', gateway(system, county.clinics[1]!));
});
afterAll(() => system.stop());

interface Sent {
  readonly status: number;
  readonly body: any;
}

async function send(
  who: string,
  examId: string,
  bytes: Buffer,
  query = 'kind=request_form&name=申请单',
): Promise<Sent> {
  const response = await fetch(`${system.url}/api/exams/${examId}/attachments?${query}`, {
    method: 'POST',
    headers: { ...as(who).identity, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, body: await response.json() };
}

const stored = async (bytes: Buffer): Promise<boolean> => {
  const key = blobKey(county.countyId, county.clinics[0]!.id, sha(bytes));
  return (await system.app.get<BlobStore>(BLOB_STORE, { strict: false }).stat(key)) !== undefined;
};

it('keeps a paper with its exam, and hands out the very bytes to be saved, never to be shown', async () => {
  const examId = await room.queued();
  await as('writer11').post(`/api/worklist/${examId}/claim`, {});
  const sent = await send('tech01', examId, PNG, 'kind=request_form&name=申请单.exe');
  expect(sent).toMatchObject({
    status: 201,
    body: { kind: 'request_form', name: '申请单.png', mediaType: 'image/png', bytes: PNG.length, sha256: sha(PNG) },
  });
  expect(await stored(PNG)).toBe(true);
  const path = `/api/exams/${examId}/attachments/${sent.body.attachmentId}`;
  const response = await fetch(system.url + path, { headers: as('writer11').identity });
  expect(Buffer.from(await response.arrayBuffer()).equals(PNG)).toBe(true);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(PNG.length),
    'content-disposition': expect.stringMatching(/^attachment; .*filename\*=UTF-8''%E7%94%B3%E8%AF%B7%E5%8D%95\.png$/),
    'x-content-type-options': 'nosniff',
  });
  expect((await as('writer11').get('/api/notices?open=true')).body.items).toMatchObject([
    { kind: 'collaboration.attachment', examId },
  ]);
  const actions = (await room.audit(examId)).map((row) => row.action);
  expect(actions).toEqual(['exam.claim', 'attachment.add', 'attachment.open']);
});

it('takes the same file again as the same attachment', async () => {
  const examId = await room.queued();
  const [first, second] = [await send('gateway', examId, PDF), await send('gateway', examId, PDF)];
  expect([second.status, second.body.attachmentId]).toEqual([201, first.body.attachmentId]);
  expect((await as('doctor01').get(`/api/exams/${examId}/attachments`)).body.items).toHaveLength(1);
});

it('withdraws and never deletes', async () => {
  const examId = await room.queued();
  const { attachmentId } = (await send('tech01', examId, PDF, 'kind=old_report')).body;
  const path = `/api/exams/${examId}/attachments/${attachmentId}`;
  expect((await as('tech01').post(`${path}/withdraw`, {})).status).toBe(400);
  const withdrawn = await as('doctor01').post(`${path}/withdraw`, { reason: '传错患者' });
  expect([withdrawn.status, withdrawn.body.withdrawn]).toMatchObject([200, { by: '医师1', reason: '传错患者' }]);
  expect((await as('writer11').get(path)).status).toBe(410);
  expect((await as('writer11').get(`/api/exams/${examId}/attachments`)).body.items).toMatchObject([
    { attachmentId, withdrawn: { reason: '传错患者' } },
  ]);
  expect(await stored(PDF)).toBe(true);
  expect((await as('tech01').post(`${path}/withdraw`, { reason: '再撤' })).body.code).toBe(
    'attachment_already_withdrawn',
  );
  // The same file may come back: it is another attachment then.
  expect((await send('tech01', examId, PDF)).body.attachmentId).not.toBe(attachmentId);
});

describe('refuses', () => {
  it.each([
    ['a web page', Buffer.from('<html><script>alert(1)</script>')],
    ['a picture with something before it', Buffer.concat([Buffer.from('GIF89a'), PNG])],
    ['nothing', Buffer.alloc(0)],
  ])('%s', async (_, bytes) => {
    const examId = await room.queued();
    expect(await send('tech01', examId, bytes)).toMatchObject({ status: 415, body: { code: 'attachment_type' } });
    expect((await as('tech01').get(`/api/exams/${examId}/attachments`)).body.items).toEqual([]);
  });

  it('one byte too many, announced or not', async () => {
    const examId = await room.queued();
    const big = Buffer.concat([PNG, Buffer.alloc(MAX_ATTACHMENT_BYTES + 1 - PNG.length)]);
    expect(await send('tech01', examId, big)).toMatchObject({ status: 413, body: { code: 'attachment_too_large' } });
    expect((await sendChunked(examId, big)).status).toBe(413);
    expect(await stored(big)).toBe(false);
    expect((await send('tech01', examId, big.subarray(0, MAX_ATTACHMENT_BYTES))).status).toBe(201);
  });

  it('the twenty-first, of two at once too', async () => {
    const examId = await room.queued();
    const paper = (n: number): Buffer => Buffer.from(`%PDF-${n}`);
    for (let n = 1; n <= 19; n += 1) expect((await send('tech01', examId, paper(n))).status).toBe(201);
    const both = await Promise.all([send('tech01', examId, paper(20)), send('doctor01', examId, paper(21))]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 409)!.body.code).toBe('attachments_full');
    expect((await as('tech01').get(`/api/exams/${examId}/attachments`)).body.items).toHaveLength(20);
  });

  it('an exam that nobody will read', async () => {
    const examId = await room.exam({ state: 'WITHDRAWN' });
    expect((await send('tech01', examId, PNG)).body).toMatchObject({
      code: 'exam_state_conflict',
      params: { state: 'WITHDRAWN' },
    });
  });
});

it('is the clinic’s to add and everybody’s to read who may see the exam', async () => {
  const examId = await room.queued();
  const { attachmentId } = (await send('gateway', examId, PNG)).body;
  const path = `/api/exams/${examId}/attachments`;
  for (const who of ['tech02', 'gateway2']) {
    expect((await send(who, examId, PDF)).status).toBe(404);
    expect((await as(who).get(path)).status).toBe(404);
    expect((await as(who).get(`${path}/${attachmentId}`)).status).toBe(404);
    expect((await as(who).post(`${path}/${attachmentId}/withdraw`, { reason: '试' })).status).toBe(404);
  }
  for (const who of ['reviewer21', 'writer11', 'admin', 'gateway', 'doctor01'])
    expect([who, (await as(who).get(`${path}/${attachmentId}`)).status]).toEqual([who, 200]);
  expect((await send('writer11', examId, PDF)).status).toBe(403);
  expect((await as('auditor').get(path)).status).toBe(403);
  const elsewhere = await room.queued();
  expect((await as('tech01').get(`/api/exams/${elsewhere}/attachments/${attachmentId}`)).status).toBe(404);
});

/** A body that does not say how long it is. */
function sendChunked(examId: string, bytes: Buffer): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const req = request(
      `${system.url}/api/exams/${examId}/attachments?kind=other`,
      { method: 'POST', headers: { ...as('tech01').identity, 'transfer-encoding': 'chunked' } },
      (res) => {
        res.resume();
        resolve({ status: res.statusCode ?? 0 });
        req.destroy();
      },
    );
    req.on('error', reject);
    req.write(bytes);
    req.end();
  });
}
