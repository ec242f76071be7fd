import { loadConfig } from '../platform/config';
import { prepareDatabase } from '../start';

/** Migrates and ends; with the embedded Postgres it is started for that and stopped again. */
export async function migrateOnly(): Promise<void> {
  const { postgres } = await prepareDatabase(loadConfig(), (line) => process.stderr.write(`${line}\n`));
  await postgres?.stop();
}
