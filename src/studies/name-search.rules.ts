import { pinyin } from 'pinyin-pro';

/** Chinese names as people search and compare them. Pure. */

export interface SearchName {
  /** All syllables without tones or blanks: 张三 → `zhangsan`, 吕布 → `lvbu`. */
  readonly pinyin: string;
  /** First letters: 张三 → `zs`. */
  readonly initials: string;
}

/**
 * How a name is found by what people type: 单雄信 by `shanxiongxin` or `sxx` (surnames are read as surnames), `Zhang San`
 * by `zhangsan` or `zs`. Characters without a reading are left out.
 */
export function searchName(name: string): SearchName {
  const syllables = syllablesOf(name);
  return { pinyin: syllables.join(''), initials: syllables.map((syllable) => syllable[0]).join('') };
}

/** What somebody typed to find a name by its sound: lower case letters and digits only, `lü` as `lv`. */
export function searchLetters(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('ü', 'v')
    .normalize('NFKD')
    .replace(/[^a-z0-9]/g, '');
}

/**
 * Whether two spellings can be the same person's name: equal characters, or, where at least one is in Latin letters, an
 * equal sound (`ZHANG SAN`, `San Zhang` and 张三). Different characters of equal sound are different names.
 */
export function sameName(a: string, b: string): boolean {
  const [left, right] = [a, b].map((name) => name.replace(/[\s·•]/g, '')) as [string, string];
  if (left.toLowerCase() === right.toLowerCase()) return true;
  if (isChinese(left) && isChinese(right)) return false;
  const [ours, theirs] = [syllablesOf(a), syllablesOf(b)];
  const sound = ours.join('');
  if (sound === '') return false;
  // Latin names come as words, Chinese ones as syllables; either may have the given name first.
  return (
    [theirs, rotate(theirs), theirs.toReversed()].some((order) => order.join('') === sound) ||
    rotate(ours).join('') === theirs.join('')
  );
}

const HAN = /\p{Script=Han}/u;

/** True when at least one character is Chinese. */
export function isChinese(name: string): boolean {
  return HAN.test(name);
}

function syllablesOf(name: string): string[] {
  return pinyin(name, { toneType: 'none', type: 'array', surname: 'head', nonZh: 'consecutive', v: true })
    .flatMap((token) => token.split(/[\s·•,^=-]+/))
    .map(searchLetters)
    .filter((syllable) => syllable !== '');
}

/** First to the end: the surname behind the given name. */
function rotate(syllables: readonly string[]): string[] {
  return [...syllables.slice(1), ...syllables.slice(0, 1)];
}
