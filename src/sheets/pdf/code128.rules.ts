/** Code 128 (ISO/IEC 15417): the accession number as bars, so that a clinic scans the sheet instead of typing. */

/** Widths of bars and gaps in modules for the values 0…105 and, last, the stop sign. */
const PATTERNS = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'
).split(' ');
const TO_C = 99;
const TO_B = 100;
const START_B = 104;
const START_C = 105;
const STOP = 106;

export interface Bars {
  /** Dark bars, in modules from the left. */
  bars: { at: number; width: number }[];
  /** Total width in modules, without the quiet zone of 10 on either side. */
  modules: number;
}

/** The bars of a text of printable ASCII; null for anything else (a clinic may number in Chinese) and for an empty text. */
export function code128(text: string): Bars | null {
  if (!/^[\x20-\x7e]+$/.test(text)) return null;
  const values = valuesOf(text);
  const check = values.reduce((sum, value, i) => sum + value * Math.max(1, i), 0) % 103;
  const bars: Bars['bars'] = [];
  let at = 0;
  for (const value of [...values, check, STOP]) {
    Array.from(PATTERNS[value]!, Number).forEach((width, i) => {
      if (i % 2 === 0) bars.push({ at, width });
      at += width;
    });
  }
  return { bars, modules: at };
}

/** Start sign and data: code set C packs two digits into a sign, which pays from four digits at an end, six inside. */
function valuesOf(text: string): number[] {
  const values: number[] = [];
  let set: 'B' | 'C' | null = null;
  for (let i = 0; i < text.length;) {
    const digits = /^\d*/.exec(text.slice(i))![0].length;
    const pays = digits >= (i === 0 || i + digits === text.length ? 4 : 6);
    // An odd run gives its first digit to set B, so that the rest pairs up.
    if (set === 'C' ? digits >= 2 : pays && digits % 2 === 0) {
      if (set !== 'C') values.push(set === null ? START_C : TO_C);
      set = 'C';
      values.push(Number(text.slice(i, i + 2)));
      i += 2;
    } else {
      if (set !== 'B') values.push(set === null ? START_B : TO_B);
      set = 'B';
      values.push(text.charCodeAt(i) - 32);
      i += 1;
    }
  }
  return values;
}
