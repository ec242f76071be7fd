import { type CffTable, create, type Font } from 'fontkit';
import { type CffOutlines } from './cff-outlines';

/**
 * A bare CFF table (PDF: FontFile3, CIDFontType0C) with exactly the given glyphs, in this order: glyph n gets CID n.
 * A glyph may come more than once, so that two characters drawn alike keep their own code in the PDF.
 *
 * fontkit's own subset keeps the numbering of all 22,000 subroutines and decodes every outline to find the used ones;
 * here it only writes the table, from glyph programs without subroutines.
 */
export function cffSubset(font: Font, outlines: CffOutlines, gids: readonly number[]): Uint8Array {
  const cff = font['CFF '];
  if (!cff?.isCIDFont) throw new Error(`${font.postscriptName}: not a CID-keyed CFF font`);
  const subset = font.createSubset();
  subset.glyphs = [...gids];
  subset.subsetCharstrings = () => {
    subset.charstrings = gids.map((gid) => outlines.programOf(gid, cff.fdForGlyph(gid)));
    subset.gsubrs = [];
  };
  subset.subsetFontdict = (topDict) => {
    const kept = [...new Set(gids.map((gid) => cff.fdForGlyph(gid)))];
    topDict.FDArray = kept.map((fd) => fontDictWithoutSubroutines(cff, fd));
    topDict.FDSelect = { version: 0, fds: gids.map((gid) => kept.indexOf(cff.fdForGlyph(gid))) };
  };
  return subset.encode();
}

/**
 * The outlines of glyphs as SVG paths, in units of the font, y upwards: for what is drawn and is no text. They are read
 * from a subset, for the font itself has given its outlines away.
 */
export function glyphPaths(font: Font, outlines: CffOutlines, gids: readonly number[]): string[] {
  const subset = openCff(cffSubset(font, outlines, [0, ...gids]));
  return gids.map((_, i) => subset.getGlyph(i + 1).path.toSVG());
}

/** A font file around a bare table, just enough for fontkit to open it (OpenType: offset table, one record). */
export function openCff(cff: Uint8Array): Font {
  const head = Buffer.alloc(28);
  head.write('OTTO', 0, 'latin1');
  head.writeUInt16BE(1, 4);
  head.write('CFF ', 12, 'latin1');
  head.writeUInt32BE(head.length, 20);
  head.writeUInt32BE(cff.length, 24);
  return create(Buffer.concat([head, cff]));
}

function fontDictWithoutSubroutines(cff: CffTable, fd: number): CffTable['topDict']['FDArray'][number] {
  const dict = cff.topDict.FDArray[fd]!;
  return { ...dict, FontName: null, Private: { ...dict.Private, Subrs: null } };
}
