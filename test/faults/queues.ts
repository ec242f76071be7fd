import { createPostgresBackend, createRedisBackend, Queue } from 'bullmq';
import { databaseLogins, QUEUE_SCHEMA } from '../../src/platform/database';
import type { QueueName } from '../../src/platform/queue';
import type { Installation } from '../harness/processes';

/** Opens one of an installation's queues beside the product, on whatever backend it runs, and closes it again. */
export async function onQueue<T>(
  { config }: Installation,
  name: QueueName,
  work: (queue: Queue) => Promise<T>,
): Promise<T> {
  const { REDIS_URL: url, QUEUE_PREFIX: prefix } = config.env;
  const queue = url
    ? new Queue(name, { connection: { url }, prefix }, createRedisBackend)
    : new Queue(
        name,
        { connection: { connectionString: databaseLogins(config).relay, schema: QUEUE_SCHEMA } } as never,
        createPostgresBackend as never,
      );
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

/** Jobs of a queue that are not over yet. */
export const openJobs = (installation: Installation, name: QueueName): Promise<number> =>
  onQueue(installation, name, (queue) => queue.getJobCountByTypes('waiting', 'active', 'delayed'));
