import { randomBytes } from 'node:crypto';
import { readlink, symlink, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError, EmbeddedPostgresInUseError } from './embedded-postgres.errors';
import { ifPresent } from './files';
import { formatHolder, parseHolder, type LockHolder } from './process.rules';
import { isAlive, ownIdentity } from './processes';

export interface FolderLock {
  /** Gives the lock back; safe to call again. */
  release(): Promise<void>;
}

const ATTEMPTS = 50;
const RETRY_MS = 100;

/**
 * Takes the lock `path` for this process, or throws `EmbeddedPostgresInUseError` while another live process (or an
 * earlier call in this one) holds it. A lock whose holder is gone is taken over.
 *
 * The lock is a symbolic link whose target names its holder: making one is atomic and cannot leave half a file.
 * It is no fit for a folder shared by two machines or by two containers that do not see each other's processes.
 */
export async function lockFolder(path: string): Promise<FolderLock> {
  const holder: LockHolder = { ...(await ownIdentity()), nonce: randomBytes(6).toString('hex') };
  const mine = formatHolder(holder);
  await acquire(path, mine);
  return {
    release: async () => {
      if ((await readHolder(path)) === mine) await ifPresent(unlink(path));
    },
  };
}

async function acquire(path: string, mine: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await tryToLink(mine, path)) return;
    const held = await readHolder(path);
    if (held === undefined) continue;
    const holder = parseHolder(held);
    if (!holder) throw new EmbeddedPostgresError(`${path} is not a lock of this program: remove it by hand`);
    if (await isAlive(holder)) throw new EmbeddedPostgresInUseError(path, holder.pid);
    await removeStale(path, held, mine);
  }
  throw new EmbeddedPostgresError(`Could not take the lock ${path}: other processes keep taking it`);
}

/**
 * Removes the lock of a dead holder. Two processes may find it at once, and the slower must not remove the lock that
 * the faster has just made: so only the holder of a second lock, taken in the same way, removes, after a second look.
 */
async function removeStale(path: string, stale: string, mine: string): Promise<void> {
  const guard = `${path}.takeover`;
  try {
    await acquire(guard, mine);
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresInUseError)) throw error;
    await delay(RETRY_MS); // the other is taking over right now: its lock is seen at the next attempt
    return;
  }
  try {
    if ((await readHolder(path)) === stale) await unlink(path);
  } finally {
    await unlink(guard);
  }
}

/** What the lock says about its holder; undefined: no lock; empty: something else lies there. */
async function readHolder(path: string): Promise<string | undefined> {
  try {
    return await ifPresent(readlink(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return '';
    throw error;
  }
}

async function tryToLink(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new EmbeddedPostgresError(
      `This user cannot write in ${dirname(path)}, where the database belongs: ${message}`,
      {
        cause: error,
      },
    );
  }
}
