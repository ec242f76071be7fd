import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { until } from '../../../test/harness/wait';
import {
  EmbeddedPostgresInUseError,
  EmbeddedPostgresPortError,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './index';

type Event = { event: string; [field: string]: unknown };
interface Child {
  process: ChildProcess;
  /** Waits for the event; throws when the process ends before it. */
  until(event: string): Promise<Event>;
}

const root = process.getuid?.() === 0;
let home: string;
let folders = 0;
let base: string;
let dataDir: string;
let running: EmbeddedPostgres[];
let children: ChildProcess[];

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'embedded-')));
  await chmod(home, 0o711); // mkdtemp makes it 0700, which the user that Postgres runs as could not enter
});
beforeEach(async () => {
  await freshFolder();
  running = [];
  children = [];
});
afterEach(async () => {
  for (const child of children) await kill(child, 'SIGKILL');
  for (const postgres of running) await postgres.stop();
});
afterAll(() => rm(home, { recursive: true }));

async function freshFolder(): Promise<void> {
  base = join(home, String((folders += 1)));
  await mkdir(base);
  dataDir = join(base, 'data', 'postgres');
}

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const fallbackRoot = join(base, 'fallback');
  const log = (): undefined => undefined;
  const postgres = await startEmbeddedPostgres({ dataDir, database: 'county', log, fallbackRoot, ...options });
  running.push(postgres);
  return postgres;
}

/** Runs the embedded Postgres in a Node process that leads its own process group, as a terminal's job does. */
function startChild(): Child {
  const script = join(__dirname, 'embedded-child.fixture.cjs');
  const child = spawn(process.execPath, [script, JSON.stringify({ dataDir, database: 'county' })], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const events: Event[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    events.push(JSON.parse(line) as Event);
    lines.emit('event');
  });
  const ended = once(lines, 'close');
  const until = async (event: string): Promise<Event> => {
    for (let over = false; ;) {
      const found = events.find((candidate) => candidate.event === event);
      if (found) return found;
      if (over) throw new Error(`the process ended without "${event}": ${JSON.stringify(events)}`);
      over = await Promise.race([ended.then(() => true), once(lines, 'event').then(() => false)]);
    }
  };
  return { process: child, until };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const postmaster = async (folder = dataDir): Promise<number> =>
  Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);

const isGone = async (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    () => true,
  );

describe('the first start', () => {
  it('makes a durable UTF-8 database that only this machine and the holder of the password reach', async () => {
    const { url, port, adopted } = await start({ settings: { max_connections: '40' } });
    expect(adopted).toBe(false);
    expect(new URL(url).pathname).toBe('/county');
    const [settings] = await query(
      url,
      `SELECT ${[
        'fsync',
        'synchronous_commit',
        'data_checksums',
        'server_encoding',
        'listen_addresses',
        'unix_socket_directories',
        'max_connections',
        'jit',
        'TimeZone',
      ]
        .map((name) => `current_setting('${name}') AS "${name}"`)
        .join(', ')}, lower('ÀÉ张') AS lower, (SELECT datlocale FROM pg_database WHERE datname = 'county') AS locale`,
    );
    expect(settings).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      data_checksums: 'on',
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '40',
      jit: 'off',
      TimeZone: 'UTC',
      lower: 'àé张',
      locale: 'C.UTF-8',
    });
    const passwordFile = await stat(`${dataDir}.password`);
    expect(passwordFile.mode & 0o777).toBe(0o600);
    expect(passwordFile.uid).toBe(process.getuid?.());
    await expect(query(`postgres://postgres:wrong@127.0.0.1:${port}/county`, 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });
  });

  it('keeps names out of its log when a statement fails', async () => {
    const { url } = await start();
    await query(url, 'CREATE TABLE person (name text PRIMARY KEY)');
    await query(url, "INSERT INTO person VALUES ('王小明')");
    await expect(query(url, "INSERT INTO person VALUES ('王小明')")).rejects.toMatchObject({ code: '23505' });
    const texts = async (): Promise<string> => {
      const names = await readdir(join(dataDir, 'log'));
      return (await Promise.all(names.map((name) => readFile(join(dataDir, 'log', name), 'utf8')))).join('');
    };
    await until('the error is in the log', async () => (await texts()).includes('duplicate key value'));
    expect(await texts()).not.toContain('王小明');
  });

  it('ended by kill -9 in the middle of initdb is made good by the next', async () => {
    const inside = (): Promise<string[]> => readdir(dirname(dataDir)).catch(() => []);
    /** False: this process stood still between the look and the kill, and initdb was through. */
    const killedInTheMiddle = async (): Promise<boolean> => {
      const child = startChild();
      await until('initdb is at work', async () => {
        const [work] = (await inside()).filter((name) => name.startsWith('postgres.init-'));
        if (work === undefined) return !(await isGone(dataDir));
        return !(await isGone(join(dirname(dataDir), work, 'data', 'PG_VERSION')));
      });
      await kill(child.process, 'SIGKILL');
      return isGone(dataDir);
    };
    for (let late = 0; late < 5 && !(await killedInTheMiddle()); late += 1) {
      await (await start()).stop();
      await freshFolder();
    }
    expect(await isGone(dataDir)).toBe(true);
    const { url } = await start();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await inside()).sort()).toEqual(['postgres', 'postgres.lock', 'postgres.password']);
  });

  it('in two folders at once gives two servers', async () => {
    const [one, two] = await Promise.all([start(), start({ dataDir: join(base, 'other', 'postgres') })]);
    expect(one.port).not.toBe(two.port);
    expect(await query(one.url, 'SHOW data_directory')).toEqual([{ data_directory: one.dataDir }]);
    expect(await query(two.url, 'SHOW data_directory')).toEqual([{ data_directory: two.dataDir }]);
  });

  it('leaves a folder with other files alone', async () => {
    await mkdir(join(dataDir, 'photos'), { recursive: true });
    await expect(start()).rejects.toThrow(/holds photos but no Postgres data folder/);
    expect(await readdir(dataDir)).toEqual(['photos']);
  });

  it('finds a way where the user that Postgres runs as cannot reach the folder', async () => {
    await mkdir(join(base, 'private'), { mode: 0o700 });
    const unreachable = join(base, 'private', 'postgres');
    const first = await start({ dataDir: unreachable });
    // Only root needs another user for Postgres; a plain user always reaches its own folder.
    expect(first.dataDir.startsWith(join(base, 'fallback'))).toBe(root);
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    expect((await lstat(unreachable)).isSymbolicLink()).toBe(root);
    const second = await start({ dataDir: unreachable });
    expect(second.dataDir).toBe(first.dataDir);
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });
});

