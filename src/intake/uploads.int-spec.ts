import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Client } from 'pg';
import { gateway, seedCounty, type TestCounty } from '../../test/harness/county';
import {
  ApiClient,
  completeUpload,
  ConnectionCutError,
  cutPoints,
  openUpload,
  patchInstance,
  sendInstance,
  storedOffset,
} from '../../test/harness/http';
import { DAY, ManualClock } from '../../test/harness/manual-clock';
import { stow } from '../../test/harness/stow';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import type { MadeInstance } from '../demo/synthetic';
import { PART_STORE } from '../images';
import type { PartStore } from '../platform/blob';
import { Sweeper } from '../platform/outbox';
import { filesOf, filmOrder } from '../studies/studies.fixture';
import { Uploads } from './uploads';

/** An entry of a manifest. */
const announced = ({ sopInstanceUid, bytes }: Pick<MadeInstance, 'sopInstanceUid' | 'bytes'>) => ({
  sopInstanceUid,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

interface Opened {
  id: string;
  missing: string[];
}

let system: System;
let county: TestCounty;
let client: ApiClient;
let other: ApiClient;
const clock = new ManualClock();

beforeAll(async () => {
  system = await startSystem({ role: 'all', clock, env: { MAX_REQUEST_INSTANCES: '20' } });
  county = await seedCounty(system);
  client = ApiClient.withKey(system.url, county.clinics[0]!.key);
  other = ApiClient.withKey(system.url, county.clinics[1]!.key);
});
afterAll(async () => {
  client.close();
  other.close();
  await system.stop();
});

const open = (instances: object[], extra: object = {}, who = client): Promise<Opened> =>
  openUpload<Opened>(who, { instances, ...extra });
const rows = <T>(sql: string, params: unknown[] = []): Promise<T[]> =>
  system.db.read(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));
const partsOf = (uploadId: string): boolean => existsSync(join(system.config.blobDir, '.parts', uploadId));
const codeOf = (answer: { status: number; body: unknown }): [number, string] => [
  answer.status,
  (answer.body as { code: string }).code,
];

it('announces, says what is missing, takes it in pieces, and completes once', async () => {
  const files = filesOf(filmOrder({ seed: 'whole upload', slices: 3 }));
  await stow(system.url, county.clinics[0]!.key, [files[0]!.bytes]);
  const upload = await open(files.map(announced), { accessionNumber: 'A1' });
  expect(upload.missing).toEqual([files[1]!.sopInstanceUid, files[2]!.sopInstanceUid].sort());
  const early = await completeUpload(client, upload.id);
  expect([early.status, early.body]).toEqual([200, { complete: false, missing: upload.missing, refused: [] }]);
  for (const file of files)
    await sendInstance(client, upload.id, file.sopInstanceUid, file.bytes, { pieceBytes: 20_000 });
  for (let i = 0; i < 2; i += 1) {
    expect((await completeUpload(client, upload.id)).body).toEqual({ complete: true, missing: [], refused: [] });
  }
  expect(await rows('SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY id', [upload.id])).toEqual([
    { action: 'upload.open' },
    { action: 'upload.complete' },
  ]);
  const [study] = await rows<{ id: string; instance_count: number }>(
    'SELECT id, instance_count FROM dicom_study WHERE study_uid = $1',
    [files[0]!.studyInstanceUid],
  );
  expect(study!.instance_count).toBe(3);
  const brief = await system.db.read(system.ctx(county.countyId), (tx) => system.get(Uploads).brief(tx, upload.id));
  expect(brief).toMatchObject({
    stored: 3,
    studyIds: [study!.id],
    upload: { state: 'complete', accession_number: 'A1' },
  });
  expect(partsOf(upload.id)).toBe(false);
  const status = await client.call<object>('GET', `/api/uploads/${upload.id}`);
  expect(status).toMatchObject({ state: 'complete', instances: 3, stored: 3, missing: [], refused: [] });
  const again = await open([announced(files[0]!)]);
  expect(again.missing).toEqual([]);
});

it('keeps what arrived when the client is cut, at every tenth of the file', async () => {
  const [file] = filesOf(filmOrder({ seed: 'cut upload' }));
  const upload = await open([announced(file!)]);
  let kept = 0;
  for (const point of cutPoints(file!.bytes.length).filter((bytes) => bytes > 0)) {
    const offset = await storedOffset(client, upload.id, file!.sopInstanceUid);
    expect(offset).toBeGreaterThanOrEqual(kept);
    kept = offset;
    const rest = file!.bytes.subarray(offset);
    const cutAfterBytes = Math.max(0, point - offset);
    if (cutAfterBytes === 0) continue;
    await expect(
      patchInstance(client, upload.id, file!.sopInstanceUid, rest, { offset, cutAfterBytes }),
    ).rejects.toBeInstanceOf(ConnectionCutError);
  }
  expect(kept).toBeGreaterThan(0);
  await sendInstance(client, upload.id, file!.sopInstanceUid, file!.bytes, { attempts: 40, retryDelayMs: 100 });
  expect((await completeUpload(client, upload.id)).body).toMatchObject({ complete: true });
});

it('tells where to go on when the offset is another one, and refuses what is beyond the announced size', async () => {
  const [file] = filesOf(filmOrder({ seed: 'offsets' }));
  const upload = await open([announced(file!)]);
  const at = (offset: number, bytes: Uint8Array) =>
    patchInstance(client, upload.id, file!.sopInstanceUid, bytes, { offset });
  expect((await at(0, file!.bytes.subarray(0, 1_000))).headers['upload-offset']).toBe('1000');
  const wrong = await at(500, file!.bytes.subarray(500, 600));
  expect([...codeOf(wrong), (wrong.body as any).params.offset]).toEqual([409, 'offset_mismatch', 1_000]);
  expect(codeOf(await at(1_000, Buffer.alloc(file!.bytes.length)))).toEqual([413, 'part_too_large']);
  expect(await storedOffset(client, upload.id, file!.sopInstanceUid)).toBe(1_000);
  expect((await at(1_000, file!.bytes.subarray(1_000))).status).toBe(204);
  expect((await at(file!.bytes.length, Buffer.alloc(0))).status).toBe(204);
  expect(codeOf(await at(0, file!.bytes))).toEqual([409, 'offset_mismatch']);
});

it('lets one of two that send the same part at once win', async () => {
  const [file] = filesOf(filmOrder({ seed: 'two at once', width: 1_024 }));
  const upload = await open([announced(file!)]);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => patchInstance(client, upload.id, file!.sopInstanceUid, file!.bytes)),
  );
  expect(answers.filter((answer) => answer.status === 204).length).toBeGreaterThanOrEqual(1);
  for (const answer of answers.filter(({ status }) => status !== 204)) {
    expect([answer.status, ['part_busy', 'offset_mismatch']]).toEqual([
      409,
      expect.arrayContaining([(answer.body as any).code]),
    ]);
  }
  expect((await completeUpload(client, upload.id)).body).toMatchObject({ complete: true });
  const instances = await rows('SELECT id FROM instance WHERE sop_uid = $1', [file!.sopInstanceUid]);
  expect(instances).toHaveLength(1);
});

