import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { OrderThread } from '../platform/threads';
import type { Paper, ReportDocument } from './pdf';
import type { PrintAnswer, PrintOrder } from './pdf.worker';

/** A page takes some 20 ms, the first report of a thread some 200 ms: what takes this long is stuck. */
const TIME_LIMIT_MS = 30_000;
/**
 * A sheet makes much that is garbage at once. With a nursery of 8 MiB the thread takes 80 MiB after a hundred sheets where
 * it would take 105, and is no slower.
 */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

export interface Printed {
  readonly pdf: Buffer;
  /** Characters (rare ideographs in names) that the font lacks and the sheet prints as 〓(U+XXXX). */
  readonly missingCharacters: readonly string[];
  /** It could not be printed with its pictures, and was printed with the names of its signers alone. */
  readonly handwritingLeftOff: boolean;
  /** The same of its 关键图像: empty frames stand in their places and say so. */
  readonly keyImagesLeftOff: boolean;
}

type Sheet = Pick<Printed, 'pdf' | 'missingCharacters'>;
type LeftOff = Omit<Printed, keyof Sheet>;

const NOT_PRINTABLE = '图像无法打印';

/**
 * Sets reports in type in a thread of its own, so that no event loop waits for it; reports are printed one after the
 * other. The thread is started with the first report, not with the process, and again after it was lost: with its fonts
 * it takes 60 MiB, which an api or worker that never prints would hold for nothing, and it has to start as fast anyway
 * where it was lost. Bench `sheet` holds that first report to the time of any other.
 */
@Injectable()
export class PdfPrinter implements OnApplicationShutdown {
  private readonly thread = new OrderThread<PrintOrder, PrintAnswer>({
    folder: __dirname,
    name: 'pdf.worker',
    resourceLimits: HEAP,
    startLimitMs: TIME_LIMIT_MS,
    answerLimitMs: TIME_LIMIT_MS,
  });

  /** @throws Error when the report cannot be set in type, when the thread is lost or takes too long */
  print(report: ReportDocument, paper: Paper): Promise<Printed> {
    return this.thread.inTurn(() => this.printAnyhow({ report, paper }));
  }

  onApplicationShutdown(): Promise<void> {
    return this.thread.close();
  }

  /** No picture keeps a report from its clinic, whatever it does to the thread. */
  private async printAnyhow(order: PrintOrder): Promise<Printed> {
    try {
      return { ...(await this.ask(order)), handwritingLeftOff: false, keyImagesLeftOff: false };
    } catch (error) {
      const leftOff = picturesOf(order.report);
      if (!leftOff.handwritingLeftOff && !leftOff.keyImagesLeftOff) throw error;
      return { ...(await this.ask({ ...order, report: withoutPictures(order.report) })), ...leftOff };
    }
  }

  private async ask(order: PrintOrder): Promise<Sheet> {
    const answer = await this.thread.ask(order);
    if (answer.ok) return { pdf: Buffer.from(answer.pdf.buffer), missingCharacters: answer.missingCharacters };
    // Whatever went wrong may have left the thread in a bad way: the next report gets a new one.
    await this.thread.drop();
    throw new Error(`the report cannot be printed: ${answer.message}`);
  }
}

/** What is left off where none of its pictures is printed. */
function picturesOf({ writer, reviewer, keyImages }: ReportDocument): LeftOff {
  return {
    handwritingLeftOff: [writer, reviewer].some((signer) => Boolean(signer?.handwriting)),
    keyImagesLeftOff: keyImages.some(({ picture }) => 'jpeg' in picture),
  };
}

function withoutPictures(report: ReportDocument): ReportDocument {
  const { writer, reviewer, keyImages } = report;
  return {
    ...report,
    writer: { ...writer, handwriting: null },
    reviewer: reviewer && { ...reviewer, handwriting: null },
    keyImages: keyImages.map(({ caption, picture }) => ({
      caption,
      picture: 'jpeg' in picture ? { missing: NOT_PRINTABLE } : picture,
    })),
  };
}
