import { quote } from './text/report-text';
import { printedSections, type Report } from './report';
import type { Hit } from './rules';
import { RESIDUE } from './lexicons/template-residue.lexicon';

const EACH = RESIDUE.map((pattern) => new RegExp(pattern.source, 'g'));
const MOST = 20;

/** Placeholders, unresolved choices and blanks that a template left in the printed texts. */
export function templateResidue(report: Report): Hit[] {
  return printedSections(report).flatMap(([name, section]) => {
    const hits: Hit[] = [];
    for (const pattern of EACH) {
      for (const found of section.text.matchAll(pattern)) {
        if (found[0] === '' || hits.length >= MOST) break;
        const end = found.index + found[0].length;
        const phrase = quote(section, Math.max(0, found.index - 4), Math.min(section.text.length, end + 2));
        hits.push({ rule: 'template_residue', phrase: phrase.trim(), section: name });
      }
    }
    return hits;
  });
}
