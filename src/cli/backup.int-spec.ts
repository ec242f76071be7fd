import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Config, loadConfig } from '../platform/config';
import { databaseLogins, migrate } from '../platform/database';
import { newId } from '../platform/ids';
import { prepareDatabase, type Prepared } from '../start';
import { backup } from './backup';
import { redrive } from './redrive';
import { restore } from './restore';

const quiet = (): void => undefined;

/** The default installation: an embedded Postgres under DATA_DIR, with a secret of its own. */
let home: string;
let config: Config;
let system: Prepared;
let folders = 0;

const installation = (name: string): Config => loadConfig({ DATA_DIR: join(home, name) });
const postmaster = (): boolean => existsSync(join(system.postgres!.dataDir, 'postmaster.pid'));
const manifestOf = (folder: string): { migrations: string[]; secretFingerprint: string } =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));

async function query<T extends object>(url: string, sql: string, params: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, params)).rows;
  } finally {
    await client.end();
  }
}

async function takeBackup(): Promise<string> {
  const folder = join(home, `backup-${(folders += 1)}`);
  await backup(['--to', folder], config);
  return folder;
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'cic-cli-'));
  chmodSync(home, 0o711);
  config = installation('data');
  system = await prepareDatabase(config, quiet);
  await query(
    system.config.databaseUrl,
    "INSERT INTO county (id, code, name, centre_name, created_at) VALUES ($1, 'yx', '云溪县', '云溪县中心', now())",
    [newId()],
  );
});
afterAll(async () => {
  await system.postgres?.stop();
  rmSync(home, { recursive: true, force: true });
});

it('runs beside the system that has the embedded Postgres, and leaves it to that', async () => {
  const folder = await takeBackup();
  expect(existsSync(join(folder, 'manifest.json'))).toBe(true);
  expect(await query(system.config.databaseUrl, 'SELECT code FROM county')).toEqual([{ code: 'yx' }]);
});

it('sets messages that were set aside going again beside it, and leaves an audit row', async () => {
  const url = system.config.databaseUrl;
  await query(
    url,
    `INSERT INTO outbox_message (id, county_id, event, consumer, subject_id, payload, request_id, created_at, sent_at, failed_at, generation)
     SELECT $1, id, 'timer', 'exams.assume-complete', $1, '{}', 'test', now(), now(), now(), 3 FROM county`,
    [newId()],
  );
  await redrive([], config);
  expect(await query(url, 'SELECT failed_at, sent_at, generation FROM outbox_message')).toEqual([
    { failed_at: null, sent_at: null, generation: 4 },
  ]);
  expect(await query(url, "SELECT details FROM audit_event WHERE action = 'outbox.redrive'")).toEqual([
    { details: { messages: 1 } },
  ]);
});

it('leaves the schema as it is: a newer release does not upgrade what it only saves', async () => {
  const url = system.config.databaseUrl;
  const [last] = await query<{ id: number; name: string }>(
    url,
    'SELECT * FROM schema_migration ORDER BY id DESC LIMIT 1',
  );
  await query(url, 'DELETE FROM schema_migration WHERE id = $1', [last!.id]);
  try {
    expect(manifestOf(await takeBackup()).migrations).not.toContain(last!.name);
  } finally {
    await query(url, 'INSERT INTO schema_migration SELECT * FROM jsonb_populate_record(NULL::schema_migration, $1)', [
      JSON.stringify(last),
    ]);
  }
  await migrate(databaseLogins(system.config));
});

it('keeps no secret, and is restored only under the secret it was taken under', async () => {
  const folder = await takeBackup();
  const secret = readFileSync(join(config.dataDir, 'secret'), 'utf8').trim();
  expect(manifestOf(folder).secretFingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).not.toContain(secret);
  const elsewhere = installation('elsewhere');
  const other = elsewhere.with({ APP_SECRET: 'another-secret-0123456789-abcdefghijklmnop' });
  for (const wrong of [elsewhere, other]) {
    await expect(restore(['--from', folder], wrong)).rejects.toThrow('belongs to another secret');
  }
  expect(existsSync(elsewhere.dataDir)).toBe(false);
  await restore(['--from', folder], elsewhere.with({ APP_SECRET: secret }));
  const restored = await prepareDatabase(elsewhere.with({ APP_SECRET: secret }), quiet);
  const counties = await query(restored.config.databaseUrl, 'SELECT code FROM county');
  await restored.postgres!.stop();
  expect(counties).toEqual([{ code: 'yx' }]);
});

it('brings back what needs no secret where the secret is lost', async () => {
  const folder = await takeBackup();
  const lost = installation('lost');
  await restore(['--from', folder, '--other-secret'], lost);
  expect(existsSync(join(lost.dataDir, 'secret'))).toBe(true);
});

it('starts the embedded Postgres where none runs, and stops it again', async () => {
  await system.postgres!.stop();
  expect(manifestOf(await takeBackup()).migrations.length).toBeGreaterThan(0);
  expect(postmaster()).toBe(false);
});

it('makes no database where there is none', async () => {
  const empty = installation('empty');
  await expect(backup(['--to', join(home, 'nothing')], empty)).rejects.toThrow('there is no database');
  expect(existsSync(empty.dataDir)).toBe(false);
});
