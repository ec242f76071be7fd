import { ANY_ORGAN } from '../lexicons/diagnoses.lexicon';
import { ABNORMAL, LESIONS, SERIOUS, SERIOUS_SIGN } from '../lexicons/lesions.lexicon';
import {
  BESIDE,
  EXAM_WORD,
  INJURY,
  NOT_THE_SAME,
  OUT_OF_ORDER_TOO,
  PLACED,
  STRUCTURES,
  WHOLES,
} from '../lexicons/structures.lexicon';
import { isCertain, isDescribed, type Mention, mentionsOf } from '../text/mentions';
import type { Hit } from '../rules';
import { type Clause, clauseIndexAt, type Section } from '../text/clauses';
import { quote } from '../text/report-text';

/** More clauses than a report has. */
const MOST_CLAUSES = 400;
const LONGEST = 120;
const WELL =
  /未见|无(?!名|法|力)|正常|无殊|清晰|清楚|光滑|光整|如常|规则|完整|连续(?!性?中断)|均匀|通畅|不[大厚宽粗]|良好/;
const NOTHING_WRONG = /^([^,]{2,6}?)(?:均|所见)?(?:未见|无)(?:明[显确]|确切)?异常(?:改变|征象)?$/;
const DENYING = /未见|未发现|未示|无(?!名|法|力)/;
const CONCLUSION = new RegExp(`${SERIOUS.source}|${INJURY.source}`);
const OUT_OF_ORDER = new RegExp(
  [ABNORMAL, SERIOUS_SIGN, CONCLUSION, OUT_OF_ORDER_TOO].map(({ source }) => source).join('|'),
);

/** The impression concludes a lesion of an organ, bone or ligament that the findings call normal. */
export function organByOrgan(findings: Section, impression: Section): Hit[] {
  const concluded = mentionsOf(impression, CONCLUSION).filter(isCertain);
  if (concluded.length === 0) return [];
  let normal: ReadonlyMap<string, Clause> | undefined;
  for (const mention of concluded) {
    const clause = impression.clauses[clauseIndexAt(impression, mention.at) ?? 0]!;
    const organ = organOf(clause.text.slice(0, LONGEST), mention.at - clause.start, mention.word);
    if (organ === undefined) continue;
    normal ??= calledNormal(findings);
    const said = normal.get(organ);
    if (!said) continue;
    return [{ rule: 'denied_in_findings', phrase: mention.phrase, expected: quote(findings, said.start, said.end) }];
  }
  return [];
}

/** The structure named last before the lesion or in its word (跟腱断裂), unless something beside it is meant. */
function organOf(text: string, at: number, lesion: string): string | undefined {
  let best: { key: string; end: number } | undefined;
  for (const { key, word } of STRUCTURES) {
    const found = word.exec(text.slice(0, at + lesion.length));
    const end = found ? found.index + found[0].length : 0;
    if (found && end > (best?.end ?? 0)) best = { key, end };
  }
  if (!best) return undefined;
  const between = text.slice(best.end, Math.max(best.end, at));
  return BESIDE.test(between) || ANY_ORGAN.test(between.replace(/韧带|骨/g, '')) ? undefined : best.key;
}

/** Structures of which all that is said is well, with the clause that says so. */
function calledNormal(findings: Section): ReadonlyMap<string, Clause> {
  const abnormal = mentionsOf(findings, OUT_OF_ORDER).filter(isDescribed);
  const well = new Map<string, Clause>();
  const out = new Set<string>();
  let subjects: readonly string[] = [];
  let next = 0;
  let before = false;
  let sentence = -1;
  for (const clause of findings.clauses.slice(0, MOST_CLAUSES)) {
    const named = structuresIn(clause.text);
    const placed = before && clause.sentence === sentence && PLACED.test(clause.text);
    if (named.length > 0) subjects = named;
    else if (ANY_ORGAN.test(clause.text)) subjects = [];
    while (abnormal[next] && abnormal[next]!.at < clause.start) next++;
    const isOut = abnormal[next] !== undefined && abnormal[next]!.at < clause.end;
    for (const key of subjects) {
      if (isOut || placed) out.add(key);
      else if (!well.has(key) && WELL.test(clause.text) && !/余|其[它他]/.test(clause.text)) well.set(key, clause);
    }
    before = isOut;
    sentence = clause.sentence;
  }
  for (const key of out) well.delete(key);
  return well;
}

const structuresIn = (text: string): string[] =>
  STRUCTURES.filter(({ word }) => word.test(text.slice(0, LONGEST))).map(({ key }) => key);

/** The impression names a lesion and denies it of the same thing, or of the whole that the thing belongs to. */
export function deniedByItself(impression: Section): Hit[] {
  const whole = deniedAsWhole(impression);
  if (whole) return [whole];
  for (const { name } of LESIONS) {
    const mentions = mentionsOf(impression, name);
    const denials = mentions.filter(({ assertion, phrase }) => assertion === 'negated' && !NOT_THE_SAME.test(phrase));
    const stated = denials.length > 0 ? mentions.filter(isCertain) : [];
    for (const denial of denials) {
      const other = stated.find((one) => isOfTheSame(denial, one));
      if (other) return [{ rule: 'two_statements', phrase: other.phrase, expected: denial.phrase }];
    }
  }
  return [];
}

/** 双侧上颌窦炎。副鼻窦CT未见异常: nothing is out of order in the whole, and a lesion is named in its part. */
function deniedAsWhole(impression: Section): Hit | undefined {
  const stated = mentionsOf(impression, SERIOUS).filter(isCertain);
  if (stated.length === 0) return undefined;
  for (const { text, start, end } of impression.clauses.slice(0, MOST_CLAUSES)) {
    const subject = NOTHING_WRONG.exec(text.slice(0, LONGEST).replace(EXAM_WORD, ''))?.[1];
    const found = subject && WHOLES.find(({ whole }) => subject.replace(whole, '') === '');
    const other = found && stated.find(({ phrase }) => found.part.test(phrase) && !/头皮|皮下|软组织/.test(phrase));
    if (other) return { rule: 'two_statements', phrase: other.phrase, expected: quote(impression, start, end) };
  }
  return undefined;
}

function isOfTheSame(denial: Mention, stated: Mention): boolean {
  if (denial.word !== stated.word && !stated.word.includes(denial.word)) return false;
  const sides = [denial.side, stated.side];
  if (sides.includes('L') && sides.includes('R')) return false;
  const text = denial.phrase.replace(EXAM_WORD, '');
  const subject = text.slice(0, Math.max(0, text.search(DENYING)));
  if (subject.length > 1 && stated.phrase.includes(subject)) return true;
  return WHOLES.some(({ whole, part }) => whole.test(subject) && part.test(stated.phrase));
}
