import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { create, type Font } from 'fontkit';
import { CffOutlines } from './cff-outlines';
import { cffSubset, glyphPaths } from './cff-subset';

export type Weight = 'regular' | 'bold';

const FILES: Record<Weight, string> = { regular: 'NotoSansHans-Regular.otf', bold: 'NotoSansHans-Bold.otf' };
/**
 * Full-width marks with their ink in the left half. Before another mark they give up the empty half (CLREQ §3.1.6: no two
 * half blanks beside each other), as in 「Im45），边界」.
 */
const TRIMMED = new Set('。，、；：！？）】」』》〉〕”’');
const MARKS = new Set([...TRIMMED, ...'（【「『《〈〔“‘']);
const HALF_EM = 500;

/** 〓, the printers' mark for a character that the case does not hold. */
const GETA = 0x3013;

/**
 * The fonts of the sheet, parsed once for a process (two files of 8 MB). Nothing of a document stays in them but the
 * glyph number and width of each character ever seen, so they do not grow with the number of documents.
 */
export class Typefaces {
  private constructor(private readonly faces: Record<Weight, Typeface>) {}

  private static shared: Typefaces | undefined;

  /** Reads the fonts at the first call, then always answers the same object. */
  static load(): Typefaces {
    return (Typefaces.shared ??= new Typefaces({ regular: openFace('regular'), bold: openFace('bold') }));
  }

  has(char: string): boolean {
    return this.faces.regular.has(char.codePointAt(0)!);
  }

  /**
   * The text with the code point behind each character that the font lacks: 𠮷(U+20BB7). The character itself is drawn as
   * 〓 but keeps its own code, so that the PDF says what was written and can be searched for it.
   */
  spellOut(text: string): string {
    const spelled = (char: string): string =>
      `${char}(U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')})`;
    return Array.from(text, (char) => (this.has(char) ? char : spelled(char))).join('');
  }

  /** Width in points of what stands on paper for the text. Never more than the sum of the widths of its pieces. */
  width(text: string, size: number, weight: Weight): number {
    const advances = this.faces[weight].advances(Array.from(this.spellOut(text)));
    return (advances.reduce((sum, advance) => sum + advance, 0) * size) / 1000;
  }

  /** The text as outlines, for what is drawn and not written: each glyph as an SVG path, y upwards, and its advance. */
  outlines(text: string, weight: Weight): GlyphOutline[] {
    return this.faces[weight].outlined(Array.from(this.spellOut(text)));
  }

  /** A font object for one PDFDocument: it collects the characters of that document and embeds only them. */
  forDocument(weight: Weight): object {
    return this.faces[weight].forDocument();
  }
}

function openFace(weight: Weight): Typeface {
  const folder = join(dirname(require.resolve('@embedpdf/fonts-sc')), '..', 'fonts');
  const file = readFileSync(join(folder, FILES[weight]));
  const outlines = CffOutlines.takeFrom(file);
  return new Typeface(create(file), outlines);
}

/** In thousandths of the size. */
export interface GlyphOutline {
  readonly path: string;
  readonly advance: number;
}

interface DrawnGlyph {
  gid: number;
  /** In thousandths of the size. */
  advance: number;
  /** The font has no glyph of its own; this is 〓. */
  missing: boolean;
}

class Typeface {
  /** fontkit searches its character map from the start each time; a sheet asks for each character several times. */
  private readonly glyphs = new Map<number, DrawnGlyph>();

  constructor(
    private readonly font: Font,
    private readonly outlines: CffOutlines,
  ) {
    if (font.unitsPerEm !== 1000) throw new Error(`${font.postscriptName}: expected 1000 units per em`);
  }

  has(codePoint: number): boolean {
    return !this.glyph(codePoint).missing;
  }

  /** How far the pen moves after each character, in thousandths of the size. */
  advances(chars: readonly string[]): number[] {
    return chars.map((char, i) => {
      const { advance } = this.glyph(char.codePointAt(0)!);
      return TRIMMED.has(char) && MARKS.has(chars[i + 1] ?? '') ? advance - HALF_EM : advance;
    });
  }

  outlined(chars: readonly string[]): GlyphOutline[] {
    const gids = chars.map((char) => this.glyph(char.codePointAt(0)!).gid);
    const advances = this.advances(chars);
    return glyphPaths(this.font, this.outlines, gids).map((path, i) => ({ path, advance: advances[i]! }));
  }

  /**
   * PDFKit takes any object that behaves like a fontkit font. This one names a glyph by its *code point*: fontkit's
   * cached glyphs remember the code points of whoever asked first, in whatever document (μ U+03BC or µ U+00B5, one glyph),
   * and a search in the PDF would then find another character than the one that was written. It also leaves out OpenType
   * shaping, which Chinese body text does not need.
   */
  forDocument(): object {
    return Object.assign(Object.create(this.font) as object, {
      layout: (text: string) => this.layout(text),
      createSubset: () => this.subset(),
    });
  }

  private layout(text: string) {
    const chars = Array.from(text);
    const glyphs = chars.map((char) => {
      const id = char.codePointAt(0)!;
      return { id, advanceWidth: this.glyph(id).advance, codePoints: [id] };
    });
    const advances = this.advances(chars);
    const positions = advances.map((xAdvance) => ({ xAdvance, yAdvance: 0, xOffset: 0, yOffset: 0 }));
    return { glyphs, positions, advanceWidth: advances.reduce((sum, advance) => sum + advance, 0) };
  }

  private subset() {
    const cids = new Map<number, number>();
    return {
      cff: this.font['CFF '],
      includeGlyph: (codePoint: number): number => {
        // CID 0 is .notdef.
        if (!cids.has(codePoint)) cids.set(codePoint, cids.size + 1);
        return cids.get(codePoint)!;
      },
      encode: () => {
        const gids = Array.from(cids.keys(), (codePoint) => this.glyph(codePoint).gid);
        return cffSubset(this.font, this.outlines, [0, ...gids]);
      },
    };
  }

  private glyph(codePoint: number): DrawnGlyph {
    let known = this.glyphs.get(codePoint);
    if (!known) {
      const missing = !this.font.hasGlyphForCodePoint(codePoint);
      const { id, advanceWidth } = this.font.glyphForCodePoint(missing ? GETA : codePoint);
      known = { gid: id, advance: advanceWidth, missing };
      this.glyphs.set(codePoint, known);
    }
    return known;
  }
}
