import { Module } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { WorklistModule } from '../worklist';
import { DraftVersionsModule } from './draft-versions';
import { Drafts } from './drafts';
import { ReportController } from './report.controller';
import { Reports } from './reports';
import { Signatories } from './signatories';
import { SigningService } from './signing.service';
import { Subjects } from './subjects';
import { SubmissionsService } from './submissions.service';
import { Verification } from './verification';
import { VerificationController } from './verification.controller';
import { Versions } from './versions';

@Module({
  imports: [ExamsModule, WorklistModule, DraftVersionsModule],
  providers: [Drafts, SubmissionsService, SigningService, Signatories, Subjects, Versions, Reports, Verification],
  exports: [Drafts, SubmissionsService, SigningService, Reports, Verification],
})
export class ReportingModule {}

@Module({ imports: [ReportingModule], controllers: [ReportController, VerificationController] })
export class ReportingHttpModule {}
