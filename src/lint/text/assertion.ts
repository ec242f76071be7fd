import {
  BLOOD,
  CLOSED_NEGATION,
  CONTRAST,
  FEARED,
  HYPOTHETICAL_AFTER,
  HYPOTHETICAL_BEFORE,
  NEGATED_AFTER,
  NEGATION,
  NEGATION_OF_ONE_WORD,
  NOT_A_NEGATION,
  NOT_EXCLUDED,
  OLD_AFTER,
  OLD_BEFORE,
  OLD_BROKEN_BY,
  OTHER_IS_ACUTE,
  OTHER_SUBJECT,
  REMNANT,
  STABLE,
  UNCERTAIN,
  WORSE,
} from '../lexicons/assertion.lexicon';
import { type Clause, clauseIndexAt, type Section } from './clauses';

/** What a report says of a phrase it contains. */
export type Assertion = 'present' | 'uncertain' | 'negated' | 'old' | 'hypothetical';

interface Scope {
  /** What a negation word covers: [from, to). Offsets in the section. */
  readonly from: number;
  readonly to: number;
}

interface Reading {
  /** Both per clause, in order. */
  readonly scopes: readonly (readonly Scope[])[];
  readonly stable: readonly boolean[];
}

/** How far a word may stand from the phrase it speaks of; keeps the work linear on texts without punctuation. */
const REACH = 40;
/** The finding itself is what cannot be excluded. */
const OPEN_AFTER = new RegExp(`^[^,]{0,8}?(?:${NOT_EXCLUDED})`);
const CUES = new RegExp(`(${NOT_A_NEGATION}|${CLOSED_NEGATION})|(${NEGATION_OF_ONE_WORD})|(?:${NEGATION})`, 'g');
/** How far 不 of 不扩张 reaches. */
const ONE_WORD = 4;
const ANSWERED_NO = /^(?:已|可|予以?|现|目前)*(?:基本)?(?:排除|除外|否定)/;
/** An enumeration that goes on behind a comma: 未见出血，梗死，占位征象. */
const BARE_ITEM = /^(?:以?及|或者?|和|、)?[^\d左右双两见示呈有为大急新考可余但中,()]{1,12}$/;
const BARE_TAIL = /^(?:以?及|或者?|和)?[^\d左右双两见示呈但余,()]{1,16}(?:征象|表现|证据|等)$/;
const SUBJECT_BEFORE = /^.{2,}(?:未|无|没|不)/;
const GENERIC_OBJECT = /异常|正常|变化|改变$/;

const readings = new WeakMap<Section, Reading>();

/** What the report says of the characters [start, end) of a section, which lie within one clause. */
export function assertionOf(section: Section, start: number, end: number): Assertion {
  const index = clauseIndexAt(section, start);
  if (index === undefined) return 'present';
  const clause = section.clauses[index]!;
  const { scopes, stable } = readingOf(section);
  if (covers(scopes[index]!, start, end)) return 'negated';
  const before = section.text.slice(Math.max(clause.start, start - REACH), start);
  const after = section.text.slice(end, Math.min(clause.end, end + REACH));
  const phrase = section.text.slice(start, end);
  const asked = section.text.charAt(clause.end) === '?';
  // 脑出血?已排除: the answer follows the question.
  if (asked && ANSWERED_NO.test(section.text.slice(clause.end + 1, clause.end + 9))) return 'negated';
  const otherIsAcute = OTHER_IS_ACUTE.test(section.text.slice(end, end + REACH));
  if (NEGATED_AFTER.test(after) && !OPEN_AFTER.test(after)) return 'negated';
  if (HYPOTHETICAL_BEFORE.test(before) || FEARED.test(before + phrase) || HYPOTHETICAL_AFTER.test(after))
    return 'hypothetical';
  if (!otherIsAcute && isOld(before, phrase, after, stable[index]!)) return 'old';
  return asked || UNCERTAIN.test(before) || UNCERTAIN.test(phrase) || UNCERTAIN.test(after) ? 'uncertain' : 'present';
}

/** Stated or suspected: what a doctor would have to act on. */
export const isAsserted = (assertion: Assertion): boolean => assertion === 'present' || assertion === 'uncertain';

/** Whether any negation word of the clause covers the position. */
export function isNegatedAt(section: Section, at: number): boolean {
  const index = clauseIndexAt(section, at);
  return index !== undefined && covers(readingOf(section).scopes[index]!, at, at + 1);
}

