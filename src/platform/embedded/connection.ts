import { Client, type QueryResultRow } from 'pg';

/** The superuser that initdb makes; it owns the database and everything the product migrates. */
export const OWNER = 'postgres';

export interface Address {
  readonly port: number;
  readonly password: string;
  readonly database: string;
}

/** The owner's connection string. */
export const urlOf = ({ port, password, database }: Address): string =>
  `postgres://${OWNER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

/** Runs `work` on one short connection; at most 5 s for connecting. */
export async function withConnection<T>(address: Address, work: (client: Client) => Promise<T>): Promise<T> {
  const { port, password, database } = address;
  // Every field is given, so that PG* variables of the environment change nothing.
  const client = new Client({
    host: '127.0.0.1',
    user: OWNER,
    port,
    password,
    database,
    ssl: false,
    connectionTimeoutMillis: 5_000,
    query_timeout: 60_000,
  });
  // A server that ends meanwhile also fails the query, which is where it is reported.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The first value of the first row. */
export async function readValue(address: Address, sql: string, parameters: string[] = []): Promise<unknown> {
  const { rows } = await withConnection(address, (client) => client.query<QueryResultRow>(sql, parameters));
  return rows[0] === undefined ? undefined : Object.values(rows[0])[0];
}

/** Whether the server is there but does not take this password (28P01 invalid_password). */
export const isWrongPassword = (error: unknown): boolean => (error as { code?: unknown }).code === '28P01';

/** Makes the database unless it exists. Only one process at a time gets here: it holds the folder's lock. */
export async function ensureDatabase(address: Address): Promise<void> {
  await withConnection({ ...address, database: 'postgres' }, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [address.database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(address.database)}`);
  });
}
