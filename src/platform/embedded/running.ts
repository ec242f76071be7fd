import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { clusterVersion } from './cluster';
import { urlOf } from './connection';
import { ifPresent, linkTarget, readText } from './files';
import { waitUntilAnswering } from './server';

export interface RunningPostgres {
  /** The owner's (a superuser's) connection string with the name of the database. */
  readonly url: string;
  readonly port: number;
}

/**
 * The embedded Postgres that runs on a data folder, for somebody who wants to read while its owner works: nothing is
 * made, locked, started or changed, and it may be stopped by its owner at any time. undefined: none runs.
 * @throws EmbeddedPostgresError when a server runs there and does not answer
 */
export async function findEmbeddedPostgres(dataDir: string, database: string): Promise<RunningPostgres | undefined> {
  const requested = await existingPlace(dataDir);
  const password = requested && (await readText(`${requested}.password`))?.trim();
  if (!password) return undefined;
  const port = await waitUntilAnswering({ folder: (await linkTarget(requested)) ?? requested }, password);
  return port === undefined ? undefined : { url: urlOf({ port, password, database }), port };
}

/** Whether a data folder has been made there. @throws EmbeddedPostgresError when something else lies there */
export async function hasEmbeddedPostgres(dataDir: string): Promise<boolean> {
  const requested = await existingPlace(dataDir);
  return requested !== undefined && (await clusterVersion((await linkTarget(requested)) ?? requested)) !== undefined;
}

/** As `requestedFolder`, without making anything; undefined: even its parent is missing. */
async function existingPlace(dataDir: string): Promise<string | undefined> {
  const absolute = resolve(dataDir);
  const parent = await ifPresent(realpath(dirname(absolute)));
  return parent && join(parent, basename(absolute));
}
