import { type Block, type Row } from './flow';
import { breakLines, fewLines, paragraphs } from './line-break.rules';
import { baselineIn, type Item, type Measure, type Part } from './sheet';
import { type Weight } from './typefaces';

export interface TextStyle {
  /** Left edge and width of the column. */
  x: number;
  width: number;
  size: number;
  weight: Weight;
  /** Line height as a multiple of the size. */
  leading: number;
  /** Blank above the first line. */
  gap: number;
}

/** 1. 2、 (3) ① …: the number of a list entry, under which the entry's further lines are indented. */
const LIST_NUMBER = /^(?:\d{1,2}[.、．)）](?!\d)|[(（]\d{1,2}[)）]|[\u2460-\u2473])\s*/;

/**
 * The rows of a running text: paragraphs with the first line indented by two characters, list entries with a hanging
 * number. `label` stands in bold before the first paragraph. `together` chains all of it to what follows; otherwise no
 * paragraph leaves a single line alone on a page.
 */
export function textRows(
  text: string,
  style: TextStyle,
  measure: Measure,
  { label = '', together = false }: { label?: string; together?: boolean } = {},
): Row[] {
  return paragraphs(text).flatMap((paragraph, p) => {
    const part: Part = { role: 'P' };
    const number = LIST_NUMBER.exec(paragraph)?.[0] ?? '';
    const lead: Placed =
      p === 0 && label !== '' ? { x: style.x, text: label, weight: 'bold' } : { x: style.x, text: '' };
    const led = measure(lead.text, style.size, 'bold');
    const width = (piece: string): number => measure(piece, style.size, style.weight);
    const hanging = number === '' ? 0 : led + width(number);
    const first = number === '' ? (led > 0 ? led : 2 * style.size) : hanging;
    const lines = breakLines(paragraph.slice(number.length), style.width - hanging, width, style.width - first);
    return lines.map((line, i) => {
      const start: Placed[] = i === 0 ? [lead, { x: style.x + led, text: number.trimEnd() }] : [];
      const body: Placed = { x: style.x + (i === 0 ? first : hanging), text: line };
      const keep = together || (lines.length > 1 && (i === 0 || i === lines.length - 2));
      return textRow([...start, body], { ...style, gap: i === 0 && p === 0 ? style.gap : 0 }, part, keep);
    });
  });
}

export interface Placed {
  x: number;
  text: string;
  weight?: Weight;
}

/** One line with texts at fixed places. */
export function textRow(
  placed: readonly Placed[],
  style: Pick<TextStyle, 'size' | 'weight' | 'leading' | 'gap'>,
  part: Part | null,
  keep: boolean,
): Row {
  const height = style.size * style.leading;
  return {
    height,
    gap: style.gap,
    keep,
    draw: (top) =>
      placed
        .filter(({ text }) => text !== '')
        .map(({ x, text, weight }): Item => {
          const baseline = baselineIn(top, height, style.size);
          return { kind: 'text', x, baseline, size: style.size, weight: weight ?? style.weight, text, part };
        }),
  };
}

/** A heading on its own line, with a note at the right end of it. */
export function headingRow(
  heading: string,
  note: string,
  style: Pick<TextStyle, 'x' | 'width' | 'size' | 'gap'>,
  measure: Measure,
): Row {
  const line = { size: style.size, weight: 'regular', leading: 1.5, gap: style.gap } as const;
  const right = style.x + style.width - measure(note, style.size, 'regular');
  const head = textRow([{ x: style.x, text: heading, weight: 'bold' }], line, { role: 'H2' }, true);
  const aside = textRow([{ x: right, text: note }], line, { role: 'P' }, true);
  return { ...head, draw: (top) => [...head.draw(top), ...aside.draw(top)] };
}

/** A short text with line breaks that stays together: a head, a remark; cut off with … after `most` lines. */
export function textBlock(
  text: string,
  style: Omit<TextStyle, 'gap'> & { align?: 'left' | 'center' | 'right'; most?: number },
  part: Part | null,
  measure: Measure,
): Block {
  const { x, width, size, weight, leading, align = 'left', most } = style;
  const wide = (piece: string): number => measure(piece, size, weight);
  const lines = most === undefined ? breakLines(text, width, wide) : fewLines(text, most, width, wide);
  const shift = { left: 0, center: 0.5, right: 1 }[align];
  const height = size * leading;
  return {
    height: lines.length * height,
    draw: (top) =>
      lines.map((line, i) => {
        const baseline = baselineIn(top + i * height, height, size);
        return { kind: 'text', x: x + (width - wide(line)) * shift, baseline, size, weight, text: line, part };
      }),
  };
}

/** A line across the page with the given blanks above and below. */
export function ruleBlock(x: number, length: number, thickness: number, above: number, below: number): Block {
  return { height: above + below, draw: (top) => [{ kind: 'rule', x, y: top + above, length, thickness }] };
}
