import { Module, type OnModuleInit } from '@nestjs/common';
import { Handlers } from '../platform/outbox';
import { LateImagesHandler } from './revisions/late-images.handler';
import { ReleaseOfHospitalHandler, ReleaseOfPersonHandler } from './revisions/passing/release.handlers';
import { StandingReportsModule } from './revisions/standing-reports.module';
import { ReportingModule } from './reporting.module';

@Module({
  imports: [ReportingModule, StandingReportsModule],
  providers: [LateImagesHandler, ReleaseOfPersonHandler, ReleaseOfHospitalHandler],
})
export class ReportingJobsModule implements OnModuleInit {
  constructor(
    private readonly handlers: Handlers,
    private readonly lateImages: LateImagesHandler,
    private readonly releaseOfPerson: ReleaseOfPersonHandler,
    private readonly releaseOfHospital: ReleaseOfHospitalHandler,
  ) {}

  onModuleInit(): void {
    for (const handler of [this.lateImages, this.releaseOfPerson, this.releaseOfHospital])
      this.handlers.register(handler);
  }
}
