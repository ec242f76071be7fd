import { Module } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { ImagesModule } from '../images';
import { PicturesModule } from '../pictures';
import { ReportingModule } from '../reporting';
import { DraftSheets } from './draft-sheets';
import { Letterheads } from './letterheads';
import { LetterheadsController } from './letterheads.controller';
import { PdfPrinter } from './pdf-printer';
import { RenderPdf } from './render-pdf.handler';
import { SignatureModule } from '../signature';
import { SheetHandwriting } from './sheet-handwriting';
import { SheetKeyImages } from './sheet-key-images';
import { SheetsController } from './sheets.controller';
import { SheetsService } from './sheets.service';
import { VerificationUrls } from './verification-urls';

@Module({
  imports: [ExamsModule, ImagesModule, PicturesModule, ReportingModule, SignatureModule],
  providers: [PdfPrinter, VerificationUrls, Letterheads, SheetHandwriting, SheetKeyImages, SheetsService, DraftSheets],
  exports: [PdfPrinter, VerificationUrls, Letterheads, SheetHandwriting, SheetKeyImages, SheetsService, DraftSheets],
})
export class SheetsModule {}

@Module({ imports: [SheetsModule], controllers: [SheetsController, LetterheadsController] })
export class SheetsHttpModule {}

@Module({ imports: [SheetsModule, ReportingModule, ImagesModule], providers: [RenderPdf] })
export class SheetsJobsModule {}
