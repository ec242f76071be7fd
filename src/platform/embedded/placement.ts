import { createHash } from 'node:crypto';
import { readdir, realpath, rename, rmdir, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { accountForPostgres, firstBlocked, isRoot } from './account';
import { pathFromRoot } from './account.rules';
import { locateBinaries, type Binaries, type Log } from './binaries';
import { clusterVersion } from './cluster';
import type { Account } from './command';
import { EmbeddedPostgresError, UnreachableFolderError } from './embedded-postgres.errors';
import { giveTo, ifPresent, linkTarget, makeTraversableFolder, statOf, syncFolder } from './files';
import { findRunning, stopServer } from './server';

/** Where a data folder is, who runs Postgres on it, and with which programs. */
export interface Placement {
  readonly folder: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
}

/** The folder that was asked for: absolute, with its parents made and their links resolved; it may itself be a link. */
export async function requestedFolder(dataDir: string): Promise<string> {
  const absolute = resolve(dataDir);
  await makeTraversableFolder(dirname(absolute));
  return join(await realpath(dirname(absolute)), basename(absolute));
}

/**
 * Decides where the data folder lives. A plain user gets the folder asked for. Root runs Postgres as the owner of an
 * existing folder, or else as an unprivileged user; where that user cannot reach the folder asked for, a new one is made
 * below `fallbackRoot` and the folder asked for becomes a link to it. That link is the only memory of the move: whoever
 * deletes it starts anew. Throws `UnreachableFolderError` for an existing folder that cannot be reached.
 */
export async function place(requested: string, fallbackRoot: string, log: Log): Promise<Placement> {
  const linked = await linkTarget(requested);
  const folder = linked ?? requested;
  if (linked) await makeTraversableFolder(dirname(linked));
  if (!isRoot()) return placeForPlainUser(folder, fallbackRoot, log);
  const existing = (await clusterVersion(folder)) !== undefined;
  const account = (existing ? await ownerOf(folder) : undefined) ?? (await accountForPostgres());
  const binaries = await locateBinaries(account, fallbackRoot, log);
  const blocking = await firstBlocked(account, pathFromRoot(dirname(folder)));
  if (!blocking) {
    if (existing && (await ownerOf(folder)) === undefined) await giveTo(account, folder);
    return { folder, account, binaries };
  }
  const tooLate = existing || linked !== undefined;
  if (tooLate) throw new UnreachableFolderError(blocking, folder, account.name);
  log(`${blocking} does not let user ${account.name} through to ${requested}`);
  return { folder: await moveToFallback(requested, fallbackRoot, { account, binaries }, log), account, binaries };
}

async function placeForPlainUser(folder: string, fallbackRoot: string, log: Log): Promise<Placement> {
  const owner = (await statOf(folder))?.uid;
  if (owner !== undefined && owner !== process.getuid?.()) {
    throw new EmbeddedPostgresError(
      `${folder} belongs to user id ${owner}, so this user cannot run Postgres on it: start as that user or as root`,
    );
  }
  return { folder, account: undefined, binaries: await locateBinaries(undefined, fallbackRoot, log) };
}

/** The unprivileged owner of an existing data folder; undefined: root, as after a copy or an unpacked archive. */
async function ownerOf(folder: string): Promise<Account | undefined> {
  const owner = await statOf(folder);
  if (!owner || owner.uid === 0) return undefined;
  return { name: `#${owner.uid}`, uid: owner.uid, gid: owner.gid };
}

async function moveToFallback(
  requested: string,
  fallbackRoot: string,
  by: { account: Account; binaries: Binaries },
  log: Log,
): Promise<string> {
  const home = join(fallbackRoot, createHash('sha256').update(requested).digest('hex').slice(0, 16));
  const folder = join(home, 'postgres');
  await setAside(home, { folder, ...by }, log);
  await makeTraversableFolder(home, 0o755);
  const blocking = await firstBlocked(by.account, pathFromRoot(home));
  if (blocking) throw new UnreachableFolderError(blocking, home, by.account.name);
  await ifPresent(rmdir(requested)); // only ever empty: `clusterVersion` looked
  await symlink(folder, requested);
  await syncFolder(dirname(requested));
  log(`the data folder of Postgres is ${folder}; ${requested} is a link to it`);
  return folder;
}

/** What an earlier installation at the same path left (its link was deleted) is stopped and kept under another name. */
async function setAside(home: string, left: Placement, log: Log): Promise<void> {
  if (!(await statOf(home))) return;
  if (await findRunning(left)) await stopServer({ ...left, settings: '', log });
  const earlier = (await readdir(dirname(home))).filter((name) => name.startsWith(`${basename(home)}.left-`));
  const numbers = earlier.map((name) => Number(name.slice(name.lastIndexOf('-') + 1)));
  const kept = `${home}.left-${Math.max(0, ...numbers) + 1}`;
  await rename(home, kept);
  log(`the data of an earlier installation at this path is kept in ${kept}; remove it when it is not needed`);
}
