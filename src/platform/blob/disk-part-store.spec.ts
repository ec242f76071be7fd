import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { blobKey, DiskBlobStore, type DiskPartStore } from './index';

const UPLOAD = '018f0000-0000-7000-8000-00000000000c';
const COUNTY = '018f0000-0000-7000-8000-000000000001';
const NAME = '1.2.840.113619.2.55.3';
const MAX = 1 << 20;
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const streamOf = (...chunks: string[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

let root: string;
let store: DiskBlobStore;
let parts: DiskPartStore;
let path: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'parts-'));
  store = await DiskBlobStore.at(root);
  parts = store.parts;
  path = (await parts.openPart(UPLOAD, NAME)).partPath;
});
afterEach(() => rm(root, { recursive: true }));

const content = (): Promise<string> => readFile(path, 'utf8');

describe('a part', () => {
  it('grows by appends at its exact length, over restarts', async () => {
    expect(await parts.appendPart(path, 0, streamOf('one ', 'two '), MAX)).toEqual({ offset: 8 });
    const again = await DiskBlobStore.at(root);
    expect(await again.parts.openPart(UPLOAD, NAME)).toEqual({ partPath: path, offset: 8 });
    expect(await again.parts.appendPart(path, 8, streamOf('three'), MAX)).toEqual({ offset: 13 });
    expect(await content()).toBe('one two three');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('keeps what arrived before the client was cut, and says how much', async () => {
    const source = new PassThrough();
    source.write('arrived');
    const appending = parts.appendPart(path, 0, source, MAX);
    const cut = new Error('ECONNRESET');
    source.once('resume', () => setImmediate(() => source.destroy(cut)));
    expect(await appending).toEqual({ offset: 7, cut });
    expect(await content()).toBe('arrived');
    expect(await parts.appendPart(path, 7, streamOf(' whole'), MAX)).toEqual({ offset: 13 });
  });

  it('drops what lies beyond the acknowledged offset', async () => {
    await parts.appendPart(path, 0, streamOf('acknowledged'), MAX);
    await appendFile(path, 'left by a crash');
    expect(await parts.appendPart(path, 12, streamOf('!'), MAX)).toEqual({ offset: 13 });
    expect(await content()).toBe('acknowledged!');
  });

  it('takes no append that would leave a hole', async () => {
    await parts.appendPart(path, 0, streamOf('four'), MAX);
    await expect(parts.appendPart(path, 5, streamOf('x'), MAX)).rejects.toMatchObject({ code: 'offset_mismatch' });
    expect(await content()).toBe('four');
  });

  it('stays as it was when more comes than the part may have', async () => {
    await parts.appendPart(path, 0, streamOf('four'), MAX);
    await expect(parts.appendPart(path, 4, streamOf('five!'), 8)).rejects.toMatchObject({ code: 'too_large' });
    await expect(parts.appendPart(path, 9, streamOf(), 8)).rejects.toMatchObject({ code: 'too_large' });
    expect(await content()).toBe('four');
    expect(await parts.appendPart(path, 4, streamOf('five'), 8)).toEqual({ offset: 8 });
  });

  it('is at the service of one request at a time', async () => {
    const source = new PassThrough();
    const first = parts.appendPart(path, 0, source, MAX);
    await expect(parts.appendPart(path, 0, streamOf('x'), MAX)).rejects.toMatchObject({ code: 'part_busy' });
    await expect(parts.adoptPart(path, { maxBytes: MAX })).rejects.toMatchObject({ code: 'part_busy' });
    source.end('first');
    expect(await first).toEqual({ offset: 5 });
    expect(await parts.appendPart(path, 5, streamOf('x'), MAX)).toEqual({ offset: 6 });
  });

  it('has a path that no name and no caller can choose', async () => {
    const { partPath } = await parts.openPart(UPLOAD, '../../../etc/passwd\0');
    expect(dirname(partPath)).toBe(join(root, '.parts', UPLOAD));
    expect(basename(partPath)).toMatch(/^[0-9a-f]{64}$/);
    await expect(parts.openPart('..', NAME)).rejects.toMatchObject({ code: 'bad_key' });
    for (const foreign of [
      '/etc/passwd',
      join(root, '.parts', UPLOAD, 'x'),
      join(root, UPLOAD, basename(path)),
      `${path}/`,
    ]) {
      await expect(parts.appendPart(foreign, 0, streamOf('x'), MAX)).rejects.toMatchObject({ code: 'bad_key' });
    }
  });
});

describe('an adopted part', () => {
  const key = blobKey(COUNTY, UPLOAD, sha('one two'));

  it('is committed like any received blob, and gone from the upload', async () => {
    await parts.appendPart(path, 0, streamOf('one '), MAX);
    await parts.appendPart(path, 4, streamOf('two'), MAX);
    const received = await parts.adoptPart(path, { maxBytes: MAX, expectedBytes: 7, expectedSha256: sha('one two') });
    expect(received).toMatchObject({ tempPath: path, bytes: 7, sha256: sha('one two') });
    await store.commit(received, key);
    expect(await readFile(store.localPath(key), 'utf8')).toBe('one two');
    await expect(parts.appendPart(path, 7, streamOf('x'), MAX)).rejects.toMatchObject({ code: 'not_found' });
    await expect(parts.adoptPart(path, { maxBytes: MAX })).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([
    ['hash_mismatch', { maxBytes: MAX, expectedSha256: sha('other') }],
    ['size_mismatch', { maxBytes: MAX, expectedBytes: 8 }],
    ['size_mismatch', { maxBytes: MAX, expectedBytes: 6 }],
    ['too_large', { maxBytes: 6 }],
  ])('that is refused with %s stays', async (code, o) => {
    await parts.appendPart(path, 0, streamOf('one two'), MAX);
    await expect(parts.adoptPart(path, o)).rejects.toMatchObject({ code });
    expect(await content()).toBe('one two');
    expect(await parts.appendPart(path, 7, streamOf('!'), MAX)).toEqual({ offset: 8 });
  });

  it('takes no append until it is committed or discarded', async () => {
    await parts.appendPart(path, 0, streamOf('one two'), MAX);
    const received = await parts.adoptPart(path, { maxBytes: MAX });
    await expect(parts.appendPart(path, 7, streamOf('x'), MAX)).rejects.toMatchObject({ code: 'part_busy' });
    await received.discard();
    expect(await parts.openPart(UPLOAD, NAME)).toEqual({ partPath: path, offset: 0 });
    expect(await parts.appendPart(path, 0, streamOf('x'), MAX)).toEqual({ offset: 1 });
  });
});

it('an adopted part that is kept has its bytes, and is free for the next request', async () => {
  await parts.appendPart(path, 0, streamOf('one two'), MAX);
  const received = await parts.adoptPart(path, { maxBytes: MAX });
  await received.keep();
  expect(await parts.openPart(UPLOAD, NAME)).toEqual({ partPath: path, offset: 7 });
  expect(await parts.partSize(UPLOAD, NAME)).toBe(7);
  expect(await parts.appendPart(path, 7, streamOf('!'), MAX)).toEqual({ offset: 8 });
});

it('says how large a part is without making one', async () => {
  expect(await parts.partSize(UPLOAD, 'never sent')).toBe(0);
  expect(await readdir(join(root, '.parts', UPLOAD))).toHaveLength(1);
});

describe('uploads', () => {
  it('are removed whole, and those that nobody went on with are swept', async () => {
    const uploads = ['d', 'e'].map((end) => UPLOAD.slice(0, -1) + end);
    for (const upload of uploads) {
      const { partPath } = await parts.openPart(upload, NAME);
      await parts.appendPart(partPath, 0, streamOf('x'), MAX);
    }
    await parts.removeUpload(UPLOAD);
    await parts.removeUpload(UPLOAD);
    expect(await readdir(join(root, '.parts'))).toEqual(uploads);
    const now = (await stat(join(root, '.parts', uploads[0]!))).mtimeMs;
    const longAgo = new Date(now - 1_000_000);
    for (const upload of uploads) await utimes(join(root, '.parts', upload), longAgo, longAgo);
    await utimes((await parts.openPart(uploads[0]!, NAME)).partPath, longAgo, longAgo);
    expect(await parts.sweepUploads(new Date(now - 500_000))).toBe(1);
    expect(await readdir(join(root, '.parts'))).toEqual([uploads[1]]);
  });
});
