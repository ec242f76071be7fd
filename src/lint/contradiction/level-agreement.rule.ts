import { ABNORMAL } from '../lexicons/lesions.lexicon';
import {
  ABOVE,
  AND_MORE,
  DIGIT_NAME,
  DIGITS,
  LEVEL_DENIED,
  LEVEL_KINDS,
  NUMBERED_BONE,
  NUMBERED_VERTEBRA,
  RELAXATION,
  VERTEBRA,
  VERTEBRAE,
} from '../lexicons/levels.lexicon';
import { isCertain, mentionsOf } from '../text/mentions';
import type { Hit } from '../rules';
import { clauseIndexAt, type Section } from '../text/clauses';
import { quote } from '../text/report-text';

/** A rib, ray, vertebra or disc that a text names: 肋6, 椎20 (the vertebrae counted from C1), 盘23 (below vertebra 23). */
interface Level {
  readonly kind: string;
  readonly number: number;
  readonly at: number;
  readonly end: number;
  /** Stands between the two ends of a range and is not written itself. */
  readonly between?: true;
}

const MOST_CLAUSES = 400;
const LONGEST = 200;
/** How far behind a level it is said that it has nothing. */
const REACH = 24;
const DIGITS_IN_CHINESE = '一二三四五六七八九';

/** The impression concludes a fracture or a disc at a level that the findings do not name while they name others. */
export function levelByLevel(findings: Section, impression: Section): Hit[] {
  let shown: Level[] | undefined;
  for (const { key, lesion } of LEVEL_KINDS) {
    for (const mention of mentionsOf(impression, lesion)) {
      if (!isCertain(mention) && !(mention.assertion === 'old' && /陈旧/.test(mention.phrase))) continue;
      const clause = impression.clauses[clauseIndexAt(impression, mention.at) ?? 0]!;
      const named = levelsIn(clause.text.slice(0, LONGEST)).filter(({ kind, between }) => kind === key && !between);
      if (named.length === 0) continue;
      shown ??= shownIn(findings);
      const known = shown.filter(({ kind }) => kind === key);
      const isKnown = ({ number }: Level): boolean => known.some((one) => one.number === number);
      // 多根肋骨骨折,以第5、6肋为著: not all of them are written.
      const agrees = AND_MORE.test(findings.text) ? named.some(isKnown) : named.every(isKnown);
      if (known.length === 0 || agrees) continue;
      const first = known[0]!;
      return [
        {
          rule: 'other_level',
          phrase: quote(impression, clause.start, clause.end),
          expected: quote(findings, first.at, first.end),
        },
      ];
    }
  }
  return [];
}

/** The levels of the findings of which more is said than that they have nothing; offsets in the section. */
function shownIn(findings: Section): Level[] {
  return findings.clauses.slice(0, MOST_CLAUSES).flatMap(({ text, start }) => {
    const head = text.slice(0, LONGEST);
    return levelsIn(head)
      .filter(({ end }) => !isDenied(head.slice(end, end + REACH)))
      .map((level) => ({ ...level, at: start + level.at, end: start + level.end }));
  });
}

function isDenied(behind: string): boolean {
  const denial = LEVEL_DENIED.exec(behind);
  if (!denial) return false;
  const abnormal = ABNORMAL.exec(behind);
  return !abnormal || abnormal.index >= denial.index;
}

function levelsIn(text: string): Level[] {
  const levels: Level[] = [];
  for (const found of text.matchAll(NUMBERED_BONE)) levels.push(...numbered(found, found[2]!, 0));
  for (const found of text.matchAll(NUMBERED_VERTEBRA)) levels.push(...numbered(found, '椎', ABOVE[found[2]!] ?? 0));
  for (const found of text.matchAll(DIGIT_NAME)) {
    const [kind, number] = DIGITS[found[0]]!;
    levels.push({ kind, number, at: found.index, end: found.index + found[0].length });
  }
  for (const found of text.matchAll(VERTEBRAE)) {
    if (!RELAXATION.test(text.slice(found.index, found.index + 12))) levels.push(...vertebrae(found));
  }
  return levels;
}

/** 3、5-7 → 3, 5, 6, 7. */
function numbered(found: RegExpExecArray, kind: string, above: number): Level[] {
  const place = { kind, at: found.index, end: found.index + found[0].length };
  const levels: Level[] = [];
  for (const part of found[1]!.matchAll(/([~至-])?第?(\d{1,2}|[一二三四五六七八九十]{1,2})/g)) {
    const number = above + numberOf(part[2]!);
    const before = levels.at(-1)?.number;
    if (part[1] !== undefined && before !== undefined) levels.push(...inBetween(before, number, place));
    levels.push({ ...place, number });
  }
  return levels;
}

function inBetween(from: number, to: number, place: Omit<Level, 'number'>): Level[] {
  const count = Math.min(Math.max(0, to - from - 1), 24);
  return Array.from({ length: count }, (_, i) => ({ ...place, number: from + 1 + i, between: true as const }));
}

function numberOf(word: string): number {
  if (/\d/.test(word)) return Number(word);
  if (word.startsWith('十')) return 10 + DIGITS_IN_CHINESE.indexOf(word.charAt(1) || '零') + 1;
  return word.endsWith('十')
    ? 10 * (DIGITS_IN_CHINESE.indexOf(word.charAt(0)) + 1)
    : DIGITS_IN_CHINESE.indexOf(word) + 1;
}

/** L4/5 is two vertebrae and the disc between them, L3-S1 all from the one to the other. */
function vertebrae(found: RegExpExecArray): Level[] {
  const place = { at: found.index, end: found.index + found[0].length };
  const levels: Level[] = [];
  let region = '';
  let last: number | undefined;
  for (const [, joint = '', letter = '', digits = ''] of found[0].matchAll(VERTEBRA)) {
    // L5/1 is short for L5/S1.
    if (letter !== '') region = letter;
    else if (joint !== '' && digits === '1' && last === ABOVE.S) region = 'S';
    const number = (ABOVE[region] ?? 0) + Number(digits);
    if (last !== undefined && !/[、和及]/.test(joint)) {
      levels.push(...inBetween(last, number, { ...place, kind: '椎' }));
      levels.push({ ...place, kind: '盘', number: last }, { ...place, kind: '盘', number: number - 1 });
      levels.push(...inBetween(last, number - 1, { ...place, kind: '盘' }));
    }
    levels.push({ ...place, kind: '椎', number });
    last = number;
  }
  return levels;
}
