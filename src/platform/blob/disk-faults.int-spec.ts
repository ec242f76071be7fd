import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { transformFile } from '@swc/core';
import { DiskBlobStore, partsOfBlobKey } from './index';

const CHILD = join(__dirname, 'disk-faults.child.cjs');
const UPLOAD = '018f0000-0000-7000-8000-00000000000c';
const LATER = new Date(8.64e15);
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The driver as a plain Node process can load it. */
let driver: string;
let root: string;

beforeAll(async () => {
  driver = await mkdtemp(join(tmpdir(), 'driver-'));
  for (const name of (await readdir(__dirname)).filter((file) => /^[^.]+(\.rules)?\.ts$/.test(file))) {
    const { code } = await transformFile(join(__dirname, name), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    await writeFile(join(driver, name.replace(/ts$/, 'js')), code);
  }
});
afterAll(() => rm(driver, { recursive: true }));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'faults-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Runs a task until it has told `lines` things, kills it in the middle of what it does, and gives all that it told. */
async function killAfter(task: string, lines: number): Promise<unknown[]> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, driver, task, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told: unknown[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    told.push(JSON.parse(line));
    if (told.length === lines) child.kill('SIGKILL');
  }
  return told;
}

describe('kill -9 in the middle of many writes', () => {
  it('loses no acknowledged blob and leaves no file whose bytes are not those of its name', async () => {
    const acknowledged = new Set<string>();
    let interrupted = 0;
    for (const lines of [1, 2, 3, 4, 5, 7, 9, 11, 13, 16, 20, 25]) {
      for (const sha256 of (await killAfter('store', lines)) as string[]) acknowledged.add(sha256);
      interrupted += (await readdir(join(root, '.incoming'))).length;
      const store = await DiskBlobStore.at(root);
      await store.sweepIncoming(LATER);
      expect(await readdir(join(root, '.incoming'))).toEqual([]);
    }
    // Otherwise the kills came at rest and the test showed nothing.
    expect(interrupted).toBeGreaterThan(12);
    expect(acknowledged.size).toBeGreaterThanOrEqual(116);

    const store = await DiskBlobStore.at(root);
    const found = new Set<string>();
    for await (const key of store.list('')) {
      const { sha256 } = partsOfBlobKey(key);
      expect(sha(await readFile(store.localPath(key)))).toBe(sha256);
      found.add(sha256);
    }
    expect([...acknowledged].filter((sha256) => !found.has(sha256))).toEqual([]);
  });

  it('leaves every part at least as long as acknowledged, with the bytes that were sent', async () => {
    const acknowledged = new Map<string, number>();
    for (const lines of [3, 9, 30, 50]) {
      for (const { name, offset } of (await killAfter('append', lines)) as { name: string; offset: number }[]) {
        acknowledged.set(name, offset);
      }
      const { parts } = await DiskBlobStore.at(root);
      for (const [name, least] of acknowledged) {
        const { partPath, offset } = await parts.openPart(UPLOAD, name);
        expect(offset).toBeGreaterThanOrEqual(least);
        expect((await stat(partPath)).size).toBe(offset);
        expect((await readFile(partPath)).every((byte, i) => byte === i % 251)).toBe(true);
      }
    }
    expect(acknowledged.size).toBe(4);
  });
});

describe('a full disk', () => {
  interface Outcome {
    stored: string[];
    refused: string[];
    usage: { usedRatio: number; freeBytes: number };
    small: { offset: number };
    large: unknown;
    part: { offset: number };
    incoming: string[];
    afterwards: string;
    files: [key: string, sha256: string][];
  }

  /** On a disk of 4 MiB in a mount namespace of its own (a plain user gets one with a user namespace): nothing to undo. */
  async function onSmallDisk(): Promise<Outcome> {
    const namespace = userInfo().uid === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
    const script = 'mount -t tmpfs -o size=4m none "$1" && exec "$2" "$3" "$4" fill "$1"';
    const child = spawn('unshare', [...namespace, 'sh', '-ec', script, 'sh', root, process.execPath, CHILD, driver], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (child.exitCode !== 0) throw new Error(`the child failed: ${err}`);
    return JSON.parse(out) as Outcome;
  }

  it('refuses with a typed error, keeps what was stored, and leaves nothing of the rest', async () => {
    const outcome = await onSmallDisk();
    expect(outcome.stored.length).toBeGreaterThan(0);
    expect(outcome.refused.length).toBeGreaterThan(0);
    expect(new Set(outcome.refused)).toEqual(new Set(['disk_full']));
    expect(outcome.incoming).toEqual([]);
    expect(outcome.usage.freeBytes).toBeLessThan(4 << 20);
    expect([outcome.small.offset, outcome.large, outcome.part.offset]).toEqual([10_000, 'disk_full', 10_000]);
    const hashes = outcome.files.map(([key, sha256]) => ({ named: key.split('/')[2], sha256 }));
    expect(hashes.every(({ named, sha256 }) => named === sha256)).toBe(true);
    expect(hashes.map(({ sha256 }) => sha256).sort()).toEqual([...outcome.stored, outcome.afterwards].sort());
  });
});
