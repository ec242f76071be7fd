import { assertionOf, isAsserted } from '../text/assertion';
import { type Clause, clauseIndexAt, type Section, type Sentence } from '../text/clauses';
import { NEW } from '../lexicons/assertion.lexicon';
import type { FindingSpec, Phrase } from '../lexicons/phrase';
import { freshlyOperated, isTrace, isTreated } from './operation';
import { quote } from '../text/report-text';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What stands beside the outer words of a phrase and may spoil it. */
const BESIDE = 2;
const compiled = new WeakMap<RegExp, RegExp>();

/** The first stated mention of a finding in a section, as it was written; undefined where there is none. `report`: all text. */
export function mentionOf(section: Section, spec: FindingSpec, report = section.text): string | undefined {
  const repaired = spec.repaired?.test(report) ?? false;
  for (const phrase of spec.phrases) {
    if (phrase.unlessInReport?.test(report)) continue;
    if (phrase.onlyInReport && !phrase.onlyInReport.test(report)) continue;
    const operated = phrase.trace !== undefined && freshlyOperated(report, phrase.trace);
    for (const spans of occurrences(section, phrase)) {
      if (!stands(section, phrase, spans)) continue;
      const start = Math.min(...spans.map((span) => span.start));
      const end = Math.max(...spans.map((span) => span.end));
      if (phrase.trace && isTrace(section, start, end, phrase.trace, operated)) continue;
      if (spec.operable && isTreated(section, start, end)) continue;
      if (repaired && !NEW.test(sentenceOf(section, start))) continue;
      return quote(section, start, end);
    }
  }
  return undefined;
}

/** Each place where all words of the phrase stand near enough to each other. */
function* occurrences(section: Section, phrase: Phrase): Generator<Span[]> {
  if (!phrase.words.every((word) => word.test(section.text))) return;
  const units = phrase.acrossClauses ? section.sentences : section.clauses;
  // From either end: of two 急性梗死 beside one 脑 the nearer may be denied and the other stated.
  const orders = phrase.words.length > 1 ? [phrase.words, [...phrase.words].reverse()] : [phrase.words];
  for (const words of orders) {
    for (const unit of units) yield* occurrencesIn(section.text, unit, words, phrase.within ?? 8);
  }
}

function* occurrencesIn(
  text: string,
  unit: Clause | Sentence,
  words: readonly RegExp[],
  within: number,
): Generator<Span[]> {
  const [first, ...others] = words;
  if (!first) return;
  for (const found of unit.text.matchAll(global(first))) {
    const spans: Span[] = [{ start: unit.start + found.index, end: unit.start + found.index + found[0].length }];
    for (const word of others) {
      const next = nearest(text, unit, spans, word, within);
      if (!next) break;
      spans.push(next);
    }
    if (spans.length === words.length) yield spans;
  }
}

/** The nearest match of a word at most `within` characters before or behind the words found so far. */
function nearest(text: string, unit: Span, spans: readonly Span[], word: RegExp, within: number): Span | undefined {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const longest = 24;
  const from = Math.max(unit.start, start - within - longest);
  const to = Math.min(unit.end, end + within + longest);
  let best: (Span & { distance: number }) | undefined;
  for (const found of text.slice(from, to).matchAll(global(word))) {
    const span = { start: from + found.index, end: from + found.index + found[0].length };
    const distance = span.start >= end ? span.start - end : start - span.end;
    const inside =
      span.start >= start && span.end <= end && !spans.some((one) => span.start < one.end && one.start < span.end);
    if (!inside && (distance < 0 || distance > within)) continue;
    // What follows is likelier to belong together than what went before.
    if (!best || distance < best.distance || (distance === best.distance && span.start > best.start))
      best = { ...span, distance };
  }
  return best;
}

function stands(section: Section, phrase: Phrase, spans: readonly Span[]): boolean {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const window = section.text.slice(Math.max(0, start - BESIDE), end + BESIDE);
  if (phrase.unless?.test(window)) return false;
  // The cheap test first: a text may name the words thousands of times.
  if (phrase.measure && !measures(section, phrase.measure, start)) return false;
  if (phrase.unlessInSentence?.test(sentenceOf(section, start))) return false;
  if (phrase.onlyInSentence && !phrase.onlyInSentence.test(sentenceOf(section, start))) return false;
  return spans.every((span) => {
    const said = assertionOf(section, span.start, span.end);
    return isAsserted(said) || (said === 'old' && phrase.bearer?.test(section.text.slice(span.start, span.end)));
  });
}

function measures(section: Section, { least, most, pattern }: NonNullable<Phrase['measure']>, start: number): boolean {
  const found = pattern.exec(section.text.slice(start, start + 80));
  if (!found) return false;
  const value = Number(found[1]) * (found[2] === 'cm' ? 10 : 1);
  return value >= least && value <= most;
}

/** At most 200 characters on each side: enough for any real sentence, bounded for any text. */
function sentenceOf(section: Section, at: number): string {
  const index = clauseIndexAt(section, at);
  const sentence = index === undefined ? undefined : section.sentences[section.clauses[index]!.sentence];
  if (!sentence) return '';
  return section.text.slice(Math.max(sentence.start, at - 200), Math.min(sentence.end, at + 200));
}

function global(pattern: RegExp): RegExp {
  let known = compiled.get(pattern);
  if (!known) compiled.set(pattern, (known = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`)));
  return known;
}
