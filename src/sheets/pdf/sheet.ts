import { type Paper } from './report-document';
import { type Weight } from './typefaces';

/**
 * A report that has been set in type: what stands where on which page, before any PDF. Lengths in points, the origin is
 * the upper left corner of the page, y grows downwards.
 */
export interface Sheet {
  width: number;
  height: number;
  pages: Item[][];
}

/** A piece of the document's logical structure (PDF 32000-1 §14.8); items without one are artifacts (rules, page foot). */
export interface Part {
  role: 'H1' | 'H2' | 'P' | 'Figure';
  /** What is read aloud for a figure. */
  alt?: string;
}

export type Item =
  | { kind: 'text'; x: number; baseline: number; size: number; weight: Weight; text: string; part: Part | null }
  | { kind: 'rule'; x: number; y: number; length: number; thickness: number }
  | { kind: 'figure'; rectangles: Rectangle[]; part: Part }
  /** A PNG or JPEG, as large as the place allows, at its left edge and half-way up. */
  | ({ kind: 'picture'; bytes: Uint8Array; part: Part } & Rectangle)
  | ({ kind: 'box'; thickness: number } & Rectangle)
  /** Across the whole page; the last of its items, so that it lies over them. */
  | { kind: 'watermark'; text: string };

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Measures a text; see Typefaces.width. */
export type Measure = (text: string, size: number, weight: Weight) => number;

export interface PaperStyle {
  width: number;
  height: number;
  /** Left and right. */
  side: number;
  top: number;
  bottom: number;
  /** Body text; never below 10.5 pt (五号), the smallest size that a report may be printed in. */
  body: number;
  /** Columns of the patient block, as shares of the width. */
  columns: readonly number[];
  centreName: number;
  title: number;
  qr: number;
  /** Width of the codes at the right end of the head, the greatest of a barcode. */
  codes: number;
  /** Width of the place for the mark of recognition at its left end; 0: it stands beside the version. */
  mark: number;
  /** Place of a handwritten signature. */
  handwriting: { width: number; height: number };
  /** The most that a 关键图像 takes, in points. */
  keyImage: { width: number; height: number };
  /** The most that it takes when it is the only one and the report stays on one page. */
  onlyImage: { width: number; height: number };
}

/** Everything that is not body or a headline: 五号, below which nothing on the sheet is printed. */
export const DATA_SIZE = 10.5;
/** Stands where a value is not known. */
export const EMPTY = '—';

export const PAPERS: Record<Paper, PaperStyle> = {
  A4: {
    width: 595.28,
    height: 841.89,
    side: 44.64, // 46 characters of body text to a line
    top: 34,
    bottom: 26,
    body: 11,
    columns: [137, 112, 102, 137],
    centreName: 18,
    title: 16,
    qr: 56,
    codes: 112,
    mark: 112,
    handwriting: { width: 92, height: 30 },
    keyImage: { width: 227, height: 164 }, // 80 × 58 mm
    onlyImage: { width: 312, height: 255 }, // 110 × 90 mm
  },
  A5: {
    width: 419.53,
    height: 595.28,
    side: 31.26, // 34 characters
    top: 20,
    bottom: 16,
    body: 10.5,
    columns: [1, 1],
    centreName: 15,
    title: 13,
    qr: 46,
    codes: 82,
    mark: 0,
    handwriting: { width: 80, height: 26 },
    keyImage: { width: 170, height: 108 }, // 60 × 38 mm
    onlyImage: { width: 227, height: 170 }, // 80 × 60 mm
  },
};

/** Where the text begins and how wide it may be. */
export function textWidth(paper: PaperStyle): number {
  return paper.width - 2 * paper.side;
}

/** Baseline of a text that stands in the middle of a line of this height (ascent 0.88, descent 0.12 of the size). */
export function baselineIn(top: number, height: number, size: number): number {
  return top + (height - size) / 2 + size * 0.88;
}
