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
        { connection: { connectionString: databaseLogins(config).relay, schema: QUEUE_SCHEMA } },
        createPostgresBackend as never,
      );
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

/** How many messages of a consumer about these subjects, as first published, the queue has a job for, whatever its state. */
export async function publishedJobs(
  installation: Installation,
  name: QueueName,
  consumer: string,
  subjects: readonly string[],
): Promise<number> {
  const messages = await installation.rows<{ id: string }>(
    'SELECT id FROM outbox_message WHERE consumer = $1 AND subject_id = ANY($2)',
    consumer,
    subjects,
  );
  return onQueue(installation, name, async (queue) => {
    const jobs = await Promise.all(messages.map(({ id }) => queue.getJob(`${consumer}-${id}-g0`)));
    return jobs.filter((job) => job !== undefined).length;
  });
}
