import { Client } from 'pg';
import { QUEUE_SCHEMA } from '../../src/platform/database';
import { Installation, type Settings } from '../harness/processes';
import { OwnRedis } from './own-redis';

const DEADLOCK = '40P01';

/** An installation whose queue's store can be emptied and taken away, on whatever backend the run is for. */
export interface QueueStore {
  readonly installation: Installation;
  /** Every job, counter and setting of the queues is gone. */
  lose(): Promise<void>;
  /** Nothing can be put into the queues or taken out of them. */
  down(): Promise<void>;
  up(): Promise<void>;
  end(): Promise<void>;
}

export const installationWithOwnQueue = (settings: Settings = {}): Promise<QueueStore> =>
  process.env['QUEUE_REDIS_URL'] ? onRedis(settings) : onPostgres(settings);

/** FLUSHALL; kill -9 and a start on the same files. */
async function onRedis(settings: Settings): Promise<QueueStore> {
  const redis = await OwnRedis.start();
  const installation = await Installation.make({ redisUrl: redis.url, settings });
  return {
    installation,
    lose: () => redis.flush(),
    down: () => redis.down(),
    up: () => redis.up(),
    end: async () => {
      await installation.end();
      await redis.end();
    },
  };
}

/** The tables are locked one after the other, and BullMQ takes them in another order: Postgres may have to choose a victim. */
async function lockAll(client: Client, tables: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query(`BEGIN; LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== DEADLOCK || tries === 20) throw error;
      await client.query('ROLLBACK');
    }
  }
}

/** TRUNCATE of BullMQ's tables; a lock on them that keeps everybody out. */
async function onPostgres(settings: Settings): Promise<QueueStore> {
  const installation = await Installation.make({ settings });
  const tables = await installation.rows<{ name: string }>(
    "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = $1 AND tablename <> 'migration'",
    QUEUE_SCHEMA,
  );
  const all = tables.map(({ name }) => name).join(', ');
  let lock: Client | undefined;
  const up = async (): Promise<void> => {
    await lock?.end();
    lock = undefined;
  };
  return {
    installation,
    lose: async () => void (await installation.rows(`TRUNCATE ${all}`)),
    down: async () => {
      lock = new Client({ connectionString: installation.config.databaseUrl });
      await lock.connect();
      await lockAll(lock, all);
    },
    up,
    end: async () => {
      await up();
      await installation.end();
    },
  };
}