describe('a refused part', () => {
  it('with other bytes than announced may be sent again from the beginning', async () => {
    const [file] = filesOf(filmOrder({ seed: 'broken line' }));
    const upload = await open([announced(file!)]);
    const broken = Buffer.from(file!.bytes);
    broken.writeUInt8(broken.readUInt8(5_000) ^ 0xff, 5_000);
    const answer = await patchInstance(client, upload.id, file!.sopInstanceUid, broken);
    expect([...codeOf(answer), (answer.body as any).params.refusal]).toEqual([400, 'part_refused', 'hash_mismatch']);
    expect((await completeUpload(client, upload.id)).body).toMatchObject({
      complete: false,
      missing: [],
      refused: [{ sopInstanceUid: file!.sopInstanceUid, code: 'hash_mismatch', message: expect.any(String) }],
    });
    expect(await storedOffset(client, upload.id, file!.sopInstanceUid)).toBe(0);
    expect((await patchInstance(client, upload.id, file!.sopInstanceUid, file!.bytes)).status).toBe(204);
    expect((await completeUpload(client, upload.id)).body).toMatchObject({ complete: true });
  });

  it('that is no such instance is named by its reason, and can be announced anew', async () => {
    const [file, another] = filesOf(filmOrder({ seed: 'wrong content', slices: 2 }));
    const sopInstanceUid = file!.sopInstanceUid;
    const junk = Buffer.from('this is not DICOM');
    const upload = await open([announced({ sopInstanceUid, bytes: junk })]);
    const refusedAs = async (bytes: Buffer): Promise<string> => {
      await open([announced({ sopInstanceUid, bytes })], { uploadId: upload.id });
      const answer = await patchInstance(client, upload.id, sopInstanceUid, bytes);
      expect(answer.status).toBe(400);
      return (answer.body as any).params.refusal as string;
    };
    expect(await refusedAs(junk)).toBe('not_dicom');
    expect(await refusedAs(another!.bytes)).toBe('sop_uid_differs');
    await open([announced(file!)], { uploadId: upload.id });
    await sendInstance(client, upload.id, sopInstanceUid, file!.bytes);
    expect((await completeUpload(client, upload.id)).body).toMatchObject({ complete: true });
  });

  it('that collides with what is registered is a conflict, and flagged', async () => {
    const [file] = filesOf(filmOrder({ seed: 'upload collision' }));
    await stow(system.url, county.clinics[0]!.key, [file!.bytes]);
    const [changed] = filesOf(filmOrder({ seed: 'upload collision', pixelSeed: 'x' }));
    const upload = await open([announced(changed!)]);
    expect(upload.missing).toEqual([file!.sopInstanceUid]);
    const answer = await patchInstance(client, upload.id, file!.sopInstanceUid, changed!.bytes);
    expect(codeOf(answer)).toEqual([409, 'sop_collision']);
    expect((await completeUpload(client, upload.id)).body).toMatchObject({ refused: [{ code: 'sop_collision' }] });
    expect(await rows('SELECT 1 FROM study_flag WHERE subject = $1', [file!.sopInstanceUid])).toHaveLength(1);
  });

  it('of another study than the one announced', async () => {
    const [file] = filesOf(filmOrder({ seed: 'other study' }));
    const upload = await open([announced(file!)], { studyInstanceUid: '1.2.3.4' });
    const answer = await patchInstance(client, upload.id, file!.sopInstanceUid, file!.bytes);
    expect((answer.body as any).params.refusal).toBe('study_uid_differs');
  });
});

