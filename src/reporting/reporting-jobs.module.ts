import { Module, type OnModuleInit } from '@nestjs/common';
import { Handlers } from '../platform/outbox';
import { LateImagesHandler } from './revisions/late-images.handler';
import { StandingReportsModule } from './revisions/standing-reports.module';
import { ReportingModule } from './reporting.module';

@Module({ imports: [ReportingModule, StandingReportsModule], providers: [LateImagesHandler] })
export class ReportingJobsModule implements OnModuleInit {
  constructor(
    private readonly handlers: Handlers,
    private readonly lateImages: LateImagesHandler,
  ) {}

  onModuleInit(): void {
    this.handlers.register(this.lateImages);
  }
}
