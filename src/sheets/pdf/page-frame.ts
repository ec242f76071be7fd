import { type Block, space, stack } from './flow';
import { type ReportDocument, type Signer } from './report-document';
import { DATA_SIZE, type Measure, type PaperStyle, type Part, SMALL_SIZE, textWidth } from './sheet';
import { ruleBlock, textBlock } from './text-rows';
import { remarksOf, toMinute, versionLabel } from './wording.rules';

/** What surrounds the text: the head of further pages, the signatures of the last page, the foot of every page. */

const HASH_DIGITS = 16;

/** Whose sheet this is, should the pages come apart. Stands at the top of every page but the first. */
export function continuationHead(report: ReportDocument, paper: PaperStyle, measure: Measure): Block {
  const { patient, exam } = report;
  const style = { x: paper.side, width: textWidth(paper), size: 9.5, weight: 'regular', leading: 1.4 } as const;
  const text = `姓名：${patient.name}　检查号：${exam.accessionNumber}　${versionLabel(report)}（续页）`;
  return stack([textBlock(text, style, null, measure), ruleBlock(paper.side, textWidth(paper), 0.6, 3, 7)]);
}

/** Both doctors with hospital and time, and the remarks; stands above the foot of the last page. */
export function signatures(report: ReportDocument, paper: PaperStyle, measure: Measure): Block {
  const half = textWidth(paper) / 2;
  const pending = report.version.kind === 'preliminary' ? '（待审核）' : '（未审签）';
  const writer = signerBlock(report.writer, ['报告医师', '书写时间', '（未提交）'], paper.side, half - 10, measure);
  const reviewer = signerBlock(report.reviewer, ['审核医师', '审签时间', pending], paper.side + half, half, measure);
  const pair: Block = {
    height: Math.max(writer.height, reviewer.height),
    draw: (top) => [...writer.draw(top), ...reviewer.draw(top)],
  };
  const technician = report.exam.technician
    ? dataLine(`检查技师：${report.exam.technician}`, paper.side, textWidth(paper), { role: 'P' }, measure)
    : space(0);
  const small = { x: paper.side, width: textWidth(paper), size: SMALL_SIZE, weight: 'regular', leading: 1.4 } as const;
  const remarks = textBlock(remarksOf(report.seal), small, { role: 'P' }, measure);
  return stack([space(6), ruleBlock(paper.side, textWidth(paper), 0.6, 0, 4), technician, pair, space(2), remarks]);
}

function signerBlock(
  signer: Signer | null,
  [role, time, pending]: readonly [role: string, time: string, pending: string],
  x: number,
  width: number,
  measure: Measure,
): Block {
  const part: Part = { role: 'P' };
  const title = signer?.title ? `（${signer.title}）` : '';
  const lines = [
    `${role}：${signer ? signer.name + title : pending}`,
    `所属医院：${signer?.hospital ?? ''}`,
    `${time}：${signer ? (signer.at ? toMinute(signer.at) : pending) : ''}`,
  ];
  return stack(lines.map((text) => dataLine(text, x, width, part, measure)));
}

function dataLine(text: string, x: number, width: number, part: Part, measure: Measure): Block {
  return textBlock(text, { x, width, size: DATA_SIZE, weight: 'regular', leading: 1.45 }, part, measure);
}

/** Verification code, content hash and page number; `page` counts from 1. Only the last page's foot is read aloud. */
export function foot(
  report: ReportDocument,
  { page, pages }: { page: number; pages: number },
  paper: PaperStyle,
  measure: Measure,
): Block {
  const { seal } = report;
  const style = { x: paper.side, width: textWidth(paper), size: SMALL_SIZE, weight: 'regular', leading: 1.4 } as const;
  const proof = seal
    ? `验证码：${seal.verificationCode}　SHA-256：${seal.contentHash.slice(0, HASH_DIGITS)}`
    : '无验证码：未审签的报告不能验证';
  const number = `${page < pages ? '（转下页）　' : ''}第 ${page} 页/共 ${pages} 页`;
  const counter = textBlock(number, { ...style, align: 'right' }, null, measure);
  const beside = style.width - measure(number, style.size, style.weight) - 10;
  const left = textBlock(proof, { ...style, width: beside }, page === pages ? { role: 'P' } : null, measure);
  const line: Block = {
    height: Math.max(left.height, counter.height),
    draw: (top) => [...left.draw(top), ...counter.draw(top)],
  };
  return stack([ruleBlock(paper.side, textWidth(paper), 0.6, 2, 3), line]);
}
