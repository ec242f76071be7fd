import { Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { BLOB_STORE } from '../images';
import { blobKey, type BlobStore } from '../platform/blob';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import { type ExternalHandler, Handlers, type Message } from '../platform/outbox';
import { Logger } from '../platform/logging';
import { WakeBus } from '../platform/wake';
import { Reports, type VersionRow } from '../reporting';
import { Letterheads } from './letterheads';
import { PdfPrinter } from './pdf-printer';
import { printedReport } from './printed-report.rules';
import { pdfTopic } from './sheets.events';
import { SheetHandwriting } from './sheet-handwriting';
import { SheetKeyImages } from './sheet-key-images';
import { RENDER_PDF } from './sheets.subscriptions';
import { VerificationUrls } from './verification-urls';

/**
 * How long after its signature a sheet, which is archived once and for all, may wait for pictures that the moment did not
 * allow. The queue tries five times at once, then the sweeper after 0.5, 1.5, 3.5, 7.5, 15.5 … minutes.
 */
export const PICTURES_WAIT_MS = 15 * 60_000;

/**
 * Prints a signed version and stores the sheet under the clinic's key. Running twice makes the same bytes under the same
 * key; only the first run notes them.
 */
@Injectable()
export class RenderPdf implements ExternalHandler, OnModuleInit {
  readonly consumer = RENDER_PDF;

  constructor(
    private readonly db: Db,
    private readonly reports: Reports,
    private readonly printer: PdfPrinter,
    private readonly urls: VerificationUrls,
    private readonly letterheads: Letterheads,
    private readonly handwriting: SheetHandwriting,
    private readonly keyImages: SheetKeyImages,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    private readonly wake: WakeBus,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly handlers: Handlers,
  ) {}

  onModuleInit(): void {
    this.handlers.register(this);
  }

  async run(ctx: Ctx, { subjectId }: Message): Promise<void> {
    const { version, head } = await this.db.read(ctx, async (tx) => {
      const row = await this.reports.row(tx, subjectId);
      return { version: row, head: await this.letterheads.of(tx, row.clinic_id) };
    });
    if (version.pdf_sha256 !== null) return;
    // As it was signed, whatever has become of it since: later marks are set when it is printed again.
    const handwriting = await this.handwriting.of(version);
    const waits = this.clock.now().getTime() - version.signed_at.getTime() < PICTURES_WAIT_MS;
    const keyImages = await this.keyImages.of(version, version.key_images ?? [], waits ? 'wait' : 'leave_out');
    const report = printedReport(version, { verificationUrl: this.urls.of(version), head, handwriting, keyImages });
    const printed = await this.printer.print(report, 'A4');
    if (printed.keyImagesLeftOff && waits) throw new Error('the printer could not print the key images this time');
    this.handwriting.noteLeftOff(version, printed);
    this.keyImages.noteLeftOff(version, printed);
    const { pdf, missingCharacters } = printed;
    if (missingCharacters.length > 0) {
      this.logger.warn(
        { versionId: version.id, count: missingCharacters.length },
        'characters of a report are not in the font',
      );
    }
    const sha256 = await this.keep(version, pdf);
    await this.note(ctx, version.id, sha256, pdf.length);
  }

  private async keep(version: VersionRow, pdf: Buffer): Promise<string> {
    const received = await this.blobs.receive(Readable.from([pdf]), { maxBytes: pdf.length });
    await this.blobs.commit(received, blobKey(version.county_id, version.clinic_id, received.sha256));
    return received.sha256;
  }

  private async note(ctx: Ctx, versionId: string, sha256: string, bytes: number): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      await this.reports.notePdf(tx, versionId, { sha256, bytes });
      tx.afterCommit(() => this.wake.announce(pdfTopic(versionId)));
    });
  }
}
