import { type Assertion, assertionOf } from './assertion';
import type { Clause, Section } from './clauses';
import { SIDED_ORGANS } from '../lexicons/lesions.lexicon';
import { quote } from './report-text';
import { type Side, sideWords } from './sides';

/** A word of a lesion where a report uses it: on which side of which organ, and what is said of it. */
export interface Mention {
  readonly at: number;
  readonly word: string;
  readonly assertion: Assertion;
  readonly side: Side | undefined;
  readonly organ: string | undefined;
  /** The clause as it was written. */
  readonly phrase: string;
}

const MOST = 200;

export const isCertain = ({ assertion }: Mention): boolean => assertion === 'present';
/** Shown in whatever words: only what is denied or merely asked for is not. */
export const isDescribed = ({ assertion }: Mention): boolean => assertion !== 'negated' && assertion !== 'hypothetical';

/** Mentions of a word in order, at most 200. A clause without a side or an organ goes on with its sentence's last one. */
export function mentionsOf(section: Section, word: RegExp): Mention[] {
  if (!word.test(section.text)) return [];
  const each = new RegExp(word.source, 'g');
  const mentions: Mention[] = [];
  let sentence = -1;
  let side: Side | undefined;
  let organ: string | undefined;
  for (const clause of section.clauses) {
    if (clause.sentence !== sentence) {
      sentence = clause.sentence;
      side = organ = undefined;
    }
    const sides = sideWords(clause);
    let next = 0;
    for (const found of clause.text.matchAll(each)) {
      if (mentions.length >= MOST) return mentions;
      while (next < sides.length && sides[next]!.at <= found.index) next++;
      const own = sides[Math.max(0, next - 1)];
      const at = clause.start + found.index;
      mentions.push({
        at,
        word: found[0],
        assertion: assertionOf(section, at, at + found[0].length),
        side: own?.side ?? side,
        organ: organIn(clause.text, found.index + found[0].length) ?? organ,
        phrase: quote(section, clause.start, Math.min(clause.end, clause.start + 60)),
      });
    }
    side = sides.at(-1)?.side ?? side;
    organ = lastOrgan(clause) ?? organ;
  }
  return mentions;
}

const lastOrgans = new WeakMap<Clause, string | null>();

function lastOrgan(clause: Clause): string | undefined {
  let organ = lastOrgans.get(clause);
  if (organ === undefined) lastOrgans.set(clause, (organ = organIn(clause.text, clause.text.length) ?? null));
  return organ ?? undefined;
}

/** The sided organ named last before `end` (the lesion's own word counts: 气胸 is of the pleura). */
function organIn(text: string, end: number): string | undefined {
  const part = text.slice(Math.max(0, end - 40), end);
  let best: { key: string; at: number } | undefined;
  for (const { key, word } of SIDED_ORGANS) {
    const found = word.exec(part);
    // The list runs from the narrower to the wider word: 肾上腺 before 肾, 肋骨 before 胸.
    if (found && (!best || found.index < best.at)) best = { key, at: found.index };
  }
  return best?.key;
}
