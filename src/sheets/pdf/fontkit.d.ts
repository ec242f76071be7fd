/** The part of fontkit 2.0 that this folder uses (it ships no types). */
declare module 'fontkit' {
  /** One entry of a CFF INDEX, not read yet. */
  interface CffSpan {
    offset: number;
    length: number;
  }
  interface CffPrivateDict {
    Subrs?: CffSpan[] | null;
    [entry: string]: unknown;
  }
  interface CffFontDict {
    FontName?: unknown;
    Private?: CffPrivateDict | null;
    [entry: string]: unknown;
  }
  interface CffTopDict {
    CharStrings: CffSpan[];
    FDArray: CffFontDict[];
    FDSelect: unknown;
    [entry: string]: unknown;
  }
  export interface CffTable {
    isCIDFont: boolean;
    topDict: CffTopDict;
    fdForGlyph(gid: number): number;
  }
  /** The steps of CFFSubset that collect the glyphs; `encode` calls them and writes the table. */
  export interface CffSubset {
    glyphs: number[];
    charstrings: Uint8Array[];
    gsubrs: Uint8Array[];
    subsetCharstrings(): void;
    subsetFontdict(topDict: CffTopDict): void;
    encode(): Uint8Array;
  }
  export interface Glyph {
    id: number;
    advanceWidth: number;
    path: { toSVG(): string };
  }
  export interface Font {
    postscriptName: string;
    unitsPerEm: number;
    numGlyphs: number;
    'CFF ': CffTable;
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
    getGlyph(gid: number): Glyph;
    createSubset(): CffSubset;
  }
  export function create(data: Uint8Array): Font;
}
