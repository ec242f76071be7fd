const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });
/** Long names are not told by their length either. */
const MAX_STARS = 3;

/** A name as strangers may see it: 张三 → 张*, 欧阳娜娜 → 欧***. What a reader sees as one character counts as one. */
export function maskName(name: string): string {
  const [first, ...rest] = Array.from(graphemes.segment(name.trim()), ({ segment }) => segment);
  return first === undefined ? '' : first + '*'.repeat(Math.min(rest.length, MAX_STARS));
}
