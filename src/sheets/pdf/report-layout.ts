import { closesOnOnePage, type Frame, paginate, type Row, stack } from './flow';
import { keyImageRows } from './key-images';
import { letterhead } from './letterhead';
import { continuationHead, foot } from './page-frame';
import { patientBlock } from './patient-block';
import { type Paper, type ReportDocument } from './report-document';
import { DATA_SIZE, type Item, type Measure, PAPERS, type PaperStyle, type Sheet, textWidth } from './sheet';
import { signatures } from './signatures';
import { headingRow, ruleBlock, textBlock, textRow, textRows, type TextStyle } from './text-rows';
import { attribution, bannerOf, numbered, positiveWord, standingLine, watermarkOf } from './wording.rules';

/** How close the text is set, as a multiple of its size, and how large the pictures are: a share of the paper's size for them. */
interface Setting {
  readonly leading: number;
  readonly pictures: number;
  readonly of: 'keyImage' | 'onlyImage';
}
/** What to try where there is but one picture, as long as that stays on one page: a film is looked at on half a sheet. */
const ONLY_IMAGE: readonly Setting[] = [
  { leading: 1.7, pictures: 1, of: 'onlyImage' },
  { leading: 1.55, pictures: 1, of: 'onlyImage' },
  { leading: 1.55, pictures: 0.9, of: 'onlyImage' },
  { leading: 1.55, pictures: 0.8, of: 'onlyImage' },
];
/** What to try: roomy where the report is short; closer, then with smaller pictures, where that saves a page. */
const SETTINGS: readonly Setting[] = [
  { leading: 1.7, pictures: 1, of: 'keyImage' },
  { leading: 1.55, pictures: 1, of: 'keyImage' },
  { leading: 1.4, pictures: 1, of: 'keyImage' },
  { leading: 1.3, pictures: 1, of: 'keyImage' },
  { leading: 1.3, pictures: 0.8, of: 'keyImage' },
];
const SECTION_GAP = 6;

/** Sets a report in type. Pure: the same report, paper and measure give the same sheet. */
export function layoutReport(report: ReportDocument, paper: Paper, measure: Measure): Sheet {
  const style = PAPERS[paper];
  return { width: style.width, height: style.height, pages: bestPages(report, style, measure) };
}

function bestPages(report: ReportDocument, style: PaperStyle, measure: Measure): Item[][] {
  const [image, ...others] = report.keyImages;
  for (const setting of image && 'jpeg' in image.picture && others.length === 0 ? ONLY_IMAGE : []) {
    const tried = layoutPages(report, style, measure, setting);
    if (tried.length === 1) return tried;
  }
  let pages: Item[][] = [];
  for (const setting of SETTINGS) {
    if (setting.pictures < 1 && report.keyImages.length === 0) break;
    const tried = layoutPages(report, style, measure, setting);
    if (pages.length === 0 || tried.length < pages.length) pages = tried;
    if (pages.length === 1) break;
  }
  return pages;
}

function layoutPages(report: ReportDocument, paper: PaperStyle, measure: Measure, setting: Setting): Item[][] {
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
  const { pages, signedPage } = pagesOf(report, frame, paper, measure, setting);
  const watermark = watermarkOf(report);
  return pages.map((items, i) => [
    ...(i === 0 ? head : further).draw(paper.top),
    ...items,
    ...(i === signedPage ? signed.draw(footTop - signed.height) : []),
    ...foot(report, { page: i + 1, pages: pages.length }, paper, measure).draw(footTop),
    ...(watermark === null ? [] : [{ kind: 'watermark' as const, text: watermark }]),
  ]);
}

/**
 * The report on its pages, and which of them is signed: the last. Where no page holds 诊断意见, 会诊意见 and the signatures
 * together, the opinions follow on pages of their own, for nothing may part the diagnosis from those who sign it.
 */
