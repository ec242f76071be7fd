import { emptyImpression } from '../template/empty-impression.rule';
import { lesionByLesion } from './lesion-agreement.rule';
import { levelByLevel } from './level-agreement.rule';
import { deniedByItself, organByOrgan } from './organ-agreement.rule';
import { twoStatements } from './statements.rule';
import { isAsserted, isNegatedAt } from '../text/assertion';
import { type Clause, type Section } from '../text/clauses';
import { ABNORMAL, HARMLESS, SERIOUS, SERIOUS_SIGN, TUMOUR } from '../lexicons/lesions.lexicon';
import { isCertain, type Mention, mentionsOf } from '../text/mentions';
import { regionByRegion } from './region-agreement.rule';
import { quote } from '../text/report-text';
import type { Report } from '../report';
import type { Hit } from '../rules';

/** Advice and polite forms say nothing about what was found. */
const ADVICE =
  /^(?:请|建议|必要时|随访|随诊|定期|结合|如|若|注意|供参考|以上|具体|余请|详|仅供|病情变化|复查|短期|动态|观察|外伤|临床)|结合临床|复查|随[访诊]|进一步检查|参考$/;
const TITLE =
  /^[^见无异正]{0,24}(?:平扫|增强|扫描|正位|侧位|正侧位|片|CT|DR|检查|X线|三维重建|重建)$|^(?:胸部|颅脑|头颅|心肺膈?|双肺|腹部)$/;
const DENIED = /未见|无(?!名|法|力)|未发现|未示|未显示|未及|阴性|正常|无殊|未提示|不支持|除外|排除/;
const GENERIC =
  /异常|正常|无殊|未见(?:明[显确]|确切)?(?:器质性|实质性|器质性)?病变|阴性|未见(?:明[显确]|确切)?病灶|(?:未见|无)(?:明[显确]|确切)?(?:急性)?(?:外伤|创伤|损伤)/;
/** What nobody leaves for tomorrow. */
const URGENT = /梗阻|穿孔|栓塞|夹层|脑梗|脑出血|气胸|套叠|扭转|破裂/;
/** 夹层术后复查 names what the patient has, not what he is to do. */
const TREATED = /术后|治疗后|化疗后|放疗后/;
const REST = /^(?:余|其余|其它|其他|所示)/;
/** Findings, impression and 阳性标志 say different things. */
export function contradiction(report: Report): Hit[] {
  const { findings, impression, positive } = report;
  // 无 is an impression that says nothing, not one that denies.
  const normal = emptyImpression(report).length > 0 ? undefined : wholeNormal(impression);
  const hits: Hit[] = [];
  if (positive === 1 && normal !== undefined) hits.push({ rule: 'positive_but_normal', phrase: normal });
  const lesion = positive === 0 ? lesionOf(impression) : undefined;
  if (lesion !== undefined) hits.push({ rule: 'negative_but_lesion', phrase: lesion });
  if (normal !== undefined && GENERIC.test(normal)) hits.push(...normalImpression(findings, normal));
  hits.push(...lesionByLesion(findings, impression));
  // A lesion that is doubted as such needs no second word on its organ.
  if (hits.length === 0) {
    const places = [organByOrgan, levelByLevel, regionByRegion];
    hits.push(...places.flatMap((rule) => rule(findings, impression)));
  }
  return [...hits, ...deniedByItself(impression), ...twoStatements(report)];
}

/** What a negative report may not conclude: a lesion that is stated, a tumour even where it is only suspected. */
function lesionOf(impression: Section): string | undefined {
  const stated = mentionsOf(impression, SERIOUS).find((one) => isCertain(one) || isLikely(one));
  const suspected = mentionsOf(impression, TUMOUR).find(({ assertion }) => isAsserted(assertion));
  return (stated ?? suspected)?.phrase;
}

/** 低位小肠梗阻可能: what a patient is sent on for is no negative report, though the word is guarded. */
const isLikely = ({ assertion, phrase }: Mention): boolean =>
  assertion === 'uncertain' && URGENT.test(phrase) && /可能|考虑/.test(phrase) && !/除外|排除|待|\?/.test(phrase);

/** The impression as written when all of it denies and nothing of it finds. */
function wholeNormal(impression: Section): string | undefined {
  const said = impression.clauses.filter(({ text }) => (!ADVICE.test(text) || TREATED.test(text)) && !TITLE.test(text));
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
