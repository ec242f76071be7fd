import type { Log } from './binaries';
import { assertVersion, clusterVersion, initialise, readOrMakePassword, resetPassword, type Cluster } from './cluster';
import { ensureDatabase, isWrongPassword, urlOf } from './connection';
import { EmbeddedPostgresError } from './embedded-postgres.errors';
import { lockFolder } from './folder-lock';
import { place, requestedFolder } from './placement';
import { findRunning, hasOtherSettings, startServer, stopServer, waitUntilAnswering } from './server';
import { renderSettings } from './settings.rules';

export interface EmbeddedPostgres {
  /** The owner's (a superuser's) connection string with the name of the database. */
  readonly url: string;
  readonly port: number;
  /** An earlier process was killed and its Postgres went on: it was taken over instead of started. */
  readonly adopted: boolean;
  /** Where the data really are: the folder asked for, or what that one links to. */
  readonly dataDir: string;
  /** Stops Postgres and frees the folder. Safe to call again. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Postgres' data folder, made where it is missing. Its password (0600) and lock lie beside it. */
  dataDir: string;
  /** Made where it is missing. */
  database: string;
  log: Log;
  /** Otherwise any free one. */
  port?: number;
  /** Settings of postgresql.conf in place of the product's own, as name → value. */
  settings?: Record<string, string>;
  /** Where root puts what an unprivileged user cannot reach in its own place; it must survive a restart of the machine. */
  fallbackRoot?: string;
}

const FALLBACK_ROOT = '/var/lib/county-imaging';

/**
 * Starts the product's own Postgres on a data folder, or takes over the one that a killed process left running there.
 * It listens on 127.0.0.1 only and lives in a session of its own: neither Ctrl-C nor the end of this process stops it,
 * only `stop()` does.
 *
 * Errors: `EmbeddedPostgresInUseError` (another live process has the folder), `EmbeddedPostgresPortError` (`port` is
 * taken), `UnreachableFolderError` (root only), `EmbeddedPostgresError` (all else; the message says what to do).
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      'The embedded Postgres needs Linux or macOS: set DATABASE_URL to a Postgres of your own',
    );
  }
  const log: Log = (line) => options.log(`embedded Postgres: ${line}`);
  const requested = await requestedFolder(options.dataDir);
  const lock = await lockFolder(`${requested}.lock`);
  try {
    const placement = await place(requested, options.fallbackRoot ?? FALLBACK_ROOT, log);
    const cluster: Cluster = {
      ...placement,
      settings: renderSettings(placement.binaries.version, options.settings),
      log,
    };
    const up = await bringUp(cluster, `${requested}.password`, options);
    log(`${up.adopted ? 'took over the running server' : 'started'} on port ${up.port}`);
    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      try {
        await stopServer(cluster);
        await lock.release();
        log('stopped');
      } catch (error) {
        stopping = undefined; // a later call tries again
        throw error;
      }
    };
    return { ...up, dataDir: cluster.folder, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function bringUp(
  cluster: Cluster,
  passwordFile: string,
  { database, port: wantedPort }: EmbeddedPostgresOptions,
): Promise<{ url: string; port: number; adopted: boolean }> {
  const { password, made } = await readOrMakePassword(passwordFile);
  const version = await clusterVersion(cluster.folder);
  if (version === undefined) await initialise(cluster, password);
  else assertVersion(cluster.folder, version, cluster.binaries);
  const passwordLost = made && version !== undefined;
  const adopted = passwordLost ? undefined : await adopt(cluster, password, wantedPort);
  const port = adopted ?? (await startAfresh(cluster, password, wantedPort, passwordLost));
  try {
    await ensureDatabase({ port, password, database });
  } catch (error) {
    if (adopted === undefined) await stopServer(cluster);
    throw error;
  }
  return { url: urlOf({ port, password, database }), port, adopted: adopted !== undefined };
}

/** The port of the server that runs on the folder already; undefined: none runs, or not as it is wanted now. */
async function adopt(cluster: Cluster, password: string, wantedPort: number | undefined): Promise<number | undefined> {
  if (!(await findRunning(cluster)) || (await hasOtherSettings(cluster))) return undefined;
  try {
    const port = await waitUntilAnswering(cluster, password);
    return wantedPort === undefined || wantedPort === port ? port : undefined;
  } catch (error) {
    if (isWrongPassword(error)) return undefined;
    throw error;
  }
}

/** Starts the server, after stopping one that could not be adopted, and makes sure that it takes our password. */
async function startAfresh(
  cluster: Cluster,
  password: string,
  wantedPort: number | undefined,
  passwordLost: boolean,
): Promise<number> {
  await stopServer(cluster);
  if (passwordLost) await resetPassword(cluster, password);
  await startServer(cluster, wantedPort);
  try {
    const port = await waitUntilAnswering(cluster, password);
    if (port !== undefined) return port;
  } catch (error) {
    await stopServer(cluster);
    if (passwordLost || !isWrongPassword(error)) throw error;
    return startAfresh(cluster, password, wantedPort, true);
  }
  throw new EmbeddedPostgresError(`Postgres ended right after its start; see ${cluster.folder}/log`);
}
