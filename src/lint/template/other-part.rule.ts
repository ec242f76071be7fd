import { CANNOT_SHOW, ELSEWHERE, type ForeignPart, SEVERAL_PARTS, TEMPLATE_WELL } from '../lexicons/other-part.lexicon';
import { BODY_FAMILIES } from '../lexicons/patient-data.lexicon';
import type { Report } from '../report';
import type { Hit } from '../rules';
import { quote } from '../text/report-text';

/** More clauses than a report has. */
const MOST_CLAUSES = 400;
const LONGEST = 80;
const AROUND = 120;

/**
 * 两肺纹理清晰 in the findings of a knee: a sentence of another part's template that the exam cannot show. Silent where the
 * part examined is not known, is more than one, or the technique or the impression means the other part as well.
 */
export function sentenceOfOtherPart(report: Report, name: string): Hit[] {
  const { exam, findings, technique, impression } = report;
  const foreign = cannotShow(exam).filter(({ meant }) => !meant.test(technique.text) && !meant.test(impression.text));
  if (foreign.length === 0 || !speaksOfOwnPart(report)) return [];
  for (const clause of findings.clauses.slice(0, MOST_CLAUSES)) {
    const text = clause.text.slice(0, LONGEST);
    if (!TEMPLATE_WELL.test(text) || !foreign.some(({ subject }) => subject.test(text))) continue;
    const sentence = findings.sentences[clause.sentence]!;
    if (ELSEWHERE.test(findings.text.slice(Math.max(sentence.start, clause.start - AROUND), clause.end))) continue;
    return [
      {
        rule: 'sentence_of_other_part',
        phrase: quote(findings, clause.start, clause.end),
        section: name,
        expected: exam.bodyPart,
      },
    ];
  }
  return [];
}

/** A report that never does is another one's altogether, which is told as such. */
function speaksOfOwnPart({ exam, findings, impression }: Report): boolean {
  const text = findings.text + impression.text;
  return BODY_FAMILIES.some((family) => family.exam.test(exam.bodyPart) && text.search(family.words) >= 0);
}

function cannotShow({ bodyPart, modality }: Report['exam']): readonly ForeignPart[] {
  if (SEVERAL_PARTS.test(bodyPart) || SEVERAL_PARTS.test(modality)) return [];
  const own = CANNOT_SHOW.filter((one) => one.exam.test(bodyPart) && (one.modality?.test(modality) ?? true));
  return own.flatMap((one) => one.cannotShow).filter(({ meant }) => !meant.test(bodyPart));
}
