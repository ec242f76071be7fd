import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { loadConfig } from './platform/config';
import { startEmbeddedPostgres } from './platform/embedded';
import { prepareDatabase } from './start';

const quiet = (): void => undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cic-start-'));
  // Postgres does not run as root: its own user must be able to reach the folder.
  chmodSync(folder, 0o711);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A database of the embedded Postgres in which the first migration meets a table of its own name. */
async function spoilDatabase(dataDir: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, database: 'imaging', log: quiet });
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('CREATE TABLE county (id int)');
  await client.end();
  await postgres.stop();
}

it('does not leave the embedded Postgres running when a migration fails', async () => {
  const dataDir = join(folder, 'postgres');
  await spoilDatabase(dataDir);
  await expect(prepareDatabase(loadConfig({ DATA_DIR: folder }), quiet)).rejects.toThrow(/county/);
  expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false);
}, 60_000);
