import { type Frame, paginate, type Row, stack } from './flow';
import { letterhead } from './letterhead';
import { continuationHead, foot, signatures } from './page-frame';
import { patientBlock } from './patient-block';
import { type Paper, type ReportDocument } from './report-document';
import { DATA_SIZE, type Item, type Measure, PAPERS, type PaperStyle, type Sheet, textWidth } from './sheet';
import { ruleBlock, textBlock, textRow, textRows, type TextStyle } from './text-rows';
import { bannerOf, positiveWord, watermarkOf } from './wording.rules';

/** Line heights to try: roomy where the report is short, closer where that saves a page. */
const LEADINGS = [1.7, 1.55, 1.4, 1.3];
const SECTION_GAP = 6;

/** Sets a report in type. Pure: the same report, paper and measure give the same sheet. */
export function layoutReport(report: ReportDocument, paper: Paper, measure: Measure): Sheet {
  const style = PAPERS[paper];
  let pages: Item[][] = [];
  for (const leading of LEADINGS) {
    const tried = layoutPages(report, style, measure, leading);
    if (pages.length === 0 || tried.length < pages.length) pages = tried;
    if (pages.length === 1) break;
  }
  return { width: style.width, height: style.height, pages };
}

function layoutPages(report: ReportDocument, paper: PaperStyle, measure: Measure, leading: number): Item[][] {
  const head = letterhead(report, paper, measure);
  const further = continuationHead(report, paper, measure);
  const signed = signatures(report, paper, measure);
  // The foot's height does not depend on the page numbers as long as they fit on its line, and a report has no 1000 pages.
  const footTop = paper.height - paper.bottom - foot(report, { page: 999, pages: 1000 }, paper, measure).height;
  const frame: Frame = {
    firstTop: paper.top + head.height,
    nextTop: paper.top + further.height,
    bottom: footTop,
    reserve: signed.height,
  };
  const pages = paginate(
    [
      ...bannerRows(report, paper, measure),
      ...patientBlock(report, paper, measure),
      ...bodyRows(report, paper, measure, leading),
    ],
    frame,
  );
  const watermark = watermarkOf(report);
  return pages.map((items, i) => [
    ...(watermark === null ? [] : [{ kind: 'watermark' as const, text: watermark }]),
    ...(i === 0 ? head : further).draw(paper.top),
    ...items,
    ...(i === pages.length - 1 ? signed.draw(footTop - signed.height) : []),
    ...foot(report, { page: i + 1, pages: pages.length }, paper, measure).draw(footTop),
  ]);
}

/** 「更正报告 第 2 版，替代第 1 版」 and why, above everything else. */
function bannerRows(report: ReportDocument, paper: PaperStyle, measure: Measure): Row[] {
  const banner = bannerOf(report.version);
  if (!banner) return [];
  const style = { x: paper.side, width: textWidth(paper), leading: 1.5 };
  const headline = stack([
    ruleBlock(paper.side, textWidth(paper), 1.8, 4, 4),
    textBlock(banner.headline, { ...style, size: 12, weight: 'bold', align: 'center' }, { role: 'P' }, measure),
  ]);
  const rows: Row[] = [{ ...headline, gap: 0, keep: true }];
  if (banner.reason) {
    const reasonStyle: TextStyle = { ...style, size: DATA_SIZE, weight: 'regular', gap: 0 };
    rows.push(...textRows(banner.reason.text, reasonStyle, measure, { label: `${banner.reason.label}：` }));
  }
  return rows;
}

const EMPTY = '（未填写）';

/** The report's text; from 诊断意见 on everything is chained, so that no page ends between it and the signatures. */
function bodyRows({ text }: ReportDocument, paper: PaperStyle, measure: Measure, leading: number): Row[] {
  const style: TextStyle = {
    x: paper.side,
    width: textWidth(paper),
    size: paper.body,
    weight: 'regular',
    leading,
    gap: 0,
  };
  const runIn = (label: string, content: string | null, together: boolean): Row[] =>
    textRows(content ?? '', { ...style, gap: SECTION_GAP }, measure, { label: `${label}：`, together });
  return [
    ...runIn('检查方法', text.technique, false),
    headingRow('影像所见：', '', style, measure),
    ...textRows(text.findings.trim() || EMPTY, style, measure),
    ...runIn('检查限制', text.limitation, false),
    headingRow('诊断意见：', `阳性标志：${positiveWord(text.positive)}`, style, measure),
    ...textRows(text.impression.trim() || EMPTY, { ...style, weight: 'bold' }, measure, { together: true }),
    ...runIn('建议', text.recommendation, true),
  ];
}

/** A heading on its own line, with a note at the right end of it. */
function headingRow(heading: string, note: string, style: TextStyle, measure: Measure): Row {
  const line = { size: style.size, weight: 'regular', leading: 1.5, gap: SECTION_GAP } as const;
  const right = style.x + style.width - measure(note, style.size, 'regular');
  const head = textRow([{ x: style.x, text: heading, weight: 'bold' }], line, { role: 'H2' }, true);
  const aside = textRow([{ x: right, text: note }], line, { role: 'P' }, true);
  return { ...head, draw: (top) => [...head.draw(top), ...aside.draw(top)] };
}