it('registers a part that was whole when the process died before it could', async () => {
  const [file] = filesOf(filmOrder({ seed: 'died' }));
  const upload = await open([announced(file!)]);
  const store = system.app.get<PartStore>(PART_STORE, { strict: false });
  const { partPath } = await store.openPart(upload.id, file!.sopInstanceUid);
  await store.appendPart(partPath, 0, Readable.from([file!.bytes]), file!.bytes.length);
  expect((await completeUpload(client, upload.id)).body).toEqual({ complete: true, missing: [], refused: [] });
});

describe('a fault of the system while the last piece is taken', () => {
  /** Runs `work` while a name that the product's SQL uses is gone: its queries fail as with a database that is away. */
  async function without<T>(table: string, column: string, work: () => Promise<T>): Promise<T> {
    const owner = new Client({ connectionString: system.databaseUrl });
    await owner.connect();
    try {
      await owner.query(`ALTER TABLE ${table} RENAME COLUMN ${column} TO away`);
      return await work().finally(() => owner.query(`ALTER TABLE ${table} RENAME COLUMN away TO ${column}`));
    } finally {
      await owner.end();
    }
  }

  /** A clinic whose settings no process has looked up yet, with everything but the last bytes of a file acknowledged. */
  async function almostSent(seed: string) {
    const clinic = (await seedCounty(system, { code: seed.replaceAll(' ', '-'), clinics: 1 })).clinics[0]!;
    const who = ApiClient.withKey(system.url, clinic.key);
    const [file] = filesOf(filmOrder({ seed }));
    const upload = await open([announced(file!)], {}, who);
    const offset = file!.bytes.length - 100;
    await patchInstance(who, upload.id, file!.sopInstanceUid, file!.bytes.subarray(0, offset));
    const last = () => patchInstance(who, upload.id, file!.sopInstanceUid, file!.bytes.subarray(offset), { offset });
    return { who, id: upload.id, uid: file!.sopInstanceUid, length: file!.bytes.length, last };
  }

  it('before its header is read keeps every acknowledged byte', async () => {
    const { who, id, uid, length, last } = await almostSent('fault while reading');
    expect((await without('clinic', 'default_charset', last)).status).toBe(500);
    expect(await storedOffset(who, id, uid)).toBe(length);
    expect((await completeUpload(who, id)).body).toMatchObject({ complete: true });
    who.close();
  });

  it.each([
    ['HEAD', (who: ApiClient, id: string, uid: string) => storedOffset(who, id, uid)],
    [
      'an empty last piece',
      async (who: ApiClient, id: string, uid: string, length: number) =>
        Number((await patchInstance(who, id, uid, Buffer.alloc(0), { offset: length })).headers['upload-offset']),
    ],
    [
      'complete',
      async (who: ApiClient, id: string, _: string, length: number) =>
        ((await completeUpload(who, id)).body as { complete: boolean }).complete && length,
    ],
  ])('after its bytes were committed has nothing sent again: %s registers them', async (how, ask) => {
    const { who, id, uid, length, last } = await almostSent(`fault while registering ${how}`);
    expect((await without('instance', 'superseded_at', last)).status).toBe(500);
    expect(await ask(who, id, uid, length)).toBe(length);
    expect((await completeUpload(who, id)).body).toMatchObject({ complete: true });
    who.close();
  });

  it('after its bytes were committed, and damaged since, has them sent again', async () => {
    const { who, id, uid, length, last } = await almostSent('fault and damage');
    await without('instance', 'superseded_at', last);
    const [row] = await rowsOf(id);
    const path = join(system.config.blobDir, row!.county_id, row!.clinic_id, row!.sha256.slice(0, 2), row!.sha256);
    await writeFile(path, Buffer.alloc(length));
    expect(await storedOffset(who, id, uid)).toBe(0);
    who.close();
  });

  async function rowsOf(id: string): Promise<{ county_id: string; clinic_id: string; sha256: string }[]> {
    const owner = new Client({ connectionString: system.databaseUrl });
    await owner.connect();
    try {
      const found = await owner.query<{ county_id: string; clinic_id: string; sha256: string }>(
        'SELECT u.county_id, u.clinic_id, p.sha256 FROM upload u JOIN upload_instance p ON p.upload_id = u.id WHERE u.id = $1',
        [id],
      );
      return found.rows;
    } finally {
      await owner.end();
    }
  }
});

