export { QueueHub, QUEUES } from './queue-hub';
export type { AnyWorker, JobData, Publication, QueueName } from './queue-hub';
export { QueueModule } from './queue.module';
