import type { INestApplicationContext } from '@nestjs/common';
import type { Config } from '../platform/config';
import { databaseAsItIs, secretOf } from './installation';
import { say } from './options';
import { withServices } from './with-app';

/**
 * Runs a command with the application's services on the database as it is: nothing is migrated, and the system may run
 * beside it. @throws Error when the installation has no database or no secret
 */
export async function withAppBeside<T>(config: Config, work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  const database = await databaseAsItIs(config, say);
  try {
    const secret = secretOf(config);
    if (secret === undefined) throw new Error('the installation has no secret');
    return await withServices(config.with({ DATABASE_URL: database.url, APP_SECRET: secret }), work);
  } finally {
    await database.close();
  }
}