it('takes a manifest in several pieces', async () => {
  const files = filesOf(filmOrder({ seed: 'pieces', slices: 4 }));
  const first = await open(files.slice(0, 2).map(announced));
  const second = await open(files.slice(2).map(announced), { uploadId: first.id });
  expect([second.id, second.missing.length]).toEqual([first.id, 4]);
  const tooMany = await client.request('POST', '/api/uploads', {
    uploadId: first.id,
    instances: Array.from({ length: 17 }, (_, n) => ({ ...announced(files[0]!), sopInstanceUid: `1.2.${n}` })),
  });
  expect(codeOf(tooMany)).toEqual([413, 'too_many_instances']);
  expect(await client.call<object>('GET', `/api/uploads/${first.id}`)).toMatchObject({ instances: 4 });
});

it.each<[string, object, string]>([
  ['no instance', { instances: [] }, 'instances'],
  [
    'a bad UID',
    { instances: [{ sopInstanceUid: '1.2.x', bytes: 1, sha256: 'a'.repeat(64) }] },
    'instances.0.sopInstanceUid',
  ],
  ['a bad hash', { instances: [{ sopInstanceUid: '1.2', bytes: 1, sha256: 'zz' }] }, 'instances.0.sha256'],
  [
    'a size of nothing',
    { instances: [{ sopInstanceUid: '1.2', bytes: 0, sha256: 'a'.repeat(64) }] },
    'instances.0.bytes',
  ],
  ['an unknown field', { instances: [], patientName: 'x' }, 'instances'],
  [
    'the same UID twice',
    { instances: ['a', 'b'].map((digit) => ({ sopInstanceUid: '1.2', bytes: 1, sha256: digit.repeat(64) })) },
    'instances',
  ],
])('refuses a manifest with %s and names the field', async (_, manifest, field) => {
  const answer = await client.request('POST', '/api/uploads', manifest);
  expect([...codeOf(answer), (answer.body as any).params.field]).toEqual([400, 'invalid_input', field]);
});

