import { quote } from './text/report-text';
import { printedSections, type Report } from './report';
import type { Hit } from './rules';
import type { Section } from './text/clauses';
import { RESIDUE } from './lexicons/template-residue.lexicon';

const EACH = RESIDUE.map((pattern) => new RegExp(pattern.source, 'g'));
const MOST = 20;
const SHORTEST_PHRASE = 3;
const LONG_PHRASE = 5;
const SHORTEST_SENTENCE = 8;

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
    return [...hits, ...repeated(name, section)];
  });
}

/**
 * The same phrase again and again, as a paste leaves it: thrice in a row when it is short, twice when it is long or a
 * whole sentence.
 */
function repeated(name: string, section: Section): Hit[] {
  const { clauses, sentences } = section;
  const twice = sentences.find(({ text }, i) => text.length >= SHORTEST_SENTENCE && text === sentences[i - 1]?.text);
  if (twice) return [{ rule: 'repeated_phrase', phrase: quote(section, twice.start, twice.end), section: name }];
  let run = 1;
  for (let i = 1; i < clauses.length; i++) {
    const { text, start, end } = clauses[i]!;
    run = text.length >= SHORTEST_PHRASE && text === clauses[i - 1]!.text ? run + 1 : 1;
    if (run < (text.length >= LONG_PHRASE ? 2 : 3)) continue;
    return [{ rule: 'repeated_phrase', phrase: quote(section, start, end), section: name }];
  }
  return [];
}
