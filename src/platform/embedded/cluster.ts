import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { majorOf, type Binaries, type Log } from './binaries';
import { runOrThrow, type Account } from './command';
import { OWNER } from './connection';
import { EmbeddedPostgresError } from './embedded-postgres.errors';
import { ifPresent, readText, removeTree, syncFolder, writeDurably } from './files';

/** A data folder of Postgres with all that is needed to run it. */
export interface Cluster {
  /** Absolute and resolved: Postgres' own PGDATA. */
  readonly folder: string;
  /** The user that owns it and runs Postgres; undefined: this process's own. */
  readonly account: Account | undefined;
  readonly binaries: Binaries;
  /** The whole of postgresql.conf. */
  readonly settings: string;
  readonly log: Log;
}

export const settingsFile = (folder: string): string => join(folder, 'postgresql.conf');

/** The version that an initialised folder belongs to, undefined for one that is absent or empty; throws for any other content. */
export async function clusterVersion(folder: string): Promise<string | undefined> {
  const version = (await readText(join(folder, 'PG_VERSION')))?.trim();
  if (version !== undefined) return version;
  const content = (await ifPresent(readdir(folder))) ?? [];
  if (content.length === 0) return undefined;
  throw new EmbeddedPostgresError(
    `${folder} holds ${content[0]} but no Postgres data folder: it is left untouched; empty it or choose another`,
  );
}

/** Throws where the folder was made by another major version, whose files these programs cannot read. */
export function assertVersion(folder: string, version: string, binaries: Binaries): void {
  const major = majorOf(binaries.version);
  if (version === major) return;
  throw new EmbeddedPostgresError(
    `${folder} was made by Postgres ${version}; ${binaries.packageName} ${binaries.version} reads only ${major}. ` +
      `Back up with the release that ran Postgres ${version}, move the folder away, and restore with this one`,
  );
}

/** The owner's password: read, or made and stored (0600) before the first data folder knows it. */
export async function readOrMakePassword(file: string): Promise<{ password: string; made: boolean }> {
  const stored = (await readText(file))?.trim();
  if (stored) return { password: stored, made: false };
  const password = randomBytes(24).toString('hex');
  await writeDurably(file, `${password}\n`);
  return { password, made: true };
}

/**
 * Makes the data folder: whole or not at all. initdb works (and syncs) in a temporary folder beside it, which is renamed
 * last; what an earlier, killed attempt left is removed first.
 */
export async function initialise(cluster: Cluster, password: string): Promise<void> {
  const { folder, binaries, log } = cluster;
  const prefix = `${basename(folder)}.init-`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    log(`removing ${name}, which an interrupted first start left`);
    await removeTree(join(dirname(folder), name));
  }
  log(`first start: making a Postgres ${majorOf(binaries.version)} data folder in ${folder}`);
  const work = await mkdtemp(`${folder}.init-`);
  try {
    const made = await runInitdb(cluster, password, work);
    await rename(made, folder);
    await syncFolder(dirname(folder));
  } finally {
    await removeTree(work);
  }
}

/** Makes a whole, synced data folder inside `work` and returns its path. */
async function runInitdb(cluster: Cluster, password: string, work: string): Promise<string> {
  const { account, binaries } = cluster;
  const made = join(work, 'data');
  const passwordFile = join(work, 'password');
  await writeDurably(passwordFile, `${password}\n`, account);
  if (account) await chown(work, account.uid, account.gid);
  // The builtin C.UTF-8 sorts by code point and knows the letters of all scripts, and is the same on every machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${OWNER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  await runOrThrow(binaries.initdb, ['-D', made, ...locale, ...access, '--data-checksums'], { account });
  await writeSettings({ ...cluster, folder: made });
  return made;
}

export const writeSettings = ({ folder, settings, account }: Cluster): Promise<void> =>
  writeDurably(settingsFile(folder), settings, account);

/** Gives the owner a new password without knowing the old one; the server must be stopped (postgres(1), single-user mode). */
export async function resetPassword({ folder, account, binaries, log }: Cluster, password: string): Promise<void> {
  log('the stored password is not the one of the data folder: setting it anew');
  const sql = `ALTER ROLE ${OWNER} PASSWORD '${password.replaceAll("'", "''")}';\n`;
  await runOrThrow(binaries.postgres, ['--single', '-D', folder, 'postgres'], { account, input: sql });
}
