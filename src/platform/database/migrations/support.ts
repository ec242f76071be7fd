import type { QueryRunner } from 'typeorm';

interface Roles {
  readonly app: string;
  readonly relay: string;
}

/** The role names the installation uses; set as session settings by the owner's data source. */
export async function roles(q: QueryRunner): Promise<Roles> {
  const [row] = (await q.query(
    "SELECT quote_ident(current_setting('cic.app_role')) AS app, quote_ident(current_setting('cic.relay_role')) AS relay",
  )) as [Roles];
  return row;
}

export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/**
 * Puts tables behind row-level security: the app role sees and writes rows of the county set in its transaction and
 * nothing else, with only the rights named; the relay role works over all counties.
 */
export async function protect(q: QueryRunner, rights: readonly Right[], ...tables: readonly string[]): Promise<void> {
  for (const table of tables) await protectBy(q, 'county_id', rights, table);
}

/** The same for a table whose county stands in another column. */
export async function protectBy(
  q: QueryRunner,
  column: string,
  rights: readonly Right[],
  table: string,
): Promise<void> {
  const { app, relay } = await roles(q);
  await q.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  await q.query(`GRANT ${rights.join(', ')} ON ${table} TO ${app}`);
  await q.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${relay}`);
  // The sub-select makes Postgres read the setting once per statement instead of once per row.
  const own = `${column} = (SELECT nullif(current_setting('app.county', true), '')::uuid)`;
  await q.query(`CREATE POLICY own_county ON ${table} TO ${app} USING (${own}) WITH CHECK (${own})`);
  await q.query(`CREATE POLICY every_county ON ${table} TO ${relay} USING (true) WITH CHECK (true)`);
}

/** Grants on a table that belongs to no county: the relay role alone may touch it. */
export async function relayOnly(q: QueryRunner, ...tables: readonly string[]): Promise<void> {
  const { relay } = await roles(q);
  for (const table of tables) await q.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${relay}`);
}

export async function dropTables(q: QueryRunner, ...tables: readonly string[]): Promise<void> {
  for (const table of tables) await q.query(`DROP TABLE ${table}`);
}
