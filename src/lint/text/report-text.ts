/**
 * Report text made comparable: full-width letters, digits and punctuation become half-width, spaces that only set Chinese
 * type apart disappear, and each character remembers where it stood, so that a hit can be quoted as it was written.
 */
export interface ReportText {
  readonly raw: string;
  readonly text: string;
  /** For each character of `text` its index in `raw`. */
  readonly origin: readonly number[];
}

const EXPANDED: Readonly<Record<string, string>> = {
  '㎝': 'cm',
  '㎜': 'mm',
  '–': '-',
  '−': '-',
  '﹣': '-',
  '✕': '×',
  '╳': '×',
  '﹑': '、',
  '﹒': '.',
  '．': '.',
  '｡': '。',
  '･': '·',
};
const INLINE_SPACE = /[\t \u00a0\u2000-\u200b\u3000\ufeff]/;
const WORD = /[A-Za-z0-9]/;

export function reportText(raw: string): ReportText {
  let text = '';
  const origin: number[] = [];
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charAt(i);
    if (char === '\r') continue;
    if (INLINE_SPACE.test(char)) {
      // "2 3" and "Stanford A" stay apart; "未 见" does not.
      if (!WORD.test(text.slice(-1)) || !WORD.test(halfWidth(raw.charAt(i + 1)))) continue;
      text += ' ';
      origin.push(i);
      continue;
    }
    for (const one of EXPANDED[char] ?? halfWidth(char)) {
      text += one;
      origin.push(i);
    }
  }
  return { raw, text, origin };
}

function halfWidth(char: string): string {
  const code = char.charCodeAt(0);
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : char;
}

/** The characters [start, end) as the doctor wrote them. */
export function quote({ raw, origin }: ReportText, start: number, end: number): string {
  const first = origin[start];
  const last = origin[end - 1];
  return first === undefined || last === undefined ? '' : raw.slice(first, last + 1);
}
