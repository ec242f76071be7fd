/**
 * Specific Character Set (0008,0005): the terms as they are written by real devices, brought to the defined terms of
 * PS3.3 C.12.1.1.2. Pure.
 */

/** Encoding label (WHATWG) of every single-byte repertoire, by the number in its defined term. */
const SINGLE_BYTE = new Map<string, string>([
  ['6', 'windows-1252'],
  ['100', 'windows-1252'],
  ['101', 'iso-8859-2'],
  ['109', 'iso-8859-3'],
  ['110', 'iso-8859-4'],
  ['144', 'iso-8859-5'],
  ['127', 'iso-8859-6'],
  ['126', 'iso-8859-7'],
  ['138', 'iso-8859-8'],
  ['148', 'windows-1254'],
  ['203', 'iso-8859-15'],
  ['13', 'shift_jis'],
  ['166', 'windows-874'],
]);
const EXTENDED_MULTI_BYTE = new Set(['58', '87', '149', '159']);

export const UTF8 = 'ISO_IR 192';
export const GB18030 = 'GB18030';
export const GBK = 'GBK';
export const LATIN1 = 'ISO_IR 100';
export const GB2312_ISO2022 = 'ISO 2022 IR 58';

/**
 * The defined term for one value of (0008,0005), or null when nobody could know what is meant.
 * `UTF-8`, `GB2312`, `CP936`, `ISO-IR 100`, `iso_ir100`, `ISO_IR 58` and the like are what consoles really write.
 */
export function definedTerm(written: string): string | null {
  const term = written
    .trim()
    .toUpperCase()
    .replace(/[\s_-]+/g, ' ');
  if (term === '') return 'ISO_IR 6';
  const registered = /^ISO ?(2022 ?)?(?:IR ?)?(\d{1,3})$/.exec(term);
  if (registered) {
    const number = registered[2] ?? '';
    if (number === '192') return UTF8;
    if (EXTENDED_MULTI_BYTE.has(number)) return `ISO 2022 IR ${number}`;
    if (SINGLE_BYTE.has(number)) return `${registered[1] ? 'ISO 2022 IR' : 'ISO_IR'} ${number}`;
    return null;
  }
  if (/^(ISO ?2022 ?)?GB ?18030\b/.test(term)) return GB18030;
  if (/^((ISO ?2022 ?)?GBK|CP ?936|MS ?936|EUC CN|GB ?2312( 80)?)$/.test(term)) return GBK;
  if (/^(UTF ?8|UNICODE)$/.test(term)) return UTF8;
  if (/^(ISO ?8859 ?1|LATIN ?1|WINDOWS 1252|CP ?1252|ASCII|US ASCII)$/.test(term)) return LATIN1;
  return null;
}

/** The encoding label of a single-byte term (`ISO_IR 100`, `ISO 2022 IR 144`), or null for a multi-byte one. */
export function singleByteEncoding(term: string): string | null {
  return SINGLE_BYTE.get(term.slice(term.lastIndexOf(' ') + 1)) ?? null;
}

/** Which of the three questions a declared list raises: is it UTF-8, a Chinese one, only Latin-1 or nothing, or another? */
export type CharsetFamily = 'utf8' | 'gb' | 'latin' | 'other';

export function familyOf(terms: readonly string[]): CharsetFamily {
  // UTF-8 and GB18030 have no code extensions; a list that names one of them besides others can only mean it.
  if (terms.includes(UTF8)) return 'utf8';
  if (terms.some((term) => term === GB18030 || term === GBK)) return 'gb';
  return terms.every((term) => /^ISO(_| 2022 )IR (6|100)$/.test(term)) ? 'latin' : 'other';
}
