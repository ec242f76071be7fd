import { Client } from 'pg';
import { loadConfig } from '../platform/config';
import { prepareDatabase } from '../start';
import { say } from './options';

/** Publishes set-aside outbox messages again, after their cause was mended. */
export async function redrive(): Promise<void> {
  const { config, postgres } = await prepareDatabase(loadConfig(), say);
  const client = new Client({ connectionString: config.databaseUrl });
  try {
    await client.connect();
    const { rowCount } = await client.query(
      'UPDATE outbox_message SET failed_at = NULL, sent_at = NULL, generation = generation + 1 WHERE failed_at IS NOT NULL AND handled_at IS NULL',
    );
    say(`${rowCount} messages will be published again`);
  } finally {
    await client.end();
    await postgres?.stop();
  }
}
