import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { blobKey, DiskBlobStore, type BlobError, type BlobKey } from './index';

const COUNTY = '018f0000-0000-7000-8000-000000000001';
const CLINIC = '018f0000-0000-7000-8000-00000000000a';
const OTHER_CLINIC = '018f0000-0000-7000-8000-00000000000b';
const ANY = { maxBytes: 1 << 30 };

const sha = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const keyOf = (bytes: Buffer | string, clinic = CLINIC): BlobKey => blobKey(COUNTY, clinic, sha(bytes));
const streamOf = (...chunks: (Buffer | string)[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

let root: string;
let store: DiskBlobStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'blob-'));
  store = await DiskBlobStore.at(join(root, 'new', 'store'));
});
afterEach(() => rm(root, { recursive: true }));

const incoming = (): Promise<string[]> => readdir(join(root, 'new', 'store', '.incoming'));
async function put(bytes: string, clinic = CLINIC): Promise<void> {
  await store.commit(await store.receive(streamOf(bytes), ANY), keyOf(bytes, clinic));
}
async function keys(prefix: string): Promise<BlobKey[]> {
  const found: BlobKey[] = [];
  for await (const key of store.list(prefix)) found.push(key);
  return found;
}

describe('receive', () => {
  it('hashes and keeps the bytes in a file that only this account can read', async () => {
    const chunks = Array.from({ length: 40 }, (_, i) => Buffer.alloc(30_011, i));
    const all = Buffer.concat(chunks);
    const received = await store.receive(streamOf(...chunks), {
      ...ANY,
      expectedBytes: all.length,
      expectedSha256: sha(all),
    });
    expect({ bytes: received.bytes, sha256: received.sha256 }).toEqual({ bytes: all.length, sha256: sha(all) });
    expect((await readFile(received.tempPath)).equals(all)).toBe(true);
    expect((await stat(received.tempPath)).mode & 0o777).toBe(0o600);
    await received.discard();
    expect(await incoming()).toEqual([]);
  });

  it.each([
    ['too_large', { maxBytes: 4 }],
    ['too_large', { maxBytes: 4, expectedBytes: 5 }],
    ['size_mismatch', { maxBytes: 99, expectedBytes: 4 }],
    ['size_mismatch', { maxBytes: 99, expectedBytes: 6 }],
    ['hash_mismatch', { maxBytes: 99, expectedSha256: sha('other') }],
  ])('refuses with %s (%j) and leaves nothing', async (code, o) => {
    const source = streamOf('he', 'llo');
    await expect(store.receive(source, o)).rejects.toMatchObject({ name: 'BlobError', code });
    expect(source.destroyed && !source.readableEnded).toBe(false);
    expect(await incoming()).toEqual([]);
  });

  it('takes exactly the largest size', async () => {
    expect((await store.receive(streamOf('hello'), { maxBytes: 5, expectedBytes: 5 })).bytes).toBe(5);
    expect((await store.receive(streamOf(), { maxBytes: 0 })).sha256).toBe(sha(''));
  });

  it('counts over any number of writes', async () => {
    const chunks = Array.from({ length: 30 }, () => Buffer.alloc(65_536));
    await expect(store.receive(streamOf(...chunks), { maxBytes: 30 * 65_536 - 1 })).rejects.toMatchObject({
      code: 'too_large',
    });
    expect((await store.receive(streamOf(...chunks), { maxBytes: 30 * 65_536 })).bytes).toBe(30 * 65_536);
  });

  it('fails with the error of a stream that is cut, and leaves nothing', async () => {
    const source = new PassThrough();
    source.write(Buffer.alloc(600_000));
    const receiving = store.receive(source, ANY);
    const cut = new Error('cut');
    source.destroy(cut);
    await expect(receiving).rejects.toBe(cut);
    await expect(store.receive(source, ANY)).rejects.toThrow();
    expect(await incoming()).toEqual([]);
  });

  it('leaves a refused request able to be answered', async () => {
    const server = createServer((req, res) => {
      void store.receive(req, { maxBytes: 1000 }).catch((error: BlobError) => {
        res.writeHead(413, { connection: 'close' }).end(error.code);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const req = request({ port, host: '127.0.0.1', method: 'PUT', agent: false });
    req.on('error', () => undefined);
    req.write(Buffer.alloc(100_000));
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect([res.statusCode, (await buffer(res)).toString()]).toEqual([413, 'too_large']);
    req.destroy();
    server.close();
  });
});

describe('commit', () => {
  it('stores under county, clinic and hash digits, and removes the temporary file', async () => {
    await put('hello');
    const hash = sha('hello');
    const path = join(root, 'new', 'store', COUNTY, CLINIC, hash.slice(0, 2), hash);
    expect(store.localPath(keyOf('hello'))).toBe(path);
    expect(await readFile(path, 'utf8')).toBe('hello');
    expect(await incoming()).toEqual([]);
  });

  it('makes the bytes appear under their name all at once', async () => {
    const bytes = Buffer.alloc(32 << 20, 'x');
    const received = await store.receive(streamOf(bytes), ANY);
    const path = store.localPath(keyOf(bytes));
    const sizes = new Set<number | undefined>();
    const look = (): unknown => sizes.add(statSync(path, { throwIfNoEntry: false })?.size);
    let committed = false;
    const committing = store.commit(received, keyOf(bytes)).finally(() => (committed = true));
    for (look(); !committed; look()) await new Promise(setImmediate);
    await committing;
    expect(sizes).toEqual(new Set([undefined, bytes.length]));
  });

  it('keeps the same bytes once; another clinic has its own', async () => {
    await put('hello');
    const reading = await store.open(keyOf('hello'));
    await put('hello');
    await put('hello', OTHER_CLINIC);
    expect((await buffer(reading)).toString()).toBe('hello');
    expect(await keys(COUNTY)).toEqual([keyOf('hello'), keyOf('hello', OTHER_CLINIC)]);
    expect(await incoming()).toEqual([]);
  });

  it('takes the same bytes 20 times at the same time, and makes every folder once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => put('same')));
    expect(await keys('')).toEqual([keyOf('same')]);
    await Promise.all(Array.from({ length: 60 }, (_, i) => put(`blob ${i}`)));
    expect(await keys('')).toHaveLength(61);
    expect(await incoming()).toEqual([]);
  });

  it('replaces a file that cannot be what its name says', async () => {
    await put('hello');
    await writeFile(store.localPath(keyOf('hello')), 'hel');
    await put('hello');
    expect(await readFile(store.localPath(keyOf('hello')), 'utf8')).toBe('hello');
  });

  it('refuses the key of other bytes, and bytes that are gone', async () => {
    const received = await store.receive(streamOf('hello'), ANY);
    await expect(store.commit(received, keyOf('other'))).rejects.toMatchObject({ code: 'bad_key' });
    await received.discard();
    await expect(store.commit(received, keyOf('hello'))).rejects.toThrow('ENOENT');
    expect(await store.stat(keyOf('hello'))).toBeUndefined();
  });

  it('that cannot be done leaves nothing', async () => {
    const received = await store.receive(streamOf('hello'), ANY);
    await writeFile(join(root, 'new', 'store', COUNTY), 'in the way');
    await expect(store.commit(received, keyOf('hello'))).rejects.toThrow('ENOTDIR');
    expect(await incoming()).toEqual([]);
  });

  it('a discard after it does not remove what is stored', async () => {
    const received = await store.receive(streamOf('hello'), ANY);
    await store.commit(received, keyOf('hello'));
    await received.discard();
    expect(await store.stat(keyOf('hello'))).toMatchObject({ bytes: 5 });
  });
});

describe('stored bytes', () => {
  it.each([
    [undefined, '0123456789'],
    [{ start: 0 }, '0123456789'],
    [{ start: 3, end: 5 }, '345'],
    [{ start: 9, end: 9 }, '9'],
    [{ start: 8, end: 1000 }, '89'],
  ])('are read by range %j', async (range, expected) => {
    await put('0123456789');
    expect((await buffer(await store.open(keyOf('0123456789'), range))).toString()).toBe(expected);
  });

  it.each([{ start: 10 }, { start: 5, end: 4 }, { start: -1 }])('have no range %j', async (range) => {
    await put('0123456789');
    await expect(store.open(keyOf('0123456789'), range)).rejects.toMatchObject({ code: 'range_unsatisfiable' });
  });

  it('may be none at all', async () => {
    await put('');
    expect(await buffer(await store.open(keyOf('')))).toHaveLength(0);
    await expect(store.open(keyOf(''), { start: 0 })).rejects.toMatchObject({ code: 'range_unsatisfiable' });
  });

  it('are not found when never stored, and after delete', async () => {
    await expect(store.open(keyOf('hello'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.delete(keyOf('hello'))).toEqual({ existed: false });
    await put('hello');
    expect(await store.stat(keyOf('hello'))).toMatchObject({ bytes: 5 });
    const reading = await store.open(keyOf('hello'));
    expect(await store.delete(keyOf('hello'))).toEqual({ existed: true });
    expect(await store.stat(keyOf('hello'))).toBeUndefined();
    expect((await buffer(reading)).toString()).toBe('hello');
    await put('hello');
    expect(await store.stat(keyOf('hello'))).toMatchObject({ bytes: 5 });
  });

  it('are listed in order by prefix, without what is not a blob', async () => {
    for (const text of ['a', 'b', 'c']) await put(text);
    await put('d', OTHER_CLINIC);
    await writeFile(join(root, 'new', 'store', 'lost+found'), '');
    const received = await store.receive(streamOf('not yet'), ANY);
    const ofClinic = ['a', 'b', 'c'].map((text) => keyOf(text)).sort();
    expect(await keys(`${COUNTY}/${CLINIC}`)).toEqual(ofClinic);
    expect(await keys(COUNTY)).toEqual([...ofClinic, keyOf('d', OTHER_CLINIC)]);
    expect(await keys('')).toEqual(await keys(COUNTY));
    expect(await keys(`${COUNTY}/${COUNTY}`)).toEqual([]);
    await expect(keys('..')).rejects.toMatchObject({ code: 'bad_key' });
    await received.discard();
  });
});

describe('the disk', () => {
  it('tells how full it is', async () => {
    const { usedRatio, freeBytes } = await store.usage();
    expect(usedRatio).toBeGreaterThan(0);
    expect(usedRatio).toBeLessThanOrEqual(1);
    expect(freeBytes).toBeGreaterThanOrEqual(0);
  });

  it('is swept of stale temporary files only', async () => {
    const [stale, fresh] = [await store.receive(streamOf('stale'), ANY), await store.receive(streamOf('fresh'), ANY)];
    const hour = 3_600_000;
    const now = (await stat(fresh.tempPath)).mtimeMs;
    await utimes(stale.tempPath, new Date(now), new Date(now - 2 * hour));
    expect(await store.sweepIncoming(new Date(now - hour))).toBe(1);
    expect(await incoming()).toHaveLength(1);
    await store.commit(fresh, keyOf('fresh'));
    expect(await store.stat(keyOf('fresh'))).toMatchObject({ bytes: 5 });
  });

  it('is opened by a second process’s store at the same time', async () => {
    const second = await DiskBlobStore.at(join(root, 'new', 'store'));
    await put('hello');
    await second.commit(await second.receive(streamOf('hello'), ANY), keyOf('hello'));
    expect((await buffer(await second.open(keyOf('hello')))).toString()).toBe('hello');
  });
});

describe('a sender that is faster than the disk', () => {
  it('is paused: little more is taken from it than the file has', async () => {
    const total = 64 << 20;
    let taken = 0;
    let ahead = 0;
    const folder = join(root, 'new', 'store', '.incoming');
    const source = new Readable({
      read() {
        const written = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
        ahead = Math.max(ahead, taken - written);
        taken += 65_536;
        this.push(taken > total ? null : Buffer.alloc(65_536));
      },
    });
    const received = await store.receive(source, ANY);
    expect(received.bytes).toBe(total);
    expect(ahead).toBeLessThanOrEqual(1 << 20);
  });
});
