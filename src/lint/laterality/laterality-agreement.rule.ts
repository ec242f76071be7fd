import { isAsserted } from '../text/assertion';
import { ABNORMAL, LESIONS, SERIOUS_SIGN } from '../lexicons/lesions.lexicon';
import { type Mention, mentionsOf } from '../text/mentions';
import type { Report } from '../report';
import type { Section } from '../text/clauses';
import type { Hit } from '../rules';
import { OTHER_SIDE, SIDE_NAMES } from '../text/sides';

/** Words that end the name of a lesion. */
const OTHER_LESION =
  /炎|瘤|癌|撕裂|断裂|损伤|狭窄|闭塞|坏死|扩张|破坏|病变|增生|变性|结石|水肿|挫伤|疝|脓肿|结核|空洞|大[疱泡]|畸形|转移(?!性?骨化)|增厚|钙化|囊肿|(?:软化|纤维|硬结|缺血|腔隙)灶|裂伤|囊虫|气囊|实变|隔离症|霉球|纤维化|粘连|萎缩|骨岛|增殖|积液|发育不良|退行性变|退变|不张/;
/** As many characters before the ending tell 脑膜瘤 from 听神经瘤. */
const NAME_BEFORE_ENDING = 2;
/** 右肺癌术后: what was there is gone, and the findings tell of the operation on that side. */
const REMOVED = /术后|切除/;
const OPERATED = /术后|缺如|切除|内固定|未见显示/;
const COMPARED = /对比|对照|比较|相比|对侧|健侧/;

/** Lesions that the impression puts on the one side and the findings only on the other. */
export function sideDisagreement({ findings, impression }: Report): Hit[] {
  const hits: Hit[] = [];
  for (const lesion of LESIONS) {
    const named = mentionsOf(impression, lesion.name).filter((one) => isStated(one) && !isGone(one, findings));
    if (named.length === 0) continue;
    const described = mentionsOf(findings, lesion.signs).filter(isStated);
    for (const mention of named) {
      const compared = described.some(({ side }) => side !== undefined) ? described : generalSigns(mention, findings);
      const other = disagreeing(mention, compared);
      if (other) hits.push({ rule: 'side_within_report', phrase: mention.phrase, expected: SIDE_NAMES[other] });
    }
  }
  return hits.length > 0 ? hits : otherLesions(findings, impression);
}

function isGone({ assertion, phrase, side }: Mention, findings: Section): boolean {
  return (
    assertion === 'old' && REMOVED.test(phrase) && mentionsOf(findings, OPERATED).some((trace) => trace.side === side)
  );
}

/**
 * Lesions without an entry of their own (乳突炎, 腺瘤): the findings name the same one on the other side, or put all that is
 * out of order in that organ there.
 */
function otherLesions(findings: Section, impression: Section): Hit[] {
  const described = mentionsOf(findings, ABNORMAL).filter(isStated);
  const lesions = mentionsOf(findings, OTHER_LESION).filter(isStated);
  return mentionsOf(impression, OTHER_LESION)
    .filter((mention) => isStated(mention) && !isGone(mention, findings))
    .flatMap((mention) => {
      const name = nameOf(impression, mention);
      const sameName = lesions.filter((one) => isSameName(nameOf(findings, one), name));
      const sameOrgan = [...described, ...lesions].filter(
        ({ organ }) => organ !== undefined && organ === mention.organ,
      );
      const compared = sameName.length > 0 ? sameName : sameOrgan;
      const other = compared.length > 0 ? disagreeing(mention, compared) : undefined;
      return other
        ? [{ rule: 'side_within_report' as const, phrase: mention.phrase, expected: SIDE_NAMES[other] }]
        : [];
    })
    .slice(0, 1);
}

/** The ending with what stands directly before it, up to a side or a verb. */
const nameOf = ({ text }: Section, { at, word }: Mention): string =>
  text.slice(Math.max(0, at - NAME_BEFORE_ENDING), at).replace(/^.*[左右侧见示有为呈,。;]/, '') + word;

/** 骨岛 of 见骨岛 is the one of 股骨骨岛; a bare 瘤 or 炎 is nobody's name. */
const isSameName = (one: string, other: string): boolean =>
  Math.min(one.length, other.length) > 1 && (one.endsWith(other) || other.endsWith(one));

const isStated = (mention: Mention): boolean => isAsserted(mention.assertion) || mention.assertion === 'old';

const generalSigns = ({ organ }: Mention, findings: Section): Mention[] =>
  organ === undefined ? [] : mentionsOf(findings, SERIOUS_SIGN).filter((one) => isStated(one) && one.organ === organ);

/** The side on which all descriptions of the same organ lie, where that is the other one. */
function disagreeing(mention: Mention, described: readonly Mention[]): 'L' | 'R' | undefined {
  if (mention.side !== 'L' && mention.side !== 'R') return undefined;
  if (COMPARED.test(mention.phrase)) return undefined;
  const sameOrgan = described.filter(({ organ }) => organ !== undefined && organ === mention.organ);
  const compared = sameOrgan.length > 0 ? sameOrgan : described;
  const other = OTHER_SIDE[mention.side];
  return compared.length > 0 && compared.every(({ side }) => side === other) ? other : undefined;
}
