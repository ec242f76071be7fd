import { type Block, space, stack } from './flow';
import { type ReportDocument, type Signer } from './report-document';
import { DATA_SIZE, EMPTY, type Item, type Measure, type PaperStyle, type Part, textWidth } from './sheet';
import { ruleBlock, textBlock } from './text-rows';
import { remarksOf, toMinute } from './wording.rules';

/** One who stands behind the report, and what he is called there. */
interface Post {
  role: string;
  time: string;
  signer: Signer | null;
  /** Printed where nobody has signed. */
  pending: string;
  x: number;
  width: number;
}

const LEADING = 1.4;
/** Between a name and the handwriting beside it. */
const GUTTER = 6;

/** Technician, both doctors with handwriting, hospital and time, and the remarks; stands above the foot of the last page. */
export function signatures(report: ReportDocument, paper: PaperStyle, measure: Measure): Block {
  const whole = { x: paper.side, width: textWidth(paper) };
  const technician = dataLine(`检查技师：${report.exam.technician?.trim() || EMPTY}`, whole, measure);
  const remarks = dataLine(remarksOf(report.seal), whole, measure);
  const people = abreast(postsOf(report, paper), paper, measure);
  const rule = ruleBlock(paper.side, textWidth(paper), 0.6, 0, 4);
  const isVoid = report.version.kind === 'void';
  return stack([space(6), rule, ...(isVoid ? [] : [technician]), people, space(2), remarks]);
}

/** Who takes a report out of force has neither written nor reviewed it. */
function postsOf({ writer, reviewer, version, singleSign }: ReportDocument, paper: PaperStyle): Post[] {
  const half = textWidth(paper) / 2;
  const left = { x: paper.side, width: half - 10 };
  if (version.kind === 'void')
    return [{ role: '作废签发', time: '签发时间', signer: reviewer, pending: '', ...left, width: textWidth(paper) }];
  return [
    { role: '报告医师', time: '书写时间', signer: writer, pending: '（未提交）', ...left },
    {
      role: singleSign && reviewer ? '审核医师（单签）' : '审核医师',
      time: '审签时间',
      signer: reviewer,
      pending: version.kind === 'preliminary' ? '（待审核）' : '（未审签）',
      x: paper.side + half,
      width: half,
    },
  ];
}

/** Columns whose lines stand at the same heights, whoever of them has handwriting to show. */
function abreast(posts: readonly Post[], paper: PaperStyle, measure: Measure): Block {
  const { height } = paper.handwriting;
  const written = posts.filter(({ signer }) => signer?.handwriting);
  const beside = written.every((post) => roomBeside(post, paper, measure) >= paper.handwriting.width);
  const columns = posts.map((post) => {
    const name = nameLine(post, measure);
    const hand = handwriting(post, beside ? post.x + nameWidth(post, measure) + GUTTER : post.x + DATA_SIZE, paper);
    if (written.length === 0) return [name];
    return beside ? [overlaid(centred(name, height), hand)] : [name, hand];
  });
  const rows = (columns[0] ?? []).map((_, row) => sideBySide(columns.map((column) => column[row]!)));
  const rest = posts.map((post) => stack(placeAndTime(post).map((text) => dataLine(text, post, measure))));
  return stack([...rows, sideBySide(rest)]);
}

const nameOf = ({ role, signer, pending }: Post): string =>
  `${role}：${signer ? signer.name + (signer.title ? `（${signer.title}）` : '') : pending}`;

const nameWidth = (post: Post, measure: Measure): number => measure(nameOf(post), DATA_SIZE, 'regular');

const roomBeside = (post: Post, { handwriting: place }: PaperStyle, measure: Measure): number =>
  Math.min(place.width, post.width - nameWidth(post, measure) - GUTTER);

const nameLine = (post: Post, measure: Measure): Block => dataLine(nameOf(post), post, measure);

function placeAndTime({ signer, time, pending }: Post): string[] {
  const at = signer ? (signer.at ? toMinute(signer.at) : pending) : '';
  return [`所属医院：${signer?.hospital ?? ''}`, `${time}：${at}`];
}

function handwriting({ signer }: Post, x: number, { handwriting: { width, height } }: PaperStyle): Block {
  const bytes = signer?.handwriting;
  if (!bytes) return space(height);
  const part: Part = { role: 'Figure', alt: `手写签名：${signer.name}` };
  return { height, draw: (y): Item[] => [{ kind: 'picture', bytes, x, y, width, height, part }] };
}

function centred(block: Block, height: number): Block {
  const above = Math.max(0, (height - block.height) / 2);
  return { height: Math.max(height, block.height), draw: (top) => block.draw(top + above) };
}

function sideBySide(blocks: readonly Block[]): Block {
  return { height: Math.max(...blocks.map(({ height }) => height)), draw: (top) => blocks.flatMap((b) => b.draw(top)) };
}

const overlaid = (...blocks: readonly Block[]): Block => sideBySide(blocks);

function dataLine(text: string, { x, width }: Pick<Post, 'x' | 'width'>, measure: Measure): Block {
  return textBlock(text, { x, width, size: DATA_SIZE, weight: 'regular', leading: LEADING }, { role: 'P' }, measure);
}
