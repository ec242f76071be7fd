import { createServer, type AddressInfo } from 'node:net';
import { readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { settingsFile, writeSettings, type Cluster } from './cluster';
import { run } from './command';
import { isWrongPassword, readValue } from './connection';
import { EmbeddedPostgresError, EmbeddedPostgresPortError } from './embedded-postgres.errors';
import { ifPresent, readText } from './files';
import { parsePostmasterFile, whyNotStarted, type PostmasterFile } from './postmaster.rules';
import { isLivePostmaster } from './processes';

const POLL_MS = 50;
/** Crash recovery replays at most some `max_wal_size` of log; on a slow disk that takes minutes. */
const START_SECONDS = 300;
const STOP_SECONDS = 30;
/** A postmaster that lost its lock file notices within a minute and ends by itself. */
const OCCUPIED_MS = 90_000;
const PORT_ATTEMPTS = 20;
const LOG_BYTES = 16 * 2 ** 20;

const postmasterFile = (folder: string): string => join(folder, 'postmaster.pid');

/** The server that runs on the data folder, whoever started it; undefined: none, or only the file of one that is gone. */
export async function findRunning({ folder }: Pick<Cluster, 'folder'>): Promise<PostmasterFile | undefined> {
  const file = parsePostmasterFile((await readText(postmasterFile(folder))) ?? '');
  return file && (await isLivePostmaster(file.pid, folder)) ? file : undefined;
}

/** Starts the server in a session of its own, unless one runs on the folder meanwhile. */
export async function startServer(cluster: Cluster, wantedPort: number | undefined): Promise<void> {
  await writeSettings(cluster);
  await keepLogsSmall(cluster.folder);
  const giveUpAt = performance.now() + OCCUPIED_MS;
  for (let attempt = 1; !(await findRunning(cluster));) {
    const port = wantedPort ?? (await freePort());
    const failure = await tryToStart(cluster, port);
    if (failure === undefined) return;
    const why = whyNotStarted(failure);
    if (why === 'port-taken' && wantedPort !== undefined) throw new EmbeddedPostgresPortError(wantedPort);
    if (why === 'port-taken' && attempt++ < PORT_ATTEMPTS) continue;
    if (why !== 'occupied' || performance.now() > giveUpAt) {
      throw new EmbeddedPostgresError(`Postgres did not start on ${cluster.folder}:\n${failure}`);
    }
    await delay(POLL_MS);
  }
}

/** One try; returns what the server wrote if it failed. */
async function tryToStart({ folder, account, binaries }: Cluster, port: number): Promise<string | undefined> {
  // No server runs (the caller looked): a file whose pid now belongs to another program would make Postgres refuse.
  await ifPresent(unlink(postmasterFile(folder)));
  const startLog = join(folder, 'startup.log');
  await ifPresent(unlink(startLog));
  const logged = await logSizes(folder);
  const { code, output } = await run(
    binaries.pgCtl,
    ['start', '-D', folder, '-w', '-t', String(START_SECONDS), '-l', startLog, '-o', `-p ${port}`],
    { account, ownSession: true },
  );
  if (code === 0) return undefined;
  return [output, await readText(startLog), await loggedSince(folder, logged)].filter(Boolean).join('\n').trim();
}

/**
 * Waits until the running server of the folder answers (it may still recover from a crash) and returns its port;
 * undefined: it ended instead. Throws what `isWrongPassword` knows when it refuses the password.
 */
export async function waitUntilAnswering(
  cluster: Pick<Cluster, 'folder'>,
  password: string,
): Promise<number | undefined> {
  const giveUpAt = performance.now() + START_SECONDS * 1_000;
  let last: unknown;
  for (;;) {
    const running = await findRunning(cluster);
    if (!running) return undefined;
    if (performance.now() > giveUpAt) {
      throw new EmbeddedPostgresError(
        `Postgres (process ${running.pid}) runs on ${cluster.folder} but does not answer`,
        { cause: last },
      );
    }
    if (running.port !== undefined) {
      try {
        await assertServes(cluster.folder, running.port, password);
        return running.port;
      } catch (error) {
        if (isWrongPassword(error) || error instanceof EmbeddedPostgresError) throw error;
        last = error;
      }
    }
    await delay(POLL_MS);
  }
}

async function assertServes(folder: string, port: number, password: string): Promise<void> {
  const served = await readValue({ port, password, database: 'postgres' }, 'SHOW data_directory');
  if (served !== folder)
    throw new EmbeddedPostgresError(`Postgres on port ${port} serves ${String(served)}, not ${folder}`);
}

/** Whether the server that runs was started with other settings or by another version of the programs. */
export const hasOtherSettings = async ({ folder, settings }: Cluster): Promise<boolean> =>
  (await readText(settingsFile(folder))) !== settings;

/**
 * Stops the server, if one runs: open transactions are rolled back (fast); after 30 s it is made to end at once
 * (immediate), which costs a crash recovery at the next start but loses nothing that was committed.
 */
export async function stopServer(cluster: Cluster): Promise<void> {
  let output = '';
  for (const mode of ['fast', 'immediate']) {
    if (!(await findRunning(cluster))) return;
    const args = ['stop', '-D', cluster.folder, '-m', mode, '-w', '-t', String(STOP_SECONDS)];
    ({ output } = await run(cluster.binaries.pgCtl, args, { account: cluster.account, ownSession: true }));
    if (await findRunning(cluster)) cluster.log(`Postgres did not stop (${mode}) within ${STOP_SECONDS} s`);
  }
  if (await findRunning(cluster))
    throw new EmbeddedPostgresError(`Postgres on ${cluster.folder} did not stop:\n${output}`);
}

/** A port nobody listens on now; another program may be faster, which the start then notices. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

const logFolder = (folder: string): string => join(folder, 'log');

/**
 * A weekday's log is overwritten by the running server at midnight only: on a machine that is switched off every night
 * it would grow for ever. Above 16 MiB it becomes the .old one.
 */
async function keepLogsSmall(folder: string): Promise<void> {
  for (const [name, size] of await logSizes(folder)) {
    const path = join(logFolder(folder), name);
    if (size > LOG_BYTES && name.endsWith('.log')) await rename(path, `${path}.old`);
  }
}

async function logSizes(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const name of (await ifPresent(readdir(logFolder(folder)))) ?? []) {
    sizes.set(name, (await stat(join(logFolder(folder), name))).size);
  }
  return sizes;
}

/** What was written to the log files since their sizes were taken. */
async function loggedSince(folder: string, before: Map<string, number>): Promise<string> {
  const added: string[] = [];
  for (const [name, size] of await logSizes(folder)) {
    const from = before.get(name) ?? 0;
    if (size <= from) continue;
    const text = await readText(join(logFolder(folder), name));
    if (text) added.push(Buffer.from(text).subarray(from).toString('utf8'));
  }
  return added.join('\n');
}