/** Scopes are apart and in order, so only the last one that begins before `end` can reach back to `start`. */
function covers(scopes: readonly Scope[], start: number, end: number): boolean {
  let low = 0;
  let high = scopes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scopes[middle]!.from < end) low = middle + 1;
    else high = middle;
  }
  const last = scopes[low - 1];
  return last !== undefined && last.to > start;
}

function isOld(before: string, phrase: string, after: string, stable: boolean): boolean {
  if (WORSE.test(phrase + after) || /急性(?:发作|出血|加重)/.test(after)) return false;
  // Happens to what was there before: 原梗死区出血转化.
  if (/出血性?转化/.test(phrase)) return false;
  if (stable || OLD_AFTER.test(after) || /陈旧|慢性|后遗/.test(phrase)) return true;
  if (BLOOD.test(phrase) && REMNANT.test(before)) return true;
  if (/^(?:新发|新鲜|急性)/.test(phrase)) return false;
  const marker = [...before.matchAll(OLD_BEFORE)].at(-1);
  if (!marker) return false;
  const between = before.slice(marker.index + marker[0].length);
  if (between.length > 12 || OLD_BROKEN_BY.test(between)) return false;
  // 慢性支气管炎、肺栓塞 are two things; 陈旧性出血及梗死 is one word for both.
  const list = /[、及和]/.test(between);
  return list ? marker[0].startsWith('陈旧') && /[、及和]$/.test(between) : true;
}

function readingOf(section: Section): Reading {
  const known = readings.get(section);
  if (known) return known;
  const scopes: Scope[][] = [];
  section.clauses.forEach((clause, i) => {
    const own = scopesOf(clause);
    const previous = section.clauses[i - 1];
    const goesOn =
      previous?.sentence === clause.sentence && own.length === 0 && goesOnNegated(previous, scopes[i - 1]!, clause);
    scopes.push(goesOn ? [{ from: clause.start, to: clause.end }] : own);
  });
  const reading = { scopes, stable: stableClauses(section) };
  readings.set(section, reading);
  return reading;
}

function scopesOf({ text, start, end }: Clause): Scope[] {
  const scopes: Scope[] = [];
  for (const cue of text.matchAll(CUES)) {
    if (cue[1] !== undefined) continue;
    const from = cue.index + cue[0].length;
    const last = scopes.at(-1);
    if (last && start + cue.index < last.to) continue;
    if (cue[2] !== undefined) {
      scopes.push({ from: start + from, to: Math.min(end, start + from + ONE_WORD) });
      continue;
    }
    // 未见提示脑疝的征象: a contrast word right behind the negation belongs to it.
    CONTRAST.lastIndex = from + 2;
    const contrast = CONTRAST.exec(text);
    scopes.push({ from: start + from, to: contrast ? start + contrast.index : end });
  }
  return scopes;
}

/** 左侧胸腔积液，较前相仿: a comparison without a subject of its own speaks of what its sentence said before. */
function stableClauses({ clauses }: Section): boolean[] {
  const stable: boolean[] = [];
  let inherited = false;
  for (let i = clauses.length - 1; i >= 0; i--) {
    const { text, sentence } = clauses[i]!;
    if (clauses[i + 1]?.sentence !== sentence) inherited = false;
    const found = WORSE.test(text) ? null : STABLE.exec(text);
    stable[i] = inherited || found !== null;
    if (found && found.index <= 2) inherited = true;
  }
  return stable;
}

function goesOnNegated(previous: Clause, scopes: readonly Scope[], clause: Clause): boolean {
  const last = scopes.at(-1);
  if (!last || last.to < previous.end) return false;
  if (GENERIC_OBJECT.test(previous.text.slice(last.from - previous.start))) return false;
  // 膈下无游离气体,肠管积气: who denied of one thing goes on with another. 未见骨折,脱位 has no subject and lists.
  const hasSubject =
    last.from === previous.start || SUBJECT_BEFORE.test(previous.text.slice(0, last.from - previous.start));
  if (hasSubject && OTHER_SUBJECT.test(clause.text) && !BARE_TAIL.test(clause.text)) return false;
  return BARE_ITEM.test(clause.text) || BARE_TAIL.test(clause.text);
}
