import { type Block, stack } from './flow';
import { type ReportDocument } from './report-document';
import { DATA_SIZE, type Measure, type PaperStyle, type Part, textWidth } from './sheet';
import { ruleBlock, textBlock } from './text-rows';
import { versionLabel, watermarkOf } from './wording.rules';

/** What surrounds the text: the head of further pages and the foot of every page. */

const HASH_DIGITS = 16;

/** Whose sheet this is, should the pages come apart. Stands at the top of every page but the first. */
export function continuationHead(report: ReportDocument, paper: PaperStyle, measure: Measure): Block {
  const { patient, exam } = report;
  const style = { x: paper.side, width: textWidth(paper), size: DATA_SIZE, weight: 'regular', leading: 1.4 } as const;
  const mark = watermarkOf(report);
  const version = `${versionLabel(report)}（续页）${mark === null ? '' : `　${mark}`}`;
  const text = `姓名：${patient.name}　检查号：${exam.accessionNumber}　${version}`;
  return stack([textBlock(text, style, null, measure), ruleBlock(paper.side, textWidth(paper), 0.6, 3, 7)]);
}

/** Verification code, content hash and page number; `page` counts from 1. Only the last page's foot is read aloud. */
export function foot(
  report: ReportDocument,
  { page, pages }: { page: number; pages: number },
  paper: PaperStyle,
  measure: Measure,
): Block {
  const style = { x: paper.side, width: textWidth(paper), size: DATA_SIZE, weight: 'regular', leading: 1.4 } as const;
  const number = `${page < pages ? '（转下页）　' : ''}第 ${page} 页/共 ${pages} 页`;
  const counter = textBlock(number, { ...style, align: 'right' }, null, measure);
  const beside = style.width - measure(number, style.size, style.weight) - 10;
  const part: Part | null = page === pages ? { role: 'P' } : null;
  const [first, ...further] = proofLines(report.seal, (text) => measure(text, style.size, style.weight) <= beside);
  const left = textBlock(first ?? '', { ...style, width: beside }, part, measure);
  const line: Block = {
    height: Math.max(left.height, counter.height),
    draw: (top) => [...left.draw(top), ...counter.draw(top)],
  };
  const rest = further.map((text) => textBlock(text, style, part, measure));
  return stack([ruleBlock(paper.side, textWidth(paper), 0.6, 2, 3), line, ...rest]);
}

/** Code and hash beside the page number, or below each other where the paper is too narrow for both. */
function proofLines(seal: ReportDocument['seal'], fits: (text: string) => boolean): string[] {
  if (!seal) return ['无验证码：未审签的报告不能验证'];
  const lines = [`验证码：${seal.verificationCode}`, `SHA-256：${seal.contentHash.slice(0, HASH_DIGITS)}`];
  const whole = lines.join('　');
  return fits(whole) ? [whole] : lines;
}
