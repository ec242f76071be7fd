import { DataSource } from 'typeorm';
import { entities } from '../../src/entities';
import { migrations } from '../../src/platform/database/migrations';
import { ownerDataSource } from '../../src/platform/database';
import { clusterUrl, createTestDatabase, onCluster } from '../harness/postgres';

interface DbColumn {
  table_name: string;
  column_name: string;
  data_type: string;
  is_nullable: 'YES' | 'NO';
}

/** Type names as information_schema writes them. */
const TYPES: Readonly<Record<string, string>> = {
  timestamptz: 'timestamp with time zone',
  int: 'integer',
  'character varying': 'text',
};

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let source: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  source = await new DataSource({ type: 'postgres', url: database.url, entities }).initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

it('has one entity per table, with exactly its columns, types and nullability', async () => {
  const rows = await source.query<DbColumn[]>(
    `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name <> 'schema_migration'`,
  );
  const inDatabase = rows.map(
    (row) => `${row.table_name}.${row.column_name} ${row.data_type} ${row.is_nullable === 'YES' ? 'null' : 'not null'}`,
  );
  const inEntities = source.entityMetadatas.flatMap((entity) =>
    entity.columns.map((column) => {
      const type = column.isArray ? 'ARRAY' : (TYPES[String(column.type)] ?? String(column.type));
      return `${entity.tableName}.${column.databaseName} ${type} ${column.isNullable ? 'null' : 'not null'}`;
    }),
  );
  expect(inEntities.sort()).toEqual(inDatabase.sort());
});

it('puts every table with a county behind row-level security with both policies', async () => {
  const open = await source.query<{ relname: string }[]>(
    `SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'county_id'
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
       AND (NOT c.relrowsecurity OR (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) <> 2)`,
  );
  expect(open).toEqual([]);
});

it('can take every migration back and do it again', async () => {
  const url = new URL(clusterUrl());
  const name = `cic_test_down_${process.pid}`;
  await onCluster((client) => client.query(`CREATE DATABASE ${name}`));
  url.pathname = `/${name}`;
  const owner = await ownerDataSource({
    owner: url.toString(),
    app: '',
    relay: '',
    appRole: 'cic_app',
    relayRole: 'cic_relay',
  }).initialize();
  try {
    await owner.runMigrations({ transaction: 'each' });
    for (let i = 0; i < migrations.length; i += 1) await owner.undoLastMigration({ transaction: 'each' });
    const left = await owner.query<unknown[]>(
      "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'",
    );
    expect(left).toEqual([]);
    expect(await owner.runMigrations({ transaction: 'each' })).toHaveLength(migrations.length);
  } finally {
    await owner.destroy();
    await onCluster((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }
});
