import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../platform/config';
import { findEmbeddedPostgres, hasEmbeddedPostgres, startEmbeddedPostgres } from '../platform/embedded';

const DATABASE = 'imaging';
const FINGERPRINT_LABEL = 'county-imaging backup secret v1\n';
const FINGERPRINT_DIGITS = 16;

export interface ReadableDatabase {
  /** The owner's connection string. */
  readonly url: string;
  /** Ends what was started for this, and nothing else. */
  close(): Promise<void>;
}

/**
 * The installation's database as it is: nothing is migrated. The embedded Postgres is used beside the system that runs
 * it; only where none runs it is started, and stopped by `close`.
 * @throws Error when the installation has no database
 */
export async function databaseAsItIs(config: Config, log: (line: string) => void): Promise<ReadableDatabase> {
  if (config.env.DATABASE_URL ?? config.env.DATABASE_APP_URL) {
    return { url: config.databaseUrl, close: () => Promise.resolve() };
  }
  const dataDir = join(config.dataDir, 'postgres');
  const running = await findEmbeddedPostgres(dataDir, DATABASE);
  if (running) return { url: running.url, close: () => Promise.resolve() };
  if (!(await hasEmbeddedPostgres(dataDir))) throw new Error(`there is no database in ${dataDir}`);
  const started = await startEmbeddedPostgres({ dataDir, database: DATABASE, log });
  return { url: started.url, close: () => started.stop() };
}

/** The installation's secret: the one that is set, else the one it has made for itself; undefined: none yet. */
export function secretOf(config: Config): string | undefined {
  const file = join(config.dataDir, 'secret');
  return config.env.APP_SECRET ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
}

/** Tells secrets apart without telling them; undefined: the installation has none yet. */
export function secretFingerprint(config: Config): string | undefined {
  const secret = secretOf(config);
  if (secret === undefined) return undefined;
  return createHash('sha256').update(`${FINGERPRINT_LABEL}${secret}`).digest('hex').slice(0, FINGERPRINT_DIGITS);
}