function pagesOf(
  report: ReportDocument,
  frame: Frame,
  paper: PaperStyle,
  measure: Measure,
  { leading, pictures, of }: Setting,
): { pages: Item[][]; signedPage: number } {
  const style = bodyStyle(paper, leading);
  const most = { width: paper[of].width * pictures, height: paper[of].height * pictures };
  const own = [
    ...bannerRows(report, paper, measure),
    ...patientBlock(report, paper, measure),
    // A void repeats nothing of what it takes out of force.
    ...(report.version.kind === 'void'
      ? []
      : keyImageRows(report.keyImages, paper, measure, { most, size: style.size, gap: SECTION_GAP })),
    ...bodyRows(report, style, measure),
  ];
  const whole = [...own, ...annexRows(report.annexes, '会诊意见：', style, measure)];
  if (report.annexes.length === 0 || closesOnOnePage(whole, frame)) {
    const pages = paginate(whole, frame);
    return { pages, signedPage: pages.length - 1 };
  }
  const pointer = textRows('会诊意见见附页。', { ...style, gap: SECTION_GAP }, measure, { together: true });
  const pages = paginate([...own, ...pointer], frame);
  const apart = { ...frame, firstTop: frame.nextTop, reserve: 0 };
  const further = paginate(annexRows(report.annexes, '会诊意见（附页）：', style, measure), apart);
  return { pages: [...pages, ...further], signedPage: pages.length - 1 };
}

const bodyStyle = (paper: PaperStyle, leading: number): TextStyle => ({
  x: paper.side,
  width: textWidth(paper),
  size: paper.body,
  weight: 'regular',
  leading,
  gap: 0,
});

/** What has become of it since, and 「更正报告 第 2 版，替代第 1 版」 and why, above everything else. */
function bannerRows(report: ReportDocument, paper: PaperStyle, measure: Measure): Row[] {
  const style = { x: paper.side, width: textWidth(paper), leading: 1.5 };
  const headline = (text: string, size: number): Row => {
    const words = textBlock(text, { ...style, size, weight: 'bold', align: 'center' }, { role: 'P' }, measure);
    return { ...stack([ruleBlock(paper.side, textWidth(paper), 1.8, 4, 4), words]), gap: 0, keep: true };
  };
  const [standing, banner] = [standingLine(report), bannerOf(report.version)];
  const rows = [
    ...(standing === null ? [] : [headline(standing, 14)]),
    ...(banner === null ? [] : [headline(banner.headline, 12)]),
  ];
  if (banner?.reason) {
    const reasonStyle: TextStyle = { ...style, size: DATA_SIZE, weight: 'regular', gap: 0 };
    rows.push(...textRows(banner.reason.text, reasonStyle, measure, { label: `${banner.reason.label}：` }));
  }
  return rows;
}

const EMPTY = '（未填写）';

/** The report's text; from 诊断意见 on everything is chained, so that no page ends between it and the signatures. */
function bodyRows({ text, version }: ReportDocument, style: TextStyle, measure: Measure): Row[] {
  if (version.kind === 'void') {
    // Nothing of what it takes out of force is repeated, and there is no finding that could be positive.
    return textRows(text.impression, { ...style, weight: 'bold', gap: 2 * SECTION_GAP }, measure, { together: true });
  }
  const section = { ...style, gap: SECTION_GAP };
  const runIn = (label: string, content: string | null, together: boolean): Row[] =>
    textRows(content ?? '', section, measure, { label: `${label}：`, together });
  return [
    ...runIn('检查方法', text.technique, false),
    headingRow('影像所见：', '', section, measure),
    ...textRows(text.findings.trim() || EMPTY, style, measure),
    ...runIn('检查限制', text.limitation, false),
    headingRow('诊断意见：', `阳性标志：${positiveWord(text.positive)}`, section, measure),
    ...textRows(numbered(text.impression).trim() || EMPTY, { ...style, weight: 'bold' }, measure, { together: true }),
    ...runIn('建议', text.recommendation, true),
  ];
}

/** What others said, each under its own name: it is read with the diagnosis and never taken for the signer's own. */
function annexRows(annexes: ReportDocument['annexes'], heading: string, style: TextStyle, measure: Measure): Row[] {
  if (annexes.length === 0) return [];
  const spoken = annexes.flatMap((annex, i) => {
    const rows = textRows(annex.text, { ...style, gap: i === 0 ? 0 : SECTION_GAP }, measure, { together: true });
    return [...rows, ...closing(annex, style, measure)];
  });
  return [headingRow(heading, '', { ...style, gap: SECTION_GAP }, measure), ...spoken];
}

/** Whose word it is, at the right end of a line of its own; where that is too short, as text. */
function closing(annex: ReportDocument['annexes'][number], style: TextStyle, measure: Measure): Row[] {
  const by = attribution(annex);
  const line = { size: DATA_SIZE, weight: 'regular', leading: 1.5, gap: 0 } as const;
  const indent = style.width - measure(by, line.size, line.weight);
  if (indent < 0) return textRows(by, { ...style, size: DATA_SIZE }, measure, { together: true });
  return [textRow([{ x: style.x + indent, text: by }], line, { role: 'P' }, true)];
}
