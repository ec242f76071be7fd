import { create as createQr } from 'qrcode';
import { code128 } from './code128.rules';
import { type Block, space, stack } from './flow';
import { type ReportDocument } from './report-document';
import { DATA_SIZE, type Measure, type PaperStyle, type Part, type Rectangle, SMALL_SIZE, textWidth } from './sheet';
import { textBlock } from './text-rows';
import { type Weight } from './typefaces';
import { reportTitle, versionLabel } from './wording.rules';

const BARCODE_HEIGHT = 26;
/** Narrowest bar that office printers and hand scanners manage (0.2 mm); a longer number gets no barcode. */
const NARROWEST_BAR = 0.57;

/** The head of page 1, between barcode (left) and QR code (right). */
export function letterhead(report: ReportDocument, paper: PaperStyle, measure: Measure): Block {
  const sides = Math.max(paper.qr, paper.barcode) + 10;
  const column = {
    x: paper.side + sides,
    width: textWidth(paper) - 2 * sides,
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
    line(marks(report), SMALL_SIZE, 'regular', 'P'),
  ]);
  const codes = [barcode(report.exam.accessionNumber, paper, measure)];
  if (report.seal) codes.push(qrCode(report.seal.verificationUrl, paper, measure));
  return {
    height: Math.max(middle.height, ...codes.map(({ height }) => height)),
    draw: (top) => [middle, ...codes].flatMap((block) => block.draw(top)),
  };
}

/** Who asked and who reads, as far as the head does not name them already. */
function institutions({ name, requestingClinic, readingCentre }: ReportDocument['letterhead']): string[] {
  const asked = name === requestingClinic ? [] : [`申请机构：${requestingClinic}`];
  return readingCentre === null ? asked : [...asked, `诊断机构：${readingCentre}`];
}

function marks(report: ReportDocument): string {
  const { recognitionMark } = report.letterhead;
  return recognitionMark === null ? versionLabel(report) : `${versionLabel(report)}　【${recognitionMark}】`;
}

/** Empty for a number that has no Code 128 or would become too fine to scan. */
function barcode(accessionNumber: string, paper: PaperStyle, measure: Measure): Block {
  const code = code128(accessionNumber);
  const module = code ? Math.min(1, paper.barcode / code.modules) : 0;
  if (!code || module < NARROWEST_BAR) return space(0);
  const part: Part = { role: 'Figure', alt: `条形码：检查号 ${accessionNumber}` };
  const bars: Block = {
    height: BARCODE_HEIGHT,
    draw: (y) => {
      const bar = ({ at, width }: { at: number; width: number }): Rectangle => {
        return { x: paper.side + at * module, y, width: width * module, height: BARCODE_HEIGHT };
      };
      return [{ kind: 'figure', rectangles: code.bars.map(bar), part }];
    },
  };
  return stack([space(8), bars, space(2), caption(accessionNumber, paper.side, code.modules * module, measure)]);
}

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
  const code: Block = {
    height: paper.qr,
    draw: (top) => {
      const rectangles = Array.from({ length: modules.size }, (_, row) => rowOf(row, top)).flat();
      return [{ kind: 'figure', rectangles, part }];
    },
  };
  return stack([code, space(4), caption('扫码验证', left, paper.qr, measure)]);
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
  const style = { x, width, size: SMALL_SIZE, weight: 'regular', leading: 1.2, align: 'center' } as const;
  return textBlock(text, style, null, measure);
}
