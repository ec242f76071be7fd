import { ANY_ORGAN, DIAGNOSES } from '../lexicons/diagnoses.lexicon';
import { ABNORMAL, HARMLESS, LESIONS, SERIOUS } from '../lexicons/lesions.lexicon';
import { STRUCTURES } from '../lexicons/structures.lexicon';
import { isCertain, isDescribed, type Mention, mentionsOf } from '../text/mentions';
import type { Hit } from '../rules';
import type { Section } from '../text/clauses';

/** What findings say where all is well. */
const WELL =
  /未见|无(?!名|法|力)|未发现|未示|未显示|未及|阴性|正常|无殊|未提示|不支持|除外|排除|清晰|清楚|锐利|光滑|光整|居中|如常|规则|对称|完整|不大|良好|均匀|通畅|不(?:厚|宽|粗|扩)/;
const ENOUGH_TEXT = 10;
/** More clauses than a report has. */
const MOST_CLAUSES = 400;

/** Lesions that the impression names and the findings deny or do not show, and the reverse. */
export function lesionByLesion(findings: Section, impression: Section): Hit[] {
  const well = WELL.test(findings.text);
  const nothingShown = well && !mentionsOf(findings, ABNORMAL).some(isDescribed);
  const enough = nothingShown || findings.text.length >= ENOUGH_TEXT;
  const hits: Hit[] = LESIONS.flatMap(({ name, signs, traces, weak, proof, denial: denied }): Hit[] => {
    const concluded = mentionsOf(impression, name);
    if (concluded.length === 0) return [];
    const certain = concluded.find(isCertain);
    const described = mentionsOf(findings, signs);
    if (certain) {
      const denial = [name, ...(denied ? [denied] : [])]
        .flatMap((word) => mentionsOf(findings, word))
        .find((one) => one.assertion === 'negated' && !isOppositeSide(one, certain) && !isOfOtherOrgan(one, certain));
      if (denial && !described.some(isDescribed) && !/移位|错位/.test(denial.phrase))
        return [{ rule: 'denied_in_findings', phrase: certain.phrase, expected: denial.phrase }];
      if (!enough) return [];
      const shown = described.some(isDescribed) || (traces && mentionsOf(findings, traces).some(isDescribed));
      // 淋巴结短径12mm: a size says that it is no normal one.
      const named = weak && nothingShown && !described.some((one) => isDescribed(one) && /\d/.test(one.phrase));
      return !shown || named ? [{ rule: 'not_in_findings', phrase: certain.phrase }] : [];
    }
    const shown = [...mentionsOf(findings, name), ...(proof ? mentionsOf(findings, proof) : [])];
    return deniedInImpression(concluded, shown);
  });
  if (hits.length === 0) hits.push(...unfounded(findings, impression, nothingShown));
  // A lesion without an entry of its own (胰腺炎) against findings in which nothing is out of order.
  const other = nothingShown && hits.length === 0 ? mentionsOf(impression, SERIOUS).find(isCertain) : undefined;
  const known = other && [...LESIONS, ...DIAGNOSES].some(({ signs }) => mentionsOf(findings, signs).some(isDescribed));
  if (other && !known) hits.push({ rule: 'not_in_findings', phrase: other.phrase });
  return hits.slice(0, 3);
}

/** 左侧胸腔未见积液 denies nothing on the right. */
const isOppositeSide = (one: Mention, other: Mention): boolean =>
  (one.side === 'L' && other.side === 'R') || (one.side === 'R' && other.side === 'L');

/** 双附件区未见占位 denies nothing of the bladder: both name their organs, and share none. */
function isOfOtherOrgan(one: Mention, other: Mention): boolean {
  const [denied, stated] = [one, other].map(({ phrase }) => STRUCTURES.filter(({ word }) => word.test(phrase)));
  return denied!.length > 0 && stated!.length > 0 && !denied!.some((organ) => stated!.includes(organ));
}

/** 慢性胰腺炎 is of today as much as an acute one; 术后 is not. */
const isChronic = ({ assertion, phrase }: Mention): boolean =>
  assertion === 'old' && /慢性/.test(phrase) && !/术后|病史|治疗后/.test(phrase);

/** Diagnoses of organs that the findings call normal. */
function unfounded(findings: Section, impression: Section, nothingShown: boolean): Hit[] {
  const hits: Hit[] = [];
  for (const { name, signs, organ } of DIAGNOSES) {
    const concluded = mentionsOf(impression, name).find((one) => isCertain(one) || isChronic(one));
    if (!concluded || mentionsOf(findings, signs).some(isDescribed)) continue;
    const denial = mentionsOf(findings, name).find((one) => one.assertion === 'negated');
    if (denial) hits.push({ rule: 'denied_in_findings', phrase: concluded.phrase, expected: denial.phrase });
    else if (nothingShown || isCalledNormal(findings, organ))
      hits.push({ rule: 'not_in_findings', phrase: concluded.phrase });
  }
  return hits;
}

/** The organ is named, and nothing that is said of it is out of order. */
function isCalledNormal(findings: Section, organ: RegExp): boolean {
  const abnormal = mentionsOf(findings, ABNORMAL).filter((one) => isDescribed(one) && one.word !== '钙化');
  let named = false;
  let speaksOfIt = false;
  for (const { text, start, end } of findings.clauses.slice(0, MOST_CLAUSES)) {
    if (organ.test(text)) named = speaksOfIt = true;
    else if (ANY_ORGAN.test(text)) speaksOfIt = false;
    if (speaksOfIt && abnormal.some(({ at }) => at >= start && at < end)) return false;
  }
  return named;
}

/** The impression denies by name what the findings name as there. */
function deniedInImpression(concluded: readonly Mention[], described: readonly Mention[]): Hit[] {
  const denial = concluded.find((one) => one.assertion === 'negated');
  if (!denial || concluded.some(isDescribed) || /移位|新鲜|急性|活动|错位|明显移/.test(denial.phrase)) return [];
  const shown = described.find(
    (one) =>
      isCertain(one) &&
      !isOppositeSide(one, denial) &&
      !HARMLESS.test(one.phrase) &&
      (denial.organ === undefined || one.organ === undefined || one.organ === denial.organ),
  );
  return shown ? [{ rule: 'denied_in_impression', phrase: denial.phrase, expected: shown.phrase }] : [];
}
