// Real Redis and real external Postgres for the test run: the ones given by REDIS_URL / EXTERNAL_DATABASE_URL, or
// servers of this machine started in a temporary folder for the length of the run.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function onPath(program) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);
}

/** Answers `{url, stop}` or undefined when there is no Redis on this machine. */
export async function redis() {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, stop: () => undefined };
  const program = onPath('redis-server');
  if (!program) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'cic-redis-'));
  const port = await freePort();
  const args = [
    '--port',
    port,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--maxmemory-policy',
    'noeviction',
    '--save',
    '',
  ];
  const child = spawn(program, args.map(String), { stdio: 'ignore' });
  await answers(port);
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => (child.kill('SIGTERM'), rmSync(folder, { recursive: true, force: true })),
  };
}

function postgresBin() {
  const places = '/usr/lib/postgresql';
  if (!existsSync(places)) return undefined;
  const versions = readdirSync(places).filter(
    (version) => Number(version) >= 15 && existsSync(join(places, version, 'bin', 'initdb')),
  );
  return versions.length > 0 ? join(places, versions.sort((a, b) => Number(b) - Number(a))[0], 'bin') : undefined;
}

/** Answers `{url, version, stop}` or undefined when there is no external Postgres ≥ 15 on this machine. */
export async function postgres() {
  if (process.env.EXTERNAL_DATABASE_URL)
    return { url: process.env.EXTERNAL_DATABASE_URL, version: 'given', stop: () => undefined };
  const bin = postgresBin();
  if (!bin) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'cic-pg-'));
  chmodSync(folder, 0o711);
  const data = join(folder, 'data');
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (asUser.length > 0) execFileSync('chown', ['postgres', folder]);
  const call = (args) => {
    const [command, ...rest] = [...asUser, ...args];
    const { status, stderr } = spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    if (status !== 0) throw new Error(`${args[0]}: ${stderr}`);
  };
  const port = await freePort();
  call([join(bin, 'initdb'), '-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C']);
  // Thrown away after the run: nothing on it has to outlive a power cut.
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=400 -c fsync=off`;
  call([join(bin, 'pg_ctl'), '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start']);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    version: bin.split('/').at(-2),
    stop: () => {
      call([join(bin, 'pg_ctl'), '-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port) {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers on port ${port}`);
}
