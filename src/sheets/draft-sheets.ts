import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../audit';
import type { Ctx } from '../platform/context';
import { type DraftPrint, DraftPrints } from '../reporting';
import { Letterheads } from './letterheads';
import type { Paper } from './pdf';
import { PdfPrinter } from './pdf-printer';
import { type HeadSetting, printedDraft } from './printed-report.rules';
import { SheetKeyImages } from './sheet-key-images';
import { draftName } from './sheet-name.rules';
import type { Sheet } from './sheets.service';

/** Drafts on paper, for whoever holds the exam: 未审签 across every page, no code to verify, nothing stored. */
@Injectable()
export class DraftSheets {
  constructor(
    private readonly commands: Commands,
    private readonly drafts: DraftPrints,
    private readonly letterheads: Letterheads,
    private readonly keyImages: SheetKeyImages,
    private readonly printer: PdfPrinter,
    private readonly audit: Audit,
  ) {}

  /** Throws `not_found`, `not_held`, `identity_on_hold`, `exam_data_missing`, `unavailable`. */
  async open(ctx: Ctx, examId: string, paper: Paper): Promise<Sheet> {
    const { draft, head } = await this.read(ctx, examId, paper);
    const clinic = { county_id: ctx.countyId, clinic_id: draft.clinicId };
    const keyImages = await this.keyImages.of(clinic, draft.keyImages);
    const { pdf } = await this.printer.print(printedDraft(draft, head, keyImages), paper);
    return { bytes: Readable.from([pdf]), length: pdf.length, name: draftName(draft.subject, paper) };
  }

  private read(ctx: Ctx, examId: string, paper: Paper): Promise<{ draft: DraftPrint; head: HeadSetting }> {
    return this.commands.run(ctx, 'report.print-draft', examId, async (tx) => {
      const draft = await this.drafts.of(tx, examId);
      const head = await this.letterheads.of(tx, draft.clinicId);
      const details = { paper };
      await this.audit.record(tx, { action: 'report.print-draft', subjectType: 'exam', subjectId: examId, details });
      return { draft, head };
    });
  }
}
