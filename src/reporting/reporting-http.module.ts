import { Module } from '@nestjs/common';
import { KeyImagesController } from './key-images/key-images.controller';
import { ReportController } from './report.controller';
import { PassingController } from './revisions/passing/passing.controller';
import { PreliminaryPolicyController } from './revisions/preliminary-policy.controller';
import { OpenRevisionsController, RevisionsController } from './revisions/revisions.controller';
import { StandingReportsModule } from './revisions/standing-reports.module';
import { SingleSignController } from './signing/single-sign.controller';
import { VerificationController } from './verification/verification.controller';
import { ReportingModule } from './reporting.module';

@Module({
  imports: [ReportingModule, StandingReportsModule],
  controllers: [
    ReportController,
    KeyImagesController,
    SingleSignController,
    PreliminaryPolicyController,
    VerificationController,
    RevisionsController,
    PassingController,
    OpenRevisionsController,
  ],
})
export class ReportingHttpModule {}
