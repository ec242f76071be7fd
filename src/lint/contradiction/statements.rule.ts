import { DENYING, LIST, OTHERWISE, PROPERTIES, type Property, STATEMENT } from '../lexicons/statements.lexicon';
import { assertionOf } from '../text/assertion';
import { type Clause, clauseIndexAt, type Section } from '../text/clauses';
import { quote } from '../text/report-text';
import type { Report } from '../report';
import type { Hit } from '../rules';
import { type Side, sideWords } from '../text/sides';

/** A report with more clauses than this is none. */
const MOST_CLAUSES = 400;
const LONGEST = 80;
const SHORTEST_SUBJECT = 3;
/** How often one subject is worth remembering. */
const MOST_OF_ONE = 5;
/** How much longer than its subject a clause without a verb may be. */
const LONGEST_NAME = 10;
const QUALIFIERS = /^(?:明显|多发|单发|散在|少量|少许|大量|[小大])*$/;
/** How many clauses back a side still speaks for what follows. */
const CLAUSES_BACK = 6;

interface Place {
  readonly section: Section;
  readonly clause: Clause;
}

/** The report says of one thing what excludes each other: 心影增大 and 心影大小正常, 见内膜片 and 未见内膜片. */
export function twoStatements({ findings, impression }: Report): Hit[] {
  const places = [findings, impression].flatMap((section) => section.clauses.map((clause) => ({ section, clause })));
  const read = places.slice(0, MOST_CLAUSES).filter(({ clause }) => !OTHERWISE.test(clause.text.slice(0, LONGEST)));
  const properties = PROPERTIES.flatMap((property) => bothSaid(property, read));
  // What the findings see and the impression denies is compared lesion by lesion.
  const seen = [findings, impression].flatMap((one) => seenAndUnseen(read.filter(({ section }) => section === one)));
  return [...properties, ...seen].slice(0, 2);
}

function bothSaid(property: Property, places: readonly Place[]): Hit[] {
  const about = places.filter(({ clause }) => property.subject.test(clause.text.slice(0, LONGEST)));
  if (about.length < 2) return [];
  const normal = about.filter(({ clause }) => said(property.normal, property.subject, clause.text));
  const abnormal = about.filter((place) => !normal.includes(place) && isStated(property, place));
  for (const one of abnormal) {
    const other = normal.find((place) => !property.sided || isSameSide(one, place));
    if (other) return [hitOf(one, other)];
  }
  return [];
}

/** The words stand behind the thing, not of another one that is named before it. */
function said(words: RegExp, subject: RegExp, text: string): boolean {
  const at = subject.exec(text)?.index ?? 0;
  return words.test(text.slice(at, at + 30));
}

function isStated({ abnormal, subject }: Property, { section, clause }: Place): boolean {
  const at = subject.exec(clause.text)?.index ?? 0;
  const found = abnormal.exec(clause.text.slice(at, at + 30));
  if (!found) return false;
  const start = clause.start + at + found.index;
  return assertionOf(section, start, start + found[0].length) === 'present';
}

/**
 * What is called normal without a side is so on both. Between findings and impression another side is a matter of
 * laterality.
 */
function isSameSide(one: Place, other: Place): boolean {
  if (one.section !== other.section) return false;
  const abnormal = sideOf(one);
  const normal = sideOf(other);
  return normal === undefined || normal === abnormal || (abnormal !== undefined && [abnormal, normal].includes('B'));
}

/** The clause's side, else the one named last before it in its sentence. */
function sideOf({ section, clause }: Place): Side | undefined {
  const own = sideWords(clause)[0]?.side;
  if (own !== undefined) return own;
  const index = clauseIndexAt(section, clause.start) ?? 0;
  const earlier = section.clauses.slice(Math.max(0, index - CLAUSES_BACK), index);
  return earlier
    .filter((one) => one.sentence === clause.sentence)
    .flatMap(sideWords)
    .at(-1)?.side;
}

interface Seen {
  readonly place: Place;
  readonly denied: boolean;
  readonly objects: readonly string[];
}

/** 降主动脉管腔内, 主动脉管腔内: what is denied of the whole is denied of its part. */
const wholes = (subject: string): string[] =>
  Array.from({ length: Math.max(1, subject.length - SHORTEST_SUBJECT + 1) }, (_, i) => subject.slice(i));

/** Two clauses with one subject: the one sees what the other does not. */
function seenAndUnseen(places: readonly Place[]): Hit[] {
  const seenOf = new Map<string, Seen[]>();
  const deniedOf = new Map<string, Seen[]>();
  for (const place of places) {
    const found = STATEMENT.exec(place.clause.text.slice(0, LONGEST));
    if (!found) continue;
    const [, subject = '', verb = '', , object = ''] = found;
    const seen = { place, denied: DENYING.test(verb), objects: objectsIn(object) };
    const others = seen.denied ? seenOf.get(subject) : wholes(subject).flatMap((whole) => deniedOf.get(whole) ?? []);
    const other = others?.find((one) => overlap(one, seen) && isSameSide(one.place, seen.place));
    if (other) return [hitOf(seen.denied ? other.place : place, seen.denied ? place : other.place)];
    const named = seen.denied ? places.find((one) => names(one, subject, seen.objects)) : undefined;
    if (named) return [hitOf(named, place)];
    if (seen.denied) remember(deniedOf, subject, seen);
    else for (const whole of wholes(subject)) remember(seenOf, whole, seen);
  }
  return [];
}

function remember(known: Map<string, Seen[]>, subject: string, seen: Seen): void {
  const before = known.get(subject);
  if (!before) known.set(subject, [seen]);
  else if (before.length < MOST_OF_ONE) before.push(seen);
}

/** 内膜片影 is 内膜片. */
const objectsIn = (list: string): string[] =>
  list
    .split(LIST)
    .map((one) => (one.length > 3 ? one.replace(/(?:影|征象|征|表现)$/, '') : one))
    .filter((one) => one.length > 1);

/** 右上肺结节 beside 右上肺未见结节: the thing is named behind the subject without a verb. */
function names({ section, clause }: Place, subject: string, objects: readonly string[]): boolean {
  const { text, start } = clause;
  if (subject.length < 2 || text.length > subject.length + LONGEST_NAME || !text.startsWith(subject)) return false;
  return objects.some((object) => {
    const at = text.indexOf(object, subject.length);
    if (at < 0 || !QUALIFIERS.test(text.slice(subject.length, at))) return false;
    return assertionOf(section, start + at, start + at + object.length) === 'present';
  });
}

/** What is seen contains the very words of what is denied: 小结节 does not contain 肿大淋巴结. */
function overlap(one: Seen, other: Seen): boolean {
  const [denied, seen] = one.denied ? [one, other] : [other, one];
  return denied.objects.some((object) => seen.objects.some((shown) => shown.includes(object)));
}

const hitOf = (one: Place, other: Place): Hit => ({
  rule: 'two_statements',
  phrase: quote(one.section, one.clause.start, one.clause.end),
  expected: quote(other.section, other.clause.start, other.clause.end),
});
