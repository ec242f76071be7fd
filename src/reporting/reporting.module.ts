import { Module } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { ImagesModule } from '../images';
import { WorklistModule } from '../worklist';
import { DraftVersionsModule } from './draft-versions';
import { Drafts } from './drafts';
import { PdfPrinter } from './pdf-printer';
import { RenderPdf } from './render-pdf.handler';
import { ReportController } from './report.controller';
import { Reports } from './reports';
import { SheetsController } from './sheets.controller';
import { SheetsService } from './sheets.service';
import { Signatories } from './signatories';
import { SigningService } from './signing.service';
import { Subjects } from './subjects';
import { SubmissionsService } from './submissions.service';
import { Verification } from './verification';
import { VerificationUrls } from './verification-urls';

@Module({
  imports: [ExamsModule, WorklistModule, ImagesModule, DraftVersionsModule],
  providers: [
    Drafts,
    SubmissionsService,
    SigningService,
    Signatories,
    Subjects,
    Reports,
    PdfPrinter,
    VerificationUrls,
    SheetsService,
    Verification,
  ],
  exports: [
    Drafts,
    SubmissionsService,
    SigningService,
    Reports,
    PdfPrinter,
    VerificationUrls,
    SheetsService,
    Verification,
  ],
})
export class ReportingModule {}

@Module({ imports: [ReportingModule], controllers: [ReportController, SheetsController] })
export class ReportingHttpModule {}

@Module({ imports: [ReportingModule, ImagesModule], providers: [RenderPdf] })
export class ReportingJobsModule {}
