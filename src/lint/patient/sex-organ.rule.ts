import { quote } from '../text/report-text';
import { printedSections, type Report } from '../report';
import type { Hit } from '../rules';
import { FEMALE_ONLY, MALE_ONLY } from '../lexicons/sex-organ.lexicon';

/** Organs of the other sex in the printed texts, whether described as normal or not. */
export function sexOrgan(report: Report): Hit[] {
  const { sex, bodyPart } = report.exam;
  if (sex === null) return [];
  const ofOtherSex = sex === 'M' ? FEMALE_ONLY : MALE_ONLY;
  const lexicon = ofOtherSex.filter(({ unlessExam }) => !unlessExam?.test(bodyPart));
  const expected = sex === 'M' ? '男性' : '女性';
  return printedSections(report).flatMap(([, section]) =>
    section.sentences.flatMap(({ text, start }, i) => {
      const around = text.slice(0, 400);
      const before = section.sentences[i - 1]?.text.slice(-400) ?? '';
      const hits: Hit[] = [];
      for (const { word, unless, unlessBefore } of lexicon) {
        const found = word.exec(text);
        if (!found || unless?.test(around) || unlessBefore?.test(before)) continue;
        const at = start + found.index;
        hits.push({ rule: 'organ_of_other_sex', phrase: quote(section, at, at + found[0].length), expected });
      }
      return hits;
    }),
  );
}
