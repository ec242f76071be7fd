import type { Client } from 'pg';
import { runMigrations as migrateQueue } from 'bullmq';
import { ownerDataSource } from './data-source';
import { PgClient } from './pg-client';
import { ensureRoles, type DatabaseLogins } from './roles';

/** Schema of BullMQ's own tables, used when no Redis is configured. */
export const QUEUE_SCHEMA = 'bullmq';

/** Brings roles, tables and the queue's schema up to date; waits for whoever else is doing it. Idempotent. */
export async function migrate(logins: DatabaseLogins): Promise<void> {
  await ensureRoles(logins);
  const lock = new PgClient({ connectionString: logins.owner });
  await lock.connect();
  try {
    await lock.query("SELECT pg_advisory_lock(hashtext('county-imaging-migrate'))");
    const source = await ownerDataSource(logins).initialize();
    try {
      await source.runMigrations({ transaction: 'each' });
    } finally {
      await source.destroy();
    }
    await migrateQueue(lock, QUEUE_SCHEMA);
    await grantQueue(lock, logins.relayRole);
  } finally {
    await lock.end();
  }
}

async function grantQueue(client: Client, relayRole: string): Promise<void> {
  const role = `"${relayRole.replaceAll('"', '""')}"`;
  // The backend makes one sequence per queue at its first use, inside its own schema.
  await client.query(`GRANT USAGE, CREATE ON SCHEMA ${QUEUE_SCHEMA} TO ${role}`);
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO ${role}`);
  await client.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO ${role}`);
  await client.query(`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO ${role}`);
}
