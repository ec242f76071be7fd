import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { note } from './figures';

const PROGRAM = '/usr/sbin/Orthanc';
const PLUGINS = '/usr/share/orthanc/plugins';
const POSTGRES = '/usr/lib/postgresql';

/** A peer: where it answers, and what a client's command must begin with to reach it. */
export interface Peer {
  readonly url: string;
  readonly prefix: readonly string[];
  stop(): Promise<void>;
}

/**
 * Debian's Orthanc with its DICOMweb plug-in and a PostgreSQL index, for comparison on the same disk. It binds all
 * addresses, so it lives in a network namespace of its own and reaches its Postgres by a unix socket. Undefined where it
 * is not installed or namespaces may not be made.
 */
export async function orthanc(folder: string): Promise<Peer | undefined> {
  const version = existsSync(POSTGRES) ? readdirSync(POSTGRES).sort().at(-1) : undefined;
  const namespace = `cic-bench-${process.pid}`;
  if (!existsSync(PROGRAM) || !version || spawnSync('ip', ['netns', 'add', namespace]).status !== 0) {
    note('Orthanc is not compared: it, Postgres or `ip netns` is not there');
    return undefined;
  }
  const inside = ['ip', 'netns', 'exec', namespace];
  call([...inside, 'ip', 'link', 'set', 'lo', 'up']);
  const home = join(folder, 'orthanc');
  mkdirSync(home);
  chmodSync(home, 0o777);
  const postgres = startPostgres(join(POSTGRES, version, 'bin'), home);
  writeFileSync(join(home, 'orthanc.json'), JSON.stringify(configuration(home)));
  const child = spawn(inside[0]!, [...inside.slice(1), PROGRAM, join(home, 'orthanc.json')], { stdio: 'ignore' });
  const url = 'http://127.0.0.1:8042';
  await answers([...inside, 'curl', '-sf', `${url}/dicom-web/studies?limit=1`]);
  return {
    url,
    prefix: inside,
    stop: async () => {
      const exited = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await exited;
      postgres.stop();
      call(['ip', 'netns', 'delete', namespace]);
    },
  };
}

function configuration(home: string): object {
  return {
    Name: 'peer',
    StorageDirectory: join(home, 'storage'),
    HttpPort: 8042,
    DicomPort: 4242,
    RemoteAccessAllowed: true,
    AuthenticationEnabled: false,
    DefaultEncoding: 'Chinese',
    Plugins: [PLUGINS],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
    PostgreSQL: {
      EnableIndex: true,
      EnableStorage: false,
      Host: home,
      Port: 5432,
      Database: 'postgres',
      Username: 'postgres',
      Password: '',
      Lock: false,
    },
  };
}

function startPostgres(bin: string, home: string): { stop(): void } {
  const data = join(home, 'pg');
  const asPostgres = ['runuser', '-u', 'postgres', '--'];
  call([...asPostgres, join(bin, 'initdb'), '-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C']);
  const settings = `-c listen_addresses= -c unix_socket_directories=${home} -c shared_buffers=128MB`;
  call([...asPostgres, join(bin, 'pg_ctl'), '-D', data, '-w', '-l', join(home, 'pg.log'), '-o', settings, 'start']);
  return { stop: () => call([...asPostgres, join(bin, 'pg_ctl'), '-D', data, '-m', 'fast', 'stop']) };
}

function call([command, ...args]: readonly string[]): void {
  execFileSync(command!, args, { stdio: 'ignore', cwd: '/' });
}

async function answers(command: readonly string[]): Promise<void> {
  const end = performance.now() + 30_000;
  while (spawnSync(command[0]!, command.slice(1), { stdio: 'ignore' }).status !== 0) {
    if (performance.now() > end) throw new Error('Orthanc does not answer');
    await new Promise((next) => setTimeout(next, 200));
  }
}
