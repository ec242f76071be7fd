import { isAsserted } from '../text/assertion';
import { ABNORMAL, LESIONS, SERIOUS_SIGN } from '../lexicons/lesions.lexicon';
import { type Mention, mentionsOf } from '../text/mentions';
import type { Report } from '../report';
import type { Hit } from '../rules';
import { OTHER_SIDE, SIDE_NAMES } from '../text/sides';

/** Words that end the name of a lesion. */
const OTHER_LESION = /炎|瘤|癌|撕裂|断裂|损伤|狭窄|闭塞|坏死|扩张|破坏|病变|增生|变性|结石|水肿|挫伤|疝/;
const COMPARED = /对比|对照|比较|相比|对侧|健侧/;

/** Lesions that the impression puts on the one side and the findings only on the other. */
export function sideDisagreement({ findings, impression }: Report): Hit[] {
  const hits: Hit[] = [];
  for (const lesion of LESIONS) {
    const named = mentionsOf(impression, lesion.name).filter(isStated);
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

/**
 * Lesions without an entry of their own (乳突炎, 腺瘤): the findings put all that is out of order in that organ on the other
 * side.
 */
function otherLesions(findings: Report['findings'], impression: Report['impression']): Hit[] {
  const described = mentionsOf(findings, ABNORMAL).filter(isStated);
  return mentionsOf(impression, OTHER_LESION)
    .filter((mention) => isStated(mention) && mention.organ !== undefined)
    .flatMap((mention) => {
      const sameOrgan = described.filter(({ organ }) => organ === mention.organ);
      const other = sameOrgan.length > 0 ? disagreeing(mention, sameOrgan) : undefined;
      return other
        ? [{ rule: 'side_within_report' as const, phrase: mention.phrase, expected: SIDE_NAMES[other] }]
        : [];
    })
    .slice(0, 1);
}

const isStated = (mention: Mention): boolean => isAsserted(mention.assertion) || mention.assertion === 'old';

const generalSigns = ({ organ }: Mention, findings: Report['findings']): Mention[] =>
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
