import { isAsserted } from './text/assertion';
import { LESIONS, SERIOUS_SIGN } from './lexicons/lesions.lexicon';
import { type Mention, mentionsOf } from './mentions';
import type { Report } from './report';
import type { Hit } from './rules';
import { OTHER_SIDE, SIDE_NAMES } from './sides';

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
  return hits;
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
