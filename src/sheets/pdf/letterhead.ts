import { create as createQr } from 'qrcode';
import { code128 } from './code128.rules';
import { type Block, space, stack } from './flow';
import { type ReportDocument } from './report-document';
import { DATA_SIZE, type Measure, type PaperStyle, type Part, type Rectangle, textWidth } from './sheet';
import { textBlock } from './text-rows';
import { type Weight } from './typefaces';
import { reportTitle, versionLabel } from './wording.rules';

const BARCODE_HEIGHT = 20;
/** Narrowest bar that office printers and hand scanners manage (0.2 mm); a longer number gets no barcode. */
const NARROWEST_BAR = 0.57;
const GUTTER = 8;

/** The head of page 1: the mark of recognition at its left end, QR code and barcode at its right end. */
export function letterhead(report: ReportDocument, paper: PaperStyle, measure: Measure): Block {
  const left = paper.mark === 0 ? 0 : paper.mark + GUTTER;
  const column = {
    x: paper.side + left,
    width: textWidth(paper) - left - paper.codes - GUTTER,
    leading: 1.35,
    align: 'center',
  } as const;
  const line = (text: string, size: number, weight: Weight, role: 'H1' | 'P'): Block =>
    textBlock(text, { ...column, size, weight }, { role }, measure);
  const middle = stack([
    line(report.letterhead.name, paper.centreName, 'bold', 'P'),
    space(2),
    ...institutions(report.letterhead).map((text) => line(text, DATA_SIZE, 'regular', 'P')),
    space(3),
    line(reportTitle(report.modality), paper.title, 'bold', 'H1'),
    line(marks(report, paper), DATA_SIZE, 'regular', 'P'),
  ]);
  const blocks = [middle, recognitionMark(report, paper, measure), codes(report, paper, measure)];
  return {
    height: Math.max(...blocks.map(({ height }) => height)) + 2,
    draw: (top) => blocks.flatMap((block) => block.draw(top)),
  };
}

/** One above the other at the right edge; a draft has no QR code, for nobody can verify it. */
function codes(report: ReportDocument, paper: PaperStyle, measure: Measure): Block {
  const bars = barcode(report.exam.accessionNumber, paper, measure);
  return report.seal ? stack([qrCode(report.seal.verificationUrl, paper, measure), space(5), bars]) : bars;
}

/** 互认标识, boxed as regions want it to be found at first sight. */
function recognitionMark({ letterhead }: ReportDocument, paper: PaperStyle, measure: Measure): Block {
  if (letterhead.recognitionMark === null || paper.mark === 0) return space(0);
  const pad = 5;
  const size = 12;
  const widest = paper.mark - 2 * pad;
  const width = Math.min(widest, measure(letterhead.recognitionMark, size, 'bold') + 0.01);
  const style = { x: paper.side + pad, width, size, weight: 'bold', leading: 1.3, align: 'center' } as const;
  const text = textBlock(letterhead.recognitionMark, style, { role: 'P' }, measure);
  const height = text.height + 2 * pad;
  return {
    height,
    draw: (y) => [
      { kind: 'box', x: paper.side, y, width: width + 2 * pad, height, thickness: 0.9 },
      ...text.draw(y + pad),
    ],
  };
}

/** Who asked and who reads, as far as the head does not name them already. */
function institutions({ name, requestingClinic, readingCentre }: ReportDocument['letterhead']): string[] {
  const asked = name === requestingClinic ? [] : [`申请机构：${requestingClinic}`];
  return readingCentre === null ? asked : [...asked, `诊断机构：${readingCentre}`];
}

function marks(report: ReportDocument, paper: PaperStyle): string {
  const { recognitionMark } = report.letterhead;
  return recognitionMark === null || paper.mark > 0
    ? versionLabel(report)
    : `${versionLabel(report)}　【${recognitionMark}】`;
}

/** Empty for a number that has no Code 128 or would become too fine to scan. */
function barcode(accessionNumber: string, paper: PaperStyle, measure: Measure): Block {
  const code = code128(accessionNumber);
  const module = code ? Math.min(1, paper.codes / code.modules) : 0;
  if (!code || module < NARROWEST_BAR) return space(0);
  const part: Part = { role: 'Figure', alt: `条形码：检查号 ${accessionNumber}` };
  const width = code.modules * module;
  const left = paper.width - paper.side - width;
  const bars: Block = {
    height: BARCODE_HEIGHT,
    draw: (y) => {
      const bar = ({ at, width: wide }: { at: number; width: number }): Rectangle => {
        return { x: left + at * module, y, width: wide * module, height: BARCODE_HEIGHT };
      };
      return [{ kind: 'figure', rectangles: code.bars.map(bar), part }];
    },
  };
  const words = Math.max(width, measure(accessionNumber, DATA_SIZE, 'regular') + 0.01);
  return stack([bars, space(1), caption(accessionNumber, paper.width - paper.side - words, words, measure)]);
}

/** With 扫码验证 in two lines at its left, at the height of its foot. */
function qrCode(url: string, paper: PaperStyle, measure: Measure): Block {
  const { modules } = createQr(url, { errorCorrectionLevel: 'M' });
  const module = paper.qr / modules.size;
  const left = paper.width - paper.side - paper.qr;
  const part: Part = { role: 'Figure', alt: '验证二维码' };
  const rowOf = (row: number, top: number): Rectangle[] =>
    darkRuns(Array.from({ length: modules.size }, (_, column) => Boolean(modules.get(row, column)))).map((run) => ({
      x: left + run.from * module,
      y: top + row * module,
      width: run.length * module,
      height: module,
    }));
  const words = caption('扫码验证', left - 2 * DATA_SIZE - 5, 2 * DATA_SIZE, measure);
  return {
    height: paper.qr,
    draw: (top) => {
      const rectangles = Array.from({ length: modules.size }, (_, row) => rowOf(row, top)).flat();
      return [{ kind: 'figure', rectangles, part }, ...words.draw(top + paper.qr - words.height)];
    },
  };
}

/** Neighbouring dark modules as one rectangle: fewer of them, and no hair lines between. */
function darkRuns(row: readonly boolean[]): { from: number; length: number }[] {
  const runs: { from: number; length: number }[] = [];
  row.forEach((dark, i) => {
    if (!dark) return;
    if (i > 0 && row[i - 1]) runs.at(-1)!.length += 1;
    else runs.push({ from: i, length: 1 });
  });
  return runs;
}

function caption(text: string, x: number, width: number, measure: Measure): Block {
  const style = { x, width, size: DATA_SIZE, weight: 'regular', leading: 1.2, align: 'center' } as const;
  return textBlock(text, style, null, measure);
}
