import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Config, loadConfig } from '../platform/config';
import { newId } from '../platform/ids';
import { prepareDatabase, type Prepared } from '../start';
import { rotateSigningKey } from './rotate-signing-key';
import { verify } from './verify';

/** The default installation: an embedded Postgres under DATA_DIR, with a secret of its own, and it is running. */
let home: string;
let config: Config;
let system: Prepared;
let owner: Client;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'cic-cli-'));
  chmodSync(home, 0o711);
  config = loadConfig({ DATA_DIR: join(home, 'data') });
  system = await prepareDatabase(config, () => undefined);
  owner = new Client({ connectionString: system.config.databaseUrl });
  await owner.connect();
  await owner.query(
    "INSERT INTO county (id, code, name, centre_name, created_at) VALUES ($1, 'yx', '云溪县', '云溪县中心', now())",
    [newId()],
  );
});
afterAll(async () => {
  await owner.end();
  await system.postgres?.stop();
  rmSync(home, { recursive: true, force: true });
});

const activeKeys = async (): Promise<unknown[]> =>
  (await owner.query('SELECT retired_at IS NULL AS active FROM signing_key ORDER BY created_at')).rows;

it('rotates the signing key beside the running system', async () => {
  await rotateSigningKey([], config);
  expect(await activeKeys()).toEqual([{ active: true }]);
  await rotateSigningKey([], config);
  expect(await activeKeys()).toEqual([{ active: false }, { active: true }]);
});

it('verifies beside the running system, and leaves it running', async () => {
  await verify(['--all'], config);
  await verify(['--county', 'yx', '--images'], config);
  expect((await owner.query('SELECT code FROM county')).rows).toEqual([{ code: 'yx' }]);
});

it('makes no installation where there is none', async () => {
  const empty = loadConfig({ DATA_DIR: join(home, 'empty') });
  await expect(verify(['--all'], empty)).rejects.toThrow('there is no database');
});
