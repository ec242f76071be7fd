import { Module } from '@nestjs/common';
import { AuditJobsModule } from './audit';
import { CollaborationJobsModule } from './collaboration';
import { CriticalJobsModule } from './critical';
import { DeliveryJobsModule } from './delivery';
import { ExamsJobsModule } from './exams';
import { IntakeJobsModule } from './intake';
import { HandlersModule, OutboxWorkerModule } from './platform/outbox';
import { QueueModule } from './platform/queue';
import { ReportingJobsModule, ReportSealingModule } from './reporting';
import { PriorsJobsModule } from './priors';
import { SheetsJobsModule } from './sheets';
import { StudiesJobsModule } from './studies';
import { TurnaroundJobsModule } from './turnaround';
import { WorklistJobsModule } from './worklist';

/** Every slice's job module, then the parts that run them. */
@Module({
  imports: [
    QueueModule,
    HandlersModule,
    AuditJobsModule,
    StudiesJobsModule,
    IntakeJobsModule,
    ExamsJobsModule,
    WorklistJobsModule,
    ReportingJobsModule,
    ReportSealingModule,
    SheetsJobsModule,
    PriorsJobsModule,
    CriticalJobsModule,
    DeliveryJobsModule,
    CollaborationJobsModule,
    TurnaroundJobsModule,
    OutboxWorkerModule,
  ],
})
export class WorkerModule {}
