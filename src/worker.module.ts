import { Module } from '@nestjs/common';
import { AuditJobsModule } from './audit';
import { HandlersModule, OutboxWorkerModule } from './platform/outbox';
import { QueueModule } from './platform/queue';

/** Every slice's job module, then the parts that run them. */
@Module({ imports: [QueueModule, HandlersModule, AuditJobsModule, OutboxWorkerModule] })
export class WorkerModule {}
