import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Audit, Commands } from '../audit';
import { examErrors, ExamStates } from '../exams';
import { BLOB_STORE } from '../images';
import { blobKey, type BlobStore } from '../platform/blob';
import { type Ctx, visibleClinics } from '../platform/context';
import { Db } from '../platform/database';
import { DomainError } from '../platform/errors';
import { WakeBus } from '../platform/wake';
import { Reports, revisionErrors, Sightings, standingOf, type VersionRow } from '../reporting';
import { Letterheads } from './letterheads';
import type { Paper } from './pdf';
import { PdfPrinter } from './pdf-printer';
import { type HeadSetting, printedReport, standingNow } from './printed-report.rules';
import { SheetHandwriting } from './sheet-handwriting';
import { SheetKeyImages } from './sheet-key-images';
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

interface Release {
  readonly version: VersionRow;
  readonly head: HeadSetting;
}

/** A clinic's system takes the file, a person prints it. */
const howOf = ({ actor }: Ctx): 'printed' | 'downloaded' => (actor.kind === 'gateway' ? 'downloaded' : 'printed');

/** Signed reports on paper. Every sheet handed out is recorded per version. */
@Injectable()
export class SheetsService {
  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly reports: Reports,
    private readonly examStates: ExamStates,
    private readonly printer: PdfPrinter,
    private readonly urls: VerificationUrls,
    private readonly letterheads: Letterheads,
    private readonly handwriting: SheetHandwriting,
    private readonly keyImages: SheetKeyImages,
    private readonly sightings: Sightings,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    private readonly audit: Audit,
    private readonly wake: WakeBus,
  ) {}

  /**
   * The sheet of a signed version: A4 in force as it was archived; A5, and whatever was superseded, recalled or voided in
   * the meantime or is being corrected, set anew from the same version and marked as what it is now. Throws `not_found`,
   * `identity_on_hold`, for the clinic `report_recalled`, `unavailable` while its pictures cannot be made, and `pdf_not_ready` (503) while the printer has not come to it.
   */
  async open(ctx: Ctx, versionId: string, paper: Paper): Promise<Sheet> {
    const { exam_id: examId } = await this.stored(ctx, versionId);
    const { version, head } = await this.release(ctx, versionId, examId, paper);
    // A void is archived with its mark: nothing can become of it any more.
    const archived = paper === 'A4' && (standingNow(version) === 'in-force' || version.kind === 'void');
    const { bytes, length } = archived ? await this.asStored(version) : await this.setAnew(version, head, paper);
    return { bytes, length, name: sheetName(version, paper) };
  }

  /**
   * Printing stops while it is in doubt whose images they are; otherwise it is written down who took the sheet, and the
   * version is read as it stands at that moment.
   */
  private release(ctx: Ctx, versionId: string, examId: string, paper: Paper): Promise<Release> {
    return this.commands.run(ctx, 'report.print', examId, async (tx) => {
      // Locked: a hold that is being committed is waited for, and one that begins later finds the sheet written down.
      const exam = await this.examStates.lock(tx, examId);
      if (exam.identity_hold_at) throw new DomainError(examErrors.identity_on_hold, { state: exam.state });
      const { recalled_at: recalledAt } = await this.reports.row(tx, versionId);
      // The clinic gets nothing more of what was called back; readers print it with its mark, which is nobody's seeing it.
      if (recalledAt !== null && visibleClinics(ctx))
        throw new DomainError(revisionErrors.report_recalled, { recalledAt });
      if (recalledAt === null) await this.sightings.record(tx, versionId, howOf(ctx));
      const version = await this.reports.row(tx, versionId);
      const details = { examId, number: version.number, paper, standing: standingOf(version) };
      await this.audit.record(tx, {
        action: 'report.print',
        subjectType: 'report_version',
        subjectId: version.id,
        details,
      });
      return { version, head: await this.letterheads.of(tx, version.clinic_id) };
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

  private async setAnew(version: VersionRow, head: HeadSetting, paper: Paper): Promise<Omit<Sheet, 'name'>> {
    const handwriting = await this.handwriting.of(version);
    const keyImages = await this.keyImages.of(version, version.key_images ?? []);
    const verificationUrl = this.urls.of(version);
    const report = printedReport(version, {
      verificationUrl,
      head,
      handwriting,
      keyImages,
      standing: standingNow(version),
    });
    const printed = await this.printer.print(report, paper);
    this.handwriting.noteLeftOff(version, printed);
    this.keyImages.noteLeftOff(version, printed);
    return { bytes: Readable.from([printed.pdf]), length: printed.pdf.length };
  }
}
