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
/** What ends a run of characters on either side of a space. */
const RUN_END = /[\s,，。;；:：、.!！?？]/;
const LONGEST_RUN = 24;
const SHORTEST_RUN = 4;
/** A run that says all it has to say: 膈下无游离气 小肠扩张; 未见明显 异常 goes on. */
const SAID =
  /(?:未见|无)(?!(?:明显|明确|确切|异常|显著)*$).{2,}$|(?:正常|通畅|清晰|完整|居中|不大|均匀|光滑|如常|良好|\d(?:mm|cm|HU|%))$/;
/** A finding before a denial: 淋巴结显示 未见肠梗阻. */
const FOUND = /(?:显示|可见|改变|增[厚大多宽粗]|[炎瘤癌症变灶影])$/;
const DENIES = /^(?:未见|无(?!名|法|力))/;

export function reportText(raw: string): ReportText {
  let text = '';
  const origin: number[] = [];
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charAt(i);
    if (char === '\r') continue;
    if (INLINE_SPACE.test(char)) {
      if (standsForComma(text, raw, i)) {
        text += ',';
        origin.push(i);
        continue;
      }
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

/** Many put a space where a comma belongs; most spaces only set type apart. */
function standsForComma(before: string, raw: string, at: number): boolean {
  const ahead = runFrom(raw, at + 1);
  if (ahead.length < SHORTEST_RUN) return false;
  const behind = before.slice(-LONGEST_RUN).split(RUN_END).at(-1) ?? '';
  return behind.length >= SHORTEST_RUN && (SAID.test(behind) || (FOUND.test(behind) && DENIES.test(ahead)));
}

function runFrom(raw: string, start: number): string {
  let end = start;
  while (end < raw.length && end - start < SHORTEST_RUN && !RUN_END.test(raw.charAt(end))) end++;
  return raw.slice(start, end);
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
