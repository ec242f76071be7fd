import { parentPort } from 'node:worker_threads';
import { READY } from '../platform/threads';
import { type Paper, renderReportPdf, type ReportDocument } from './pdf';

/** One report to set in type; the thread takes one at a time and answers each exactly once. */
export interface PrintOrder {
  readonly report: ReportDocument;
  readonly paper: Paper;
}

export type PrintAnswer =
  | { readonly ok: true; readonly pdf: Uint8Array; readonly missingCharacters: readonly string[] }
  | { readonly ok: false; readonly message: string };

async function answerTo({ report, paper }: PrintOrder): Promise<PrintAnswer> {
  try {
    let missingCharacters: readonly string[] = [];
    const pdf = await renderReportPdf(report, {
      paper,
      onMissingCharacters: (missing) => (missingCharacters = missing),
    });
    // A copy that is exactly the document: a Buffer may lie in a pool that it shares.
    return { ok: true, pdf: new Uint8Array(pdf), missingCharacters };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', (order: PrintOrder) => {
  void answerTo(order).then((answer) =>
    parentPort?.postMessage(answer, answer.ok ? [answer.pdf.buffer as ArrayBuffer] : []),
  );
});
parentPort?.postMessage(READY);
