/**
 * Line breaking for Chinese with Latin and numbers between (GB/T 15834 §5: no stop, closing bracket or per-cent sign at
 * the start of a line, no opening bracket at its end; a measurement such as 3.2cm×2.1cm stays in one piece).
 */

const NEVER_FIRST = new Set('。，、；：！？）】」』》〉〕〗｝］”’…—～·・‰％%℃°,.;:!?)]}»');
const NEVER_LAST = new Set('（【「『《〈〔〖｛［“‘([{«￥');
/** A line of 46 characters of 11 pt is 506 pt wide, give or take the last binary digit. */
const ROUNDING = 0.001;
const SPACE = /[ \u3000]/;
/** What runs together: printable ASCII, Latin and Greek letters, signs of measure. */
const RUN = /[\x21-\x7e\u00a0-\u024f\u0370-\u03ff\u2070-\u209f\u2103\u2160-\u217f\u2190-\u21ff\u2200-\u22ff]/;

/**
 * Text as it can be set: one kind of line end, tabs as spaces, and without characters that have no picture (controls,
 * zero-width signs, direction marks, variation selectors), which would only show as missing glyphs. Half a surrogate pair
 * becomes U+FFFD: it cannot be written into a PDF.
 */
export function printable(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/(?!\n)[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, '');
}

/** The paragraphs of a text, each without the blanks around it (people indent with spaces, the sheet does it itself). */
export function paragraphs(text: string): string[] {
  return printable(text)
    .split('\n')
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}

/**
 * Breaks one paragraph into lines of at most `width`. `measure` gives the width of a piece in the same unit and not
 * be more for a text than for its pieces together. `first` is the width of the first line where it is shorter (indent, label).
 * A piece wider than a whole line is cut between characters, because losing it would be worse.
 */
export function breakLines(
  text: string,
  width: number,
  measure: (piece: string) => number,
  first: number = width,
): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const room = (): number => (lines.length === 0 ? first : width) + ROUNDING;
  const close = (): void => {
    lines.push(line.trimEnd());
    line = '';
    used = 0;
  };
  for (const chunk of chunksOf(printable(text).replace(/\n/g, ' '))) {
    const bare = measure(chunk.trimEnd());
    if (line !== '' && used + bare > room()) close();
    if (bare <= room()) {
      line += chunk;
      used += measure(chunk);
      continue;
    }
    for (const char of chunk) {
      if (line !== '' && used + measure(char) > room()) close();
      line += char;
      used += measure(char);
    }
  }
  if (line.trim() !== '' || lines.length === 0) close();
  return lines;
}

/** As breakLines, but what does not fit into `most` lines is cut off, and … stands for it. */
export function fewLines(text: string, most: number, width: number, measure: (piece: string) => number): string[] {
  const lines = breakLines(text, width, measure);
  if (lines.length <= most) return lines;
  const kept = Array.from(lines[most - 1] ?? '');
  while (kept.length > 0 && measure(`${kept.join('').trimEnd()}…`) > width + ROUNDING) kept.pop();
  return [...lines.slice(0, most - 1), `${kept.join('').trimEnd()}…`];
}

/** The widest piece that must not be cut: a caller can give it a wider place. */
export function widestChunk(text: string, measure: (piece: string) => number): number {
  return Math.max(0, ...chunksOf(printable(text)).map((chunk) => measure(chunk.trimEnd())));
}

/** Pieces between which a line may end; together they are the text. */
export function chunksOf(text: string): string[] {
  const chars = Array.from(text);
  const chunks: string[] = [];
  let chunk = '';
  chars.forEach((char, i) => {
    chunk += char;
    const next = chars[i + 1];
    if (next === undefined || mayBreak(chars[i - 1], char, next)) {
      chunks.push(chunk);
      chunk = '';
    }
  });
  return chunks;
}

function mayBreak(before: string | undefined, char: string, next: string): boolean {
  if (SPACE.test(next) || /\p{M}/u.test(next)) return false;
  if (SPACE.test(char)) return !isMeasureGap(before, next) && !NEVER_FIRST.has(next);
  if (NEVER_LAST.has(char) || NEVER_FIRST.has(next)) return false;
  if (!RUN.test(char) || !RUN.test(next)) return true;
  // 3,000 and 10:30 are one number; in "正常,CT" or "liver,spleen" the mark ends a piece.
  return /[,;:!?]/.test(char) && !(isDigit(before) && isDigit(next));
}

/** "35 HU" and "3.2 × 2.1 cm": the blank between a number and its unit or sign does not end a line. */
function isMeasureGap(before: string | undefined, next: string): boolean {
  if (before === undefined) return false;
  return (isDigit(before) && /[A-Za-zμµ%‰℃°×±]/.test(next)) || (/[×±]/.test(before) && isDigit(next));
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}
