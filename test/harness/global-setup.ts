import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseLogins, migrate } from '../../src/platform/database';
import { loadConfig } from '../../src/platform/config';
import { startEmbeddedPostgres } from '../../src/platform/embedded';
import { databaseUrl, onCluster, TEMPLATE, TEST_SECRET } from './postgres';

/**
 * One cluster for the whole run: the given one (EXTERNAL_DATABASE_URL), or an embedded Postgres in a temporary folder.
 * The template database is built from the migrations once; every suite copies it.
 */
export default async function globalSetup(): Promise<void> {
  const external = process.env['EXTERNAL_DATABASE_URL'];
  if (external) process.env['TEST_CLUSTER_URL'] = external;
  else await startOwnCluster();
  await onCluster(async (client) => {
    await client.query("SELECT pg_advisory_lock(hashtext('cic-test-template'))");
    await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${TEMPLATE}`);
    const config = loadConfig({ DATABASE_URL: databaseUrl(TEMPLATE), APP_SECRET: TEST_SECRET });
    await migrate(databaseLogins(config));
  });
}

async function startOwnCluster(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cic-test-'));
  // Postgres does not run as root: its own user must be able to reach the folder.
  chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    database: 'postgres',
    log: () => undefined,
    // Thrown away after the run: nothing on it has to outlive a power cut. The fault specs have clusters of their own.
    settings: { max_connections: '400', fsync: 'off' },
  });
  process.env['TEST_CLUSTER_URL'] = postgres.url;
  (globalThis as { cicCluster?: object }).cicCluster = { postgres, folder };
}
