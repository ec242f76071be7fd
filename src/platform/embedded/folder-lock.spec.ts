import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresInUseError } from './embedded-postgres.errors';
import { lockFolder } from './folder-lock';
import { formatHolder, parseHolder } from './process.rules';
import { isAlive, ownIdentity } from './processes';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(folder, 'postgres.lock');
});
afterEach(() => rm(folder, { recursive: true }));

/** The lock of a process that has ended. */
async function leaveStaleLock(at: string): Promise<void> {
  const { pid } = spawnSync(process.execPath, ['--version']);
  await symlink(formatHolder({ ...(await ownIdentity()), pid, nonce: 'gone' }), at);
}

describe('the lock of a folder', () => {
  it('names its holder, keeps a second one out, and is free after its release', async () => {
    const lock = await lockFolder(path);
    expect(parseHolder(await readlink(path))?.pid).toBe(process.pid);
    const refused = lockFolder(path);
    await expect(refused).rejects.toThrow(EmbeddedPostgresInUseError);
    await expect(refused).rejects.toMatchObject({ ownerPid: process.pid, lockFile: path });
    await lock.release();
    await expect(lstat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await (await lockFolder(path)).release();
  });

  it('is not given back by one who no longer holds it', async () => {
    const first = await lockFolder(path);
    await first.release();
    const second = await lockFolder(path);
    await first.release();
    await expect(lockFolder(path)).rejects.toThrow(EmbeddedPostgresInUseError);
    await second.release();
  });

  it('is taken over from a dead holder', async () => {
    await leaveStaleLock(path);
    const lock = await lockFolder(path);
    expect(await readdir(folder)).toEqual(['postgres.lock']);
    await lock.release();
  });

  it('is taken over when a process died while it was taking over', async () => {
    await leaveStaleLock(path);
    await leaveStaleLock(`${path}.takeover`);
    const lock = await lockFolder(path);
    expect(await readdir(folder)).toEqual(['postgres.lock']);
    await lock.release();
  });

  it('goes to exactly one of twenty who find it stale at once', async () => {
    await leaveStaleLock(path);
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(path)));
    const won = results.filter((result) => result.status === 'fulfilled');
    const lost = results.filter((result) => result.status === 'rejected');
    expect(won).toHaveLength(1);
    expect(lost.every(({ reason }) => reason instanceof EmbeddedPostgresInUseError)).toBe(true);
    expect(await readdir(folder)).toEqual(['postgres.lock']);
  });

  it('is never taken from a file that is no lock', async () => {
    await writeFile(path, 'precious');
    await expect(lockFolder(path)).rejects.toThrow(/not a lock of this program/);
    expect((await lstat(path)).isFile()).toBe(true);
  });
});

it('tells a process from a younger one with the same pid where the system has /proc', async () => {
  const identity = await ownIdentity();
  expect(await isAlive(identity)).toBe(true);
  expect(await isAlive({ ...identity, startedAtTicks: '1' })).toBe(!existsSync('/proc/self/stat'));
});
