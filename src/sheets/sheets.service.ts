import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Audit, Commands } from '../audit';
import { examErrors, Exams } from '../exams';
import { BLOB_STORE } from '../images';
import { blobKey, type BlobStore } from '../platform/blob';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import { DomainError } from '../platform/errors';
import { WakeBus } from '../platform/wake';
import { Reports, type VersionRow } from '../reporting';
import type { Paper } from './pdf';
import { PdfPrinter } from './pdf-printer';
import { printedReport } from './printed-report.rules';
import { sheetName } from './sheet-name.rules';
import { sheetsErrors } from './sheets.errors';
import { pdfTopic } from './sheets.events';
import { VerificationUrls } from './verification-urls';

/** How long a caller waits for a sheet that is just being printed, and how long to stay away after that. */
const PATIENCE_MS = 4_000;
const RETRY_SECONDS = 2;

export interface Sheet {
  readonly bytes: Readable;
  readonly length: number;
  readonly name: string;
}

/** Signed reports on paper. Every sheet handed out is recorded per version. */
@Injectable()
export class SheetsService {
  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly reports: Reports,
    private readonly exams: Exams,
    private readonly printer: PdfPrinter,
    private readonly urls: VerificationUrls,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    private readonly audit: Audit,
    private readonly wake: WakeBus,
  ) {}

  /**
   * The sheet of a signed version: A4 as it was stored, A5 set anew from the same version. Throws `not_found`,
   * `identity_on_hold`, and `pdf_not_ready` (503) while the printer has not come to it.
   */
  async open(ctx: Ctx, versionId: string, paper: Paper): Promise<Sheet> {
    const version = await this.stored(ctx, versionId);
    await this.release(ctx, version, paper);
    const { bytes, length } = paper === 'A4' ? await this.asStored(version) : await this.setAnew(version, paper);
    return { bytes, length, name: sheetName(version, paper) };
  }

  /** Printing stops while it is in doubt whose images they are; otherwise it is written down who took the sheet. */
  private async release(ctx: Ctx, version: VersionRow, paper: Paper): Promise<void> {
    await this.commands.run(ctx, 'report.print', version.exam_id, async (tx) => {
      const { exam } = await this.exams.brief(tx, version.exam_id);
      if (exam.identity_hold_at) throw new DomainError(examErrors.identity_on_hold, { state: exam.state });
      const details = { examId: version.exam_id, number: version.number, paper };
      await this.audit.record(tx, {
        action: 'report.print',
        subjectType: 'report_version',
        subjectId: version.id,
        details,
      });
    });
  }

  /** Waits a little for a version's sheet. The look comes after arming, so that news between the two is not missed. */
  private async stored(ctx: Ctx, versionId: string): Promise<VersionRow> {
    const waiting = new AbortController();
    const printed = this.wake.next(pdfTopic(versionId), PATIENCE_MS, waiting.signal);
    try {
      const look = (): Promise<VersionRow> => this.db.read(ctx, (tx) => this.reports.row(tx, versionId));
      const first = await look();
      if (first.pdf_sha256 !== null) return first;
      await printed;
      const second = await look();
      if (second.pdf_sha256 !== null) return second;
      throw new DomainError(sheetsErrors.pdf_not_ready, { retryAfterSeconds: RETRY_SECONDS });
    } finally {
      waiting.abort();
    }
  }

  private async asStored(version: VersionRow): Promise<Omit<Sheet, 'name'>> {
    const key = blobKey(version.county_id, version.clinic_id, version.pdf_sha256 ?? '');
    return { bytes: await this.blobs.open(key), length: version.pdf_bytes ?? 0 };
  }

  private async setAnew(version: VersionRow, paper: Paper): Promise<Omit<Sheet, 'name'>> {
    const { pdf } = await this.printer.print(printedReport(version, this.urls.of(version)), paper);
    return { bytes: Readable.from([pdf]), length: pdf.length };
  }
}
