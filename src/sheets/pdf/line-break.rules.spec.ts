import { breakLines, chunksOf, fewLines, paragraphs, printable, widestChunk } from './line-break.rules';

/** Every character as wide as half a line unit: Chinese 2, the rest 1. */
const measure = (piece: string): number =>
  Array.from(piece, (char) => (char > '\u2e7f' ? 2 : 1)).reduce((a, b) => a + b, 0);

const REPORT =
  '双侧胸廓对称，气管居中。右肺上叶后段见片状高密度影（边界不清），大小约3.2cm×2.1cm，CT值约35HU；病灶占右肺15%，' +
  '“晕征”可见！左肺下叶背段见磨玻璃结节（Se3，Im45），直径约0.6 cm：未见分叶、毛刺……请结合临床《指南》；复查时间10:30，共3,000例。';

describe('breakLines', () => {
  const widths = Array.from({ length: 50 }, (_, i) => 20 + i);

  it.each(widths)('keeps the rules of Chinese setting at a width of %i', (width) => {
    const lines = breakLines(REPORT, width, measure);
    for (const line of lines) {
      expect(measure(line)).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(/^[。，、；：！？）】」』》”’…%％]/);
      expect(line).not.toMatch(/[（【「『《“‘]$/);
    }
    expect(lines.join('').replace(/ /g, '')).toBe(REPORT.replace(/ /g, ''));
  });

  it.each(widths)('never splits a measurement, a time or a number at a width of %i', (width) => {
    const lines = breakLines(REPORT, width, measure);
    for (const whole of ['3.2cm×2.1cm', '35HU', '15%', '0.6 cm', '10:30', '3,000', 'Se3', 'Im45']) {
      expect(lines.some((line) => line.includes(whole))).toBe(true);
    }
  });

  it('fills a line to the last character', () => {
    expect(breakLines('一二三四五六', 8, measure)).toEqual(['一二三四', '五六']);
  });

  it('takes the narrower first line into account', () => {
    expect(breakLines('一二三四五六', 8, measure, 4)).toEqual(['一二', '三四五六']);
  });

  it('takes the character before a stop down with it', () => {
    expect(breakLines('一二三四。五', 8, measure)).toEqual(['一二三', '四。五']);
  });

  it('cuts a piece that is wider than a line and loses nothing', () => {
    const lines = breakLines('编号ABCDEFGHIJKLMNOPQRSTUVWXYZ完', 10, measure);
    expect(lines.join('')).toBe('编号ABCDEFGHIJKLMNOPQRSTUVWXYZ完');
    expect(Math.max(...lines.map(measure))).toBe(10);
  });

  it('answers one empty line for an empty text, so that a cell keeps its height', () => {
    expect(breakLines('', 10, measure)).toEqual(['']);
  });
});

describe('chunksOf', () => {
  it('parts words and list marks but not units', () => {
    expect(chunksOf('正常,CT值35 HU, liver,spleen')).toEqual(['正', '常,', 'CT', '值', '35 HU, ', 'liver,', 'spleen']);
    expect(chunksOf('3.2 × 2.1 cm大')).toEqual(['3.2 × 2.1 cm', '大']);
  });

  it('keeps a combining mark with its letter', () => {
    expect(chunksOf('e\u0301长')).toEqual(['e\u0301', '长']);
  });

  it('gives the width of the widest piece', () => {
    expect(widestChunk('编号 MZ20260305012 号', measure)).toBe(13);
  });
});

describe('printable', () => {
  it('drops what has no picture and keeps the text', () => {
    expect(printable('张\u200b三\u202e\u0007\ufeff')).toBe('张三');
    expect(printable('甲\r\n乙\r丙\t丁')).toBe('甲\n乙\n丙 丁');
  });

  it('replaces half a surrogate pair, which no PDF can hold', () => {
    expect(printable('a\ud842b𠮷')).toBe('a\ufffdb𠮷');
  });

  it('leaves paragraphs without the blanks that people indent with', () => {
    expect(paragraphs('　　两肺清晰。\n\n  心影不大。 ')).toEqual(['两肺清晰。', '心影不大。']);
  });
});

describe('fewLines', () => {
  it('cuts off what does not fit, with … in its place and within the width', () => {
    for (let width = 6; width < 60; width += 1) {
      const lines = fewLines(REPORT, 2, width, measure);
      expect(lines).toHaveLength(2);
      expect(lines[0]).toBe(breakLines(REPORT, width, measure)[0]);
      expect(lines[1]).toMatch(/…$/);
      expect(measure(lines[1]!)).toBeLessThanOrEqual(width);
      expect(REPORT).toContain(lines[1]!.slice(0, -1));
    }
  });

  it('leaves alone what fits', () => {
    expect(fewLines('图1 肺窗', 2, 40, measure)).toEqual(['图1 肺窗']);
    expect(fewLines('肺窗纵隔窗', 2, 6, measure)).toEqual(['肺窗纵', '隔窗']);
    expect(fewLines('', 2, 6, measure)).toEqual(['']);
  });
});
