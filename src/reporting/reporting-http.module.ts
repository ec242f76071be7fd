import { Module } from '@nestjs/common';
import { ReportController } from './report.controller';
import { OpenRevisionsController, RevisionsController } from './revisions/revisions.controller';
import { StandingReportsModule } from './revisions/standing-reports.module';
import { SingleSignController } from './single-sign.controller';
import { VerificationController } from './verification/verification.controller';
import { ReportingModule } from './reporting.module';

@Module({
  imports: [ReportingModule, StandingReportsModule],
  controllers: [
    ReportController,
    SingleSignController,
    VerificationController,
    RevisionsController,
    OpenRevisionsController,
  ],
})
export class ReportingHttpModule {}
