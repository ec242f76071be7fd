import { code128 } from './code128.rules';

/** Bars and gaps as a row of widths, the way symbols are given in the standard's examples. */
function widths(text: string): string {
  const { bars, modules } = code128(text)!;
  return bars.map(({ at, width }, i) => `${width}${(bars[i + 1]?.at ?? modules) - at - width || ''}`).join('');
}

describe('code128', () => {
  it('sets a text in code set B with its check sign (start B, P J J 1 2 3 C, check 55)', () => {
    const data = ['313121', '112133', '112133', '123221', '223211', '221132', '131321'];
    expect(widths('PJJ123C')).toBe(['211214', ...data, '311321', '2331112'].join(''));
  });

  it('packs digits in pairs (start C, 12 34 56, check 44)', () => {
    expect(widths('123456')).toBe(['211232', '112232', '131123', '331121', '132131', '2331112'].join(''));
  });

  it('is shorter for an accession number than letter by letter, also with an odd run of digits', () => {
    // start, C, T, to C, six pairs, check (11 modules each), stop (13)
    expect(code128('CT202603050012')!.modules).toBe(11 * 11 + 13);
    expect(code128('CT2026030500123')!.modules).toBe(12 * 11 + 13);
  });

  it('has no bars for what it cannot carry', () => {
    expect(code128('检20260305')).toBeNull();
    expect(code128('')).toBeNull();
  });
});
