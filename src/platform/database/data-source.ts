import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import type { DatabaseLogins } from './roles';
import { migrations } from './migrations';
import { PgClient } from './pg-client';

export type Entities = MixedList<NewableFunction>;

/** Options shared by all three logins. `synchronize` stays off for ever: the schema comes from migrations alone. */
function options(url: string, entities: Entities, pool: number, name: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: entities as never,
    synchronize: false,
    migrationsRun: false,
    applicationName: `county-imaging-${name}`,
    poolSize: pool,
    // A query that hangs must not hold a pool slot for ever: the server cuts a statement; when the server itself is lost, the
    // client gives the connection up a little later, and an idle one is found dead by its keep-alive probes.
    extra: {
      statement_timeout: 60_000,
      query_timeout: 65_000,
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: 10_000,
      Client: PgClient,
      // Statements that do not wait for one another travel together.
      pipeline: true,
    },
  };
}

export const appOptions = (logins: DatabaseLogins, entities: Entities, pool: number): DataSourceOptions =>
  options(logins.app, entities, pool, 'app');

export const relayOptions = (logins: DatabaseLogins, entities: Entities, pool: number): DataSourceOptions =>
  options(logins.relay, entities, pool, 'relay');

/** The owner's data source: migrations only. The role names reach the migrations as settings of the session. */
export function ownerDataSource(logins: DatabaseLogins, entities: Entities = []): DataSource {
  return new DataSource({
    type: 'postgres',
    url: logins.owner,
    entities: entities as never,
    synchronize: false,
    migrations: [...migrations],
    migrationsTableName: 'schema_migration',
    poolSize: 2,
    extra: { options: `-c cic.app_role=${logins.appRole} -c cic.relay_role=${logins.relayRole}` },
  });
}
