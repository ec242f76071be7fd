import { loadConfig } from '../platform/config';
import { prepareDatabase } from '../start';
import { say } from './options';

/** Migrates, whatever MIGRATE says, and ends; the embedded Postgres is started for that and stopped again. */
export async function migrateOnly(): Promise<void> {
  const { postgres } = await prepareDatabase(loadConfig().with({ MIGRATE: true }), say);
  await postgres?.stop();
}
