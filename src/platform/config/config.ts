import { resolve } from 'node:path';
import { envSchema, type Env } from './config.schema';

/** Thrown at start with every fault listed, so that an operator mends them in one go. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** The parsed settings plus what was worked out from them; injected wherever a setting is read. */
export class Config {
  constructor(readonly env: Readonly<Env>) {}

  get dataDir(): string {
    return resolve(this.env.DATA_DIR);
  }

  get blobDir(): string {
    return resolve(this.env.BLOB_DIR ?? `${this.env.DATA_DIR}/blobs`);
  }

  get isApi(): boolean {
    return this.env.ROLE !== 'worker';
  }

  get isWorker(): boolean {
    return this.env.ROLE !== 'api';
  }

  /** The owner's connection; set by the start-up after the embedded Postgres is up. */
  get databaseUrl(): string {
    if (!this.env.DATABASE_URL) throw new ConfigError(['DATABASE_URL: no database is configured or started']);
    return this.env.DATABASE_URL;
  }

  get appSecret(): string {
    if (!this.env.APP_SECRET) throw new ConfigError(['APP_SECRET: missing']);
    return this.env.APP_SECRET;
  }

  with(changes: Partial<Env>): Config {
    return new Config({ ...this.env, ...changes });
  }
}

/**
 * Reads and checks the environment; unknown variables are ignored, empty ones count as not set. `preferences` stand where
 * the environment says nothing.
 */
export function loadConfig(
  source: Readonly<Record<string, string | undefined>> = process.env,
  preferences: Readonly<Record<string, string>> = {},
): Config {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = envSchema.safeParse({ ...preferences, ...given });
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.') || '(all)'}: ${issue.message}`));
  }
  return new Config(parsed.data);
}