it('refuses a piece of another type or without an offset', async () => {
  const [file] = filesOf(filmOrder({ seed: 'headers' }));
  const upload = await open([announced(file!)]);
  const path = `/api/uploads/${upload.id}/instances/${file!.sopInstanceUid}`;
  const type = 'application/offset+octet-stream';
  const patch = (headers: Record<string, string>) => client.raw('PATCH', path, { headers, body: 'x' });
  expect(codeOf(await patch({ 'content-type': 'application/octet-stream', 'upload-offset': '0' }))[0]).toBe(415);
  const without = await patch({ 'content-type': type });
  expect([without.status, (without.body as any).params.field]).toEqual([400, 'Upload-Offset']);
  expect((await patch({ 'content-type': type, 'upload-offset': '-1' })).status).toBe(400);
});

it("shows nobody another clinic's uploads, nor by a hash what another clinic has", async () => {
  const [file] = filesOf(filmOrder({ seed: 'not yours' }));
  await stow(system.url, county.clinics[0]!.key, [file!.bytes]);
  const theirs = await open([announced(file!)], {}, other);
  expect(theirs.missing).toEqual([file!.sopInstanceUid]);
  const mine = await open([announced(file!)]);
  expect(mine.missing).toEqual([]);
  const path = `/api/uploads/${mine.id}`;
  expect((await other.request('GET', path)).status).toBe(404);
  expect((await other.raw('HEAD', `${path}/instances/${file!.sopInstanceUid}`)).status).toBe(404);
  expect((await patchInstance(other, mine.id, file!.sopInstanceUid, file!.bytes)).status).toBe(404);
  expect((await other.request('POST', `${path}/complete`, {})).status).toBe(404);
  expect(
    (await other.request('POST', '/api/uploads', { uploadId: mine.id, instances: [announced(file!)] })).status,
  ).toBe(404);
  const reader = await gateway(system, county.clinics[1]!).get(`/api/uploads/${theirs.id}`);
  expect(reader.status).toBe(200);
});

it('gives up an upload that nobody goes on with, not one that somebody does', async () => {
  const [first, second] = filesOf(filmOrder({ seed: 'abandoned', slices: 2 }));
  const silent = await open([announced(first!)]);
  const alive = await open([announced(second!)]);
  const piece = (id: string, file: typeof first, offset: number, bytes: number) =>
    patchInstance(client, id, file!.sopInstanceUid, file!.bytes.subarray(offset, offset + bytes), { offset });
  await piece(silent.id, first, 0, 1_000);
  await piece(alive.id, second, 0, 1_000);
  clock.advance(8 * DAY);
  await system.get(Sweeper).sweepOnce();
  expect(await client.call('GET', `/api/uploads/${silent.id}`)).toMatchObject({ state: 'open' });
  expect((await piece(alive.id, second, 1_000, 1_000)).status).toBe(204);
  clock.advance(8 * DAY);
  // The worker's own sweep may be at it: then this one leaves it to that.
  await until('the parts are gone', async () => {
    await system.get(Sweeper).sweepOnce();
    return !partsOf(silent.id);
  });
  expect(await client.call('GET', `/api/uploads/${silent.id}`)).toMatchObject({ state: 'abandoned' });
  expect(await client.call('GET', `/api/uploads/${alive.id}`)).toMatchObject({ state: 'open' });
  expect(partsOf(alive.id)).toBe(true);
  expect(codeOf(await piece(silent.id, first, 1_000, 1_000))).toEqual([409, 'upload_closed']);
});
