import { createHmac } from 'node:crypto';
import type { Client } from 'pg';
import type { Config } from '../config';
import { PgClient } from './pg-client';

/** The three logins: owner (migrates), app (rows of one county under row-level security), relay (all counties). */
export interface DatabaseLogins {
  readonly owner: string;
  readonly app: string;
  readonly relay: string;
  readonly appRole: string;
  readonly relayRole: string;
}

/**
 * Works out the logins. Unless the app's and relay's URLs are given, their passwords are derived from the
 * installation's secret, so that one DATABASE_URL is enough and nothing is stored.
 */
export function databaseLogins(config: Config): DatabaseLogins {
  const { DATABASE_APP_URL, DATABASE_RELAY_URL, DATABASE_ROLE_PREFIX: prefix } = config.env;
  const owner = config.env.DATABASE_URL ?? DATABASE_APP_URL ?? config.databaseUrl;
  const derived = (role: string): string => {
    const url = new URL(owner);
    url.username = role;
    url.password = createHmac('sha256', config.appSecret).update(`database-login:${role}`).digest('hex');
    return url.toString();
  };
  const app = DATABASE_APP_URL ?? derived(`${prefix}_app`);
  const relay = DATABASE_RELAY_URL ?? derived(`${prefix}_relay`);
  return { owner, app, relay, appRole: userOf(app), relayRole: userOf(relay) };
}

const userOf = (url: string): string => decodeURIComponent(new URL(url).username);

/** Creates or re-keys the app and relay roles. Needs an owner with CREATEROLE; safe to run from many processes at once. */
export async function ensureRoles(logins: DatabaseLogins): Promise<void> {
  const client = new PgClient({ connectionString: logins.owner });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query("SELECT pg_advisory_xact_lock(hashtext('county-imaging-roles'))");
    for (const url of [logins.app, logins.relay]) {
      if (!(await canLogIn(url))) await client.query(roleStatement(await roleExists(client, userOf(url)), url));
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

async function roleExists(client: Client, role: string): Promise<boolean> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  return found.rowCount === 1;
}

function roleStatement(exists: boolean, url: string): string {
  const name = `"${userOf(url).replaceAll('"', '""')}"`;
  const password = decodeURIComponent(new URL(url).password).replaceAll("'", "''");
  return `${exists ? 'ALTER' : 'CREATE'} ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '${password}'`;
}

async function canLogIn(url: string): Promise<boolean> {
  const client = new PgClient({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