describe('a second process on the folder', () => {
  it('is refused with a clear error while the first lives, and welcome afterwards', async () => {
    const first = await start();
    const second = startChild();
    expect(await second.until('failed')).toMatchObject({
      name: 'EmbeddedPostgresInUseError',
      message: expect.stringContaining(`in use by process ${process.pid}`) as string,
    });
    await expect(start()).rejects.toThrow(EmbeddedPostgresInUseError);
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await Promise.all([first.stop(), first.stop()]);
    expect(await isGone(`${dataDir}.lock`)).toBe(true);
    await startChild().until('ready');
    await expect(start()).rejects.toThrow(EmbeddedPostgresInUseError);
    await kill(children.at(-1)!, 'SIGINT');
    expect(await isGone(join(dataDir, 'postmaster.pid'))).toBe(true);
  });
});

describe('after kill -9', () => {
  it('of the Node process, its Postgres is adopted with what it holds, and stops when told', async () => {
    const child = startChild();
    const { url, port } = (await child.until('ready')) as unknown as EmbeddedPostgres;
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const pid = await postmaster();
    await kill(child.process, 'SIGKILL');
    const adopter = await start();
    expect(adopter).toMatchObject({ adopted: true, port, url });
    expect(await postmaster()).toBe(pid);
    expect(await query(adopter.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await adopter.stop();
    expect(await isGone(join(dataDir, 'postmaster.pid'))).toBe(true);
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('of the Node process, its Postgres is restarted when other settings are wanted', async () => {
    const child = startChild();
    const { url } = (await child.until('ready')) as unknown as EmbeddedPostgres;
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await kill(child.process, 'SIGKILL');
    const restarted = await start({ settings: { max_connections: '30' } });
    expect(restarted.adopted).toBe(false);
    expect(await query(restarted.url, "SELECT n, current_setting('max_connections') AS m FROM kept")).toEqual([
      { n: 7, m: '30' },
    ]);
  });

  it('of Postgres itself, the next start recovers what was committed', async () => {
    const child = startChild();
    const { url } = (await child.until('ready')) as unknown as EmbeddedPostgres;
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    process.kill(await postmaster(), 'SIGKILL');
    await kill(child.process, 'SIGKILL');
    const recovered = await start();
    expect(recovered.adopted).toBe(false);
    expect(await query(recovered.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('of Postgres itself, stop() of the living process still frees the folder', async () => {
    const first = await start();
    process.kill(await postmaster(), 'SIGKILL');
    await first.stop();
    expect((await start()).adopted).toBe(false);
  });
});

describe('the running server', () => {
  it('outlives Ctrl-C in the terminal until the process has drained and stopped it', async () => {
    const child = startChild();
    await child.until('ready');
    process.kill(-child.process.pid!, 'SIGINT'); // what a terminal does: to the whole foreground group
    expect(await child.until('drained')).toMatchObject({ answered: true });
    expect(await isGone(join(dataDir, 'postmaster.pid'))).toBe(true);
    expect(await isGone(`${dataDir}.lock`)).toBe(true);
  });

  it('starts although postmaster.pid names a pid that another program has now', async () => {
    const first = await start();
    const file = await readFile(join(dataDir, 'postmaster.pid'), 'utf8');
    await first.stop();
    const owner = await stat(dataDir);
    // Owned by the same user as Postgres: for another user's process Postgres itself would not refuse.
    const other = spawn('sleep', ['60'], { uid: owner.uid, gid: owner.gid, stdio: 'ignore' });
    children.push(other);
    const stale = file.replace(/^\d+/, String(other.pid));
    spawnSync('/bin/sh', ['-c', 'cat > postmaster.pid'], {
      cwd: dataDir,
      input: stale,
      uid: owner.uid,
      gid: owner.gid,
    });
    expect(await postmaster()).toBe(other.pid);
    expect((await start()).adopted).toBe(false);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  });

  it('gets a new password when the file was lost', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    await rm(`${dataDir}.password`);
    const second = await start();
    expect(second.url).not.toBe(first.url);
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('uses the port asked for, or says that it is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const refused = start({ port });
    await expect(refused).rejects.toThrow(EmbeddedPostgresPortError);
    await expect(refused).rejects.toMatchObject({ port });
    await new Promise((resolve) => holder.close(resolve));
    expect((await start({ port })).port).toBe(port);
  });
});
