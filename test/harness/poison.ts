import { onCluster } from './postgres';
import type { System } from './system';

/** Makes the database refuse every change of one row, as a row does that breaks a rule nobody thought of. */
export async function poison(system: System, table: 'exam' | 'upload', id: string): Promise<void> {
  await onCluster(async (client) => {
    await client.query(
      `CREATE FUNCTION refuse_poisoned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'poisoned'; END $$`,
    );
    await client.query(
      `CREATE TRIGGER poisoned BEFORE UPDATE ON ${table} FOR EACH ROW WHEN (OLD.id = '${id}') EXECUTE FUNCTION refuse_poisoned()`,
    );
  }, new URL(system.databaseUrl).pathname.slice(1));
}
