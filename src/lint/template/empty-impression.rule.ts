import { EMPTY_WORDS, LONGEST_EMPTY_WORD, SAYS_SOMETHING, STRAY_LETTERS } from '../lexicons/empty-impression.lexicon';
import { SERIOUS } from '../lexicons/lesions.lexicon';
import { RESIDUE } from '../lexicons/template-residue.lexicon';
import type { Report } from '../report';
import type { Hit } from '../rules';

const EACH_RESIDUE = RESIDUE.map((pattern) => new RegExp(pattern.source, 'g'));
/** Longer texts say something. */
const LONGEST = 200;
/** How many months: any; the 一 of 进一步 and 一致 counts nothing. */
const COUNT = /(?:[\d二三四五六七八九十两半]|一(?![步致样]))+/g;
/** (-) is short for 未见异常. */
const NEGATIVE_MARK = /\([-—]+\)/;

/** The impression says nothing: empty, punctuation, 同上, 见所见, 待审核, advice alone, an unfilled placeholder. */
export function emptyImpression({ impression }: Report): Hit[] {
  if (impression.text.length > LONGEST || NEGATIVE_MARK.test(impression.text)) return [];
  const whole = impression.text;
  const unfilled = EACH_RESIDUE.reduce(
    // {右下肺肺炎} is a choice left open, and says something.
    (rest, pattern) => rest.replace(pattern, (found) => (SERIOUS.test(found) ? found : '')),
    whole,
  );
  const empty = [whole, unfilled].some((text) =>
    text
      .split(/[,。;\n]/)
      .map(contentOf)
      .every(isEmpty),
  );
  return empty ? [{ rule: 'empty_impression', phrase: impression.raw.trim() || '空' }] : [];
}

const isEmpty = (text: string): boolean =>
  STRAY_LETTERS.test(text) || (!SAYS_SOMETHING.test(text) && isCovered(text.replace(COUNT, '')));

/** Whether a text can be cut into empty words without a remainder. */
function isCovered(text: string): boolean {
  const reachable = new Set([0]);
  for (let from = 0; from < text.length; from++) {
    if (!reachable.has(from)) continue;
    for (let to = from + 1; to <= Math.min(text.length, from + LONGEST_EMPTY_WORD); to++) {
      if (EMPTY_WORDS.has(text.slice(from, to))) reachable.add(to);
    }
  }
  return reachable.has(text.length);
}

/** Without punctuation, item numbers, dashes: letters and Chinese characters are left. */
const contentOf = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/^\d+(?!\p{Script=Latin})/u, '')
    .toLowerCase();
