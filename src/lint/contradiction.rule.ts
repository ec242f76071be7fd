import { isNegatedAt } from './text/assertion';
import { type Clause, type Section } from './text/clauses';
import { ABNORMAL, HARMLESS, LESIONS, SERIOUS, SERIOUS_SIGN } from './lexicons/lesions.lexicon';
import { type Mention, mentionsOf } from './mentions';
import { quote } from './text/report-text';
import type { Report } from './report';
import type { Hit } from './rules';

/** Advice and polite forms say nothing about what was found. */
const ADVICE =
  /^(?:请|建议|必要时|随访|随诊|定期|结合|如|若|注意|供参考|以上|具体|余请|详|仅供|病情变化|复查|短期|动态|观察|外伤|临床)|结合临床|复查|随[访诊]|进一步检查|参考$/;
const TITLE =
  /^[^见无异正]{0,24}(?:平扫|增强|扫描|正位|侧位|正侧位|片|CT|DR|检查|X线|三维重建|重建)$|^(?:胸部|颅脑|头颅|心肺膈?|双肺|腹部)$/;
const DENIED = /未见|无(?!名|法|力)|未发现|未示|未显示|未及|阴性|正常|无殊|未提示|不支持|除外|排除/;
const GENERIC = /异常|正常|无殊|未见(?:明[显确]|确切)?(?:器质性|实质性|器质性)?病变|阴性|未见(?:明[显确]|确切)?病灶/;
const REST = /^(?:余|其余|其它|其他|所示)/;
/** What findings say where all is well. */
const WELL = /清晰|清楚|锐利|光滑|光整|居中|如常|规则|对称|完整|不大|良好|均匀/;
const ENOUGH_TEXT = 10;

/** Findings, impression and 阳性标志 say different things. */
export function contradiction(report: Report): Hit[] {
  const { findings, impression, positive } = report;
  const normal = wholeNormal(impression);
  const lesions = mentionsOf(impression, SERIOUS).filter(isCertain);
  const hits: Hit[] = [];
  if (positive === 1 && normal !== undefined) hits.push({ rule: 'positive_but_normal', phrase: normal });
  const lesion = lesions[0];
  if (positive === 0 && lesion) hits.push({ rule: 'negative_but_lesion', phrase: lesion.phrase });
  if (normal !== undefined && GENERIC.test(normal)) hits.push(...normalImpression(findings, normal));
  return [...hits, ...lesionByLesion(findings, impression)];
}

const isCertain = ({ assertion }: Mention): boolean => assertion === 'present';
const isDescribed = ({ assertion }: Mention): boolean => assertion !== 'negated' && assertion !== 'hypothetical';

/** The impression as written when all of it denies and nothing of it finds. */
function wholeNormal(impression: Section): string | undefined {
  const said = impression.clauses.filter(({ text }) => !ADVICE.test(text) && !TITLE.test(text));
  if (said.length === 0 || !said.every((clause) => isDenial(impression, clause))) return undefined;
  return quote(impression, said[0]!.start, said.at(-1)!.end);
}

function isDenial(section: Section, clause: Clause): boolean {
  const { text, start } = clause;
  if (!DENIED.test(text) || REST.test(text) || /不除外|不能排除|待排/.test(text)) return false;
  const lesion = SERIOUS.exec(text);
  const sign = ABNORMAL.exec(text);
  return [lesion, sign].every((found) => !found || isNegatedAt(section, start + found.index));
}

function normalImpression(findings: Section, normal: string): Hit[] {
  const shown = mentionsOf(findings, SERIOUS_SIGN).find((one) => isCertain(one) && !HARMLESS.test(one.phrase));
  return shown ? [{ rule: 'normal_impression', phrase: normal, expected: shown.phrase }] : [];
}

function lesionByLesion(findings: Section, impression: Section): Hit[] {
  const well = DENIED.test(findings.text) || WELL.test(findings.text);
  const nothingShown = well && !mentionsOf(findings, ABNORMAL).some(isDescribed);
  const enough = nothingShown || findings.text.length >= ENOUGH_TEXT;
  const hits: Hit[] = LESIONS.flatMap(({ name, signs, traces, weak }): Hit[] => {
    const concluded = mentionsOf(impression, name);
    if (concluded.length === 0) return [];
    const certain = concluded.find(isCertain);
    const described = mentionsOf(findings, signs);
    if (certain) {
      const denial = mentionsOf(findings, name).find((one) => one.assertion === 'negated');
      if (denial && !described.some(isDescribed) && !/移位|错位/.test(denial.phrase))
        return [{ rule: 'denied_in_findings', phrase: certain.phrase, expected: denial.phrase }];
      if (!enough) return [];
      const shown = described.some(isDescribed) || (traces && mentionsOf(findings, traces).some(isDescribed));
      return !shown || (weak && nothingShown) ? [{ rule: 'not_in_findings', phrase: certain.phrase }] : [];
    }
    return deniedInImpression(concluded, mentionsOf(findings, name));
  });
  // A lesion without an entry of its own (胰腺炎) against findings in which nothing is out of order.
  const other = nothingShown && hits.length === 0 ? mentionsOf(impression, SERIOUS).find(isCertain) : undefined;
  const known = other && LESIONS.some(({ signs }) => mentionsOf(findings, signs).some(isDescribed));
  if (other && !known) hits.push({ rule: 'not_in_findings', phrase: other.phrase });
  return hits.slice(0, 3);
}

/** The impression denies by name what the findings name as there. */
function deniedInImpression(concluded: readonly Mention[], described: readonly Mention[]): Hit[] {
  const denial = concluded.find((one) => one.assertion === 'negated');
  if (!denial || concluded.some(isDescribed) || /移位|新鲜|急性|活动|错位|明显移/.test(denial.phrase)) return [];
  const shown = described.find(
    (one) =>
      isCertain(one) &&
      !HARMLESS.test(one.phrase) &&
      (denial.organ === undefined || one.organ === undefined || one.organ === denial.organ),
  );
  return shown ? [{ rule: 'denied_in_impression', phrase: denial.phrase, expected: shown.phrase }] : [];
}
