import { Module, type OnModuleInit } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { NoticesModule } from '../notices';
import { Handlers, Sweeps } from '../platform/outbox';
import { ReportingModule } from '../reporting';
import { Compare } from './comparing/compare';
import { CriticalController } from './critical.controller';
import { CriticalJobs } from './critical.handlers';
import { CriticalQueries } from './list/critical.queries';
import { CriticalService } from './critical.service';
import { Cycles } from './cycles';
import { ExamEnds } from './withdrawing/exam-ends';
import { ImportantCompare } from './important/important-compare';
import { ImportantController } from './important/important.controller';
import { ImportantQueries } from './important/important.queries';
import { ImportantService } from './important/important.service';
import { Ladder } from './ladder/ladder';
import { MarkingService } from './marking.service';
import { PatientNoticesController } from './patient-notices/patient-notices.controller';
import { PatientNoticesQueries } from './patient-notices/patient-notices.queries';
import { PatientNoticesService } from './patient-notices/patient-notices.service';
import { Settings } from './settings';
import { Tellings } from './telling/tellings';
import { Withdrawals } from './withdrawing/withdrawals';

@Module({
  imports: [ExamsModule, NoticesModule],
  providers: [
    Cycles,
    Settings,
    Tellings,
    CriticalQueries,
    MarkingService,
    ImportantQueries,
    ImportantService,
    PatientNoticesQueries,
    PatientNoticesService,
  ],
  exports: [
    Cycles,
    Settings,
    Tellings,
    CriticalQueries,
    MarkingService,
    ImportantQueries,
    ImportantService,
    PatientNoticesQueries,
    PatientNoticesService,
  ],
})
export class CriticalModule {}

@Module({
  imports: [CriticalModule],
  controllers: [CriticalController, ImportantController, PatientNoticesController],
  providers: [CriticalService],
})
export class CriticalHttpModule {}

@Module({
  imports: [CriticalModule, ExamsModule, NoticesModule, ReportingModule],
  providers: [Compare, ImportantCompare, ExamEnds, Ladder, Withdrawals, CriticalJobs],
})
export class CriticalJobsModule implements OnModuleInit {
  constructor(
    private readonly registry: Handlers,
    private readonly sweeps: Sweeps,
    private readonly jobs: CriticalJobs,
  ) {}

  onModuleInit(): void {
    for (const handler of this.jobs.handlers) this.registry.register(handler);
    for (const sweep of this.jobs.sweeps) this.sweeps.register(sweep);
  }
}
