import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { create, type Font } from 'fontkit';
import { CffOutlines } from './cff-outlines';
import { cffSubset, glyphPaths, openCff } from './cff-subset';
import { withoutSubroutines } from './charstring';

const none = { local: [], global: [] };
/** With fewer than 1240 subroutines the first one is called by −107, which is the byte 32. */
const FIRST = 32;

describe('withoutSubroutines', () => {
  const code = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

  it('puts the body in the place of the call, without number, call and return', () => {
    const local = [code(150, 151, 5, 11)];
    expect(withoutSubroutines(code(140, 141, 21, FIRST, 10, 14), { local, global: [] })).toEqual(
      code(140, 141, 21, 150, 151, 5, 14),
    );
  });

  it('follows calls inside global subroutines and stops where the glyph ends', () => {
    const local = [code(150, 22, 14)];
    const global = [code(151, 4, FIRST, 10, 11)];
    expect(withoutSubroutines(code(FIRST, 29, 152, 22, 14), { local, global })).toEqual(code(151, 4, 150, 22, 14));
  });

  it('keeps hint masks, whose length depends on stems that a subroutine declared', () => {
    const stems = code(...Array.from({ length: 18 }, () => 140), 18, 11); // nine stems: two bytes of mask
    const program = code(FIRST, 10, 19, 10, 11, 14);
    const written = withoutSubroutines(program, { local: [stems], global: [] });
    expect([...written].slice(-5)).toEqual([18, 19, 10, 11, 14]);
  });

  it('copies two-byte, three-byte and fixed-point numbers as they are', () => {
    const program = code(28, 1, 2, 247, 9, 251, 8, 255, 0, 1, 128, 0, 5, 12, 35, 14);
    expect(withoutSubroutines(program, none)).toEqual(program);
  });

  it('refuses what would give a wrong glyph', () => {
    expect(() => withoutSubroutines(code(FIRST, 10, 14), none)).toThrow('not there');
    expect(() => withoutSubroutines(code(140, 141, 12, 10, 14), none)).toThrow('12 10');
    expect(() => withoutSubroutines(code(FIRST, 10), { local: [code(FIRST, 10)], global: [] })).toThrow('too deep');
  });
});

describe('cffSubset', () => {
  const folder = join(dirname(require.resolve('@embedpdf/fonts-sc')), '..', 'fonts');
  const text = '县域影像中心CT检查报告：右肺上叶3.2cm×2.1cm，䶮㛃𬭸〓（≥5%）';

  /** A font without its outlines, and these. */
  const open = (file: string): { font: Font; outlines: CffOutlines } => {
    const bytes = readFileSync(join(folder, file));
    const outlines = CffOutlines.takeFrom(bytes);
    return { font: create(bytes), outlines };
  };

  it.each(['NotoSansHans-Regular.otf', 'NotoSansHans-Bold.otf'])('draws every glyph of %s as before', (file) => {
    // As fontkit alone reads the file.
    const font = create(readFileSync(join(folder, file)));
    const bare = open(file);
    const gids = [0, ...Array.from(text, (char) => font.glyphForCodePoint(char.codePointAt(0)!).id)];
    const subset = openCff(cffSubset(bare.font, bare.outlines, gids));
    expect(subset['CFF '].topDict.CharStrings).toHaveLength(gids.length);
    gids.forEach((gid, cid) => expect(subset.getGlyph(cid).path.toSVG()).toBe(font.getGlyph(gid).path.toSVG()));
  });

  it('gives the paths of glyphs in the order that was asked for, one as often as it was', () => {
    const font = create(readFileSync(join(folder, 'NotoSansHans-Bold.otf')));
    const bare = open('NotoSansHans-Bold.otf');
    const gids = Array.from('已作废已', (char) => font.glyphForCodePoint(char.codePointAt(0)!).id);
    const paths = glyphPaths(bare.font, bare.outlines, gids);
    expect(paths).toEqual(gids.map((gid) => font.getGlyph(gid).path.toSVG()));
    expect(new Set(paths).size).toBe(3);
  });

  it('refuses a file that has no such outlines', () => {
    expect(() => CffOutlines.takeFrom(Buffer.alloc(28))).toThrow('no table CFF');
  });

  it('stays small: 12 glyphs in a few kilobytes although the font has 22,000 subroutines', () => {
    const { font, outlines } = open('NotoSansHans-Regular.otf');
    const gids = Array.from('右肺上叶感染性病变建议复', (char) => font.glyphForCodePoint(char.codePointAt(0)!).id);
    expect(cffSubset(font, outlines, [0, ...gids]).length).toBeLessThan(5_000);
  });
});
