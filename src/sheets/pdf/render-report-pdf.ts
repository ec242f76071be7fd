import { layoutReport } from './report-layout';
import { paintSheet } from './paint';
import { type Paper, type ReportDocument } from './report-document';
import { type Sheet } from './sheet';
import { Typefaces } from './typefaces';
import { reportTitle, versionLabel } from './wording.rules';

export interface RenderOptions {
  /** A4 unless said otherwise. */
  paper?: Paper;
  /**
   * Called once with the characters of the report that the font cannot draw (rare ideographs in names), if there are any.
   * They are printed as 〓(U+XXXX) and stay searchable; whoever signs should know.
   */
  onMissingCharacters?: (characters: string[]) => void;
}

/**
 * The report as a PDF: fonts embedded, text selectable, the same bytes for the same report (on one build of Node: the
 * compression library may differ between processors, so store the bytes, do not make them again to compare a hash).
 * It holds the calling thread for some 20 ms a page, at the first report of a process, which reads the fonts, for some
 * 80 ms more: call it from a worker.
 */
export async function renderReportPdf(report: ReportDocument, options: RenderOptions = {}): Promise<Buffer> {
  const typefaces = Typefaces.load();
  const sheet = layoutReport(report, options.paper ?? 'A4', (text, size, weight) =>
    typefaces.width(text, size, weight),
  );
  const missing = missingCharacters(sheet, typefaces);
  if (missing.length > 0) options.onMissingCharacters?.(missing);
  return paintSheet(sheet, typefaces, {
    title: `${reportTitle(report.modality)} ${report.exam.accessionNumber} ${versionLabel(report)}`,
    author: report.letterhead.name,
    createdAt: report.version.issuedAt,
  });
}

function missingCharacters(sheet: Sheet, typefaces: Typefaces): string[] {
  const missing = new Set<string>();
  for (const item of sheet.pages.flat()) {
    if (item.kind !== 'text') continue;
    for (const char of item.text) if (!typefaces.has(char)) missing.add(char);
  }
  return [...missing];
}
