import { Client } from 'pg';
import { SystemClock } from '../platform/clock';
import { loadConfig } from '../platform/config';
import { newId } from '../platform/ids';
import { databaseAsItIs } from './installation';
import { say } from './options';

/** Sets outbox messages that were set aside going again, after their cause was mended; the running system takes them up. */
export async function redrive(_args: readonly string[] = [], config = loadConfig()): Promise<void> {
  const database = await databaseAsItIs(config, say);
  const client = new Client({ connectionString: database.url });
  try {
    await client.connect();
    await client.query('BEGIN');
    const { rows } = await client.query<{ county_id: string }>(
      `UPDATE outbox_message SET failed_at = NULL, sent_at = NULL, generation = generation + 1
       WHERE failed_at IS NOT NULL AND handled_at IS NULL RETURNING county_id`,
    );
    const counties = new Map<string, number>();
    for (const { county_id } of rows) counties.set(county_id, (counties.get(county_id) ?? 0) + 1);
    for (const [countyId, messages] of counties) await record(client, countyId, messages);
    await client.query('COMMIT');
    say(`${rows.length} messages will be published again`);
  } finally {
    await client.end();
    await database.close();
  }
}

async function record(client: Client, countyId: string, messages: number): Promise<void> {
  await client.query(
    `INSERT INTO audit_event (id, county_id, at, actor_kind, actor_id, actor_name, action, subject_type, details, request_id)
     VALUES ($1, $2, $3, 'system', NULL, 'cli', 'outbox.redrive', 'outbox_message', $4, $5)`,
    [newId(), countyId, new SystemClock().now(), JSON.stringify({ messages }), newId()],
  );
}
