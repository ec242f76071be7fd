import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, lchown, lstat, mkdir, open, readdir, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Account } from './command';

/** The value, or undefined where the file or folder does not exist; other errors are thrown. */
export async function ifPresent<T>(value: Promise<T>): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

export const readText = (path: string): Promise<string | undefined> => ifPresent(readFile(path, 'utf8'));
export const statOf = (path: string): Promise<Stats | undefined> => ifPresent(stat(path));

/** Where a symbolic link points, as an absolute path; undefined for anything that is no link. */
export async function linkTarget(path: string): Promise<string | undefined> {
  if (!(await ifPresent(lstat(path)))?.isSymbolicLink()) return undefined;
  return resolve(dirname(path), await readlink(path));
}

/** Makes the names inside a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Writes a private file (0600) so that after a crash either the old or the whole new content is there. The temporary
 * name is random and opened exclusively: the folder may belong to a less privileged user, whose links root must not follow.
 */
export async function writeDurably(path: string, content: string, owner?: Account): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(content);
    if (owner) await file.chown(owner.uid, owner.gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Makes a folder and those above it that are missing; the new ones let other users through whatever the umask says. */
export async function makeTraversableFolder(path: string, mode = 0o711): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, mode);
}

/** Gives a folder with all that is in it to the account; links are not followed. */
export async function giveTo(account: Account, path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) await giveTo(account, inside);
    else await lchown(inside, account.uid, account.gid);
  }
  await lchown(path, account.uid, account.gid);
}

/** Lets every user read the files and enter the folders of a tree that is not secret (Postgres' programs), and syncs it. */
export async function makeReadableAndDurable(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) await makeReadableAndDurable(inside);
    else if (entry.isFile()) {
      const file = await open(inside, constants.O_RDONLY);
      try {
        await file.chmod((await file.stat()).mode & 0o100 ? 0o755 : 0o644);
        await file.sync();
      } finally {
        await file.close();
      }
    }
  }
  await chmod(path, 0o755);
  await syncFolder(path);
}

/** Removes a folder in which a killed program may still be writing its last file. */
export const removeTree = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
