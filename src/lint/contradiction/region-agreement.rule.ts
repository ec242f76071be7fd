import { LEVEL_DENIED } from '../lexicons/levels.lexicon';
import { ABNORMAL } from '../lexicons/lesions.lexicon';
import { REGION_KINDS, type RegionKind } from '../lexicons/regions.lexicon';
import { isCertain, mentionsOf } from '../text/mentions';
import type { Hit } from '../rules';
import { clauseIndexAt, type Section } from '../text/clauses';
import { quote } from '../text/report-text';

const MOST_CLAUSES = 400;
const LONGEST = 160;
/** How far behind a region it is said that it has nothing. */
const REACH = 24;
const WELL = new RegExp(`${LEVEL_DENIED.source}|清[晰楚]`);

/** The impression places a lesion in a lobe of the lung or a part of the brain, and the findings describe only others. */
export function regionByRegion(findings: Section, impression: Section): Hit[] {
  return REGION_KINDS.flatMap((kind) => regionOf(kind, findings, impression)).slice(0, 1);
}

function regionOf(kind: RegionKind, findings: Section, impression: Section): Hit[] {
  // 双肺弥漫, 大脑半球: may be anywhere.
  if (kind.anywhere.test(findings.text)) return [];
  let shown: ReadonlyMap<string, string> | undefined;
  for (const mention of mentionsOf(impression, kind.lesion).filter(isCertain)) {
    const clause = impression.clauses[clauseIndexAt(impression, mention.at) ?? 0]!;
    if (kind.anywhere.test(clause.text) || kind.unless?.test(clause.text)) continue;
    const named = regionsIn(kind, clause.text.slice(0, LONGEST));
    if (named.length === 0) continue;
    shown ??= shownIn(kind, findings);
    const other = [...shown.values()][0];
    if (other === undefined || named.some((region) => shown!.has(region))) continue;
    return [{ rule: 'other_region', phrase: quote(impression, clause.start, clause.end), expected: other }];
  }
  return [];
}

/** Regions of which the findings say more than that they are well → the clause. */
function shownIn(kind: RegionKind, findings: Section): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  for (const { text, start, end } of findings.clauses.slice(0, MOST_CLAUSES)) {
    const head = text.slice(0, LONGEST);
    const denied = WELL.exec(head);
    if (denied && denied.index < REACH && !ABNORMAL.test(head.slice(0, denied.index))) continue;
    for (const region of regionsIn(kind, head)) {
      if (!shown.has(region)) shown.set(region, quote(findings, start, Math.min(end, start + 40)));
    }
  }
  return shown;
}

const regionsIn = ({ regions, within }: RegionKind, text: string): string[] => {
  const part = within ? [...text.matchAll(within)].map(([found]) => found).join(',') : text;
  return regions.filter(({ word }) => word.test(part)).map(({ key }) => key);
};
