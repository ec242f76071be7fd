import { quote } from '../text/report-text';
import { printedSections, type Report } from '../report';
import type { Hit } from '../rules';
import type { Section } from '../text/clauses';
import { BODY_FAMILIES } from '../lexicons/patient-data.lexicon';
import { RESIDUE } from '../lexicons/template-residue.lexicon';
import { sentenceOfOtherPart } from './other-part.rule';

const EACH = RESIDUE.map((pattern) => new RegExp(pattern.source, 'g'));
/** A heading of a template: a part of the body and how it was examined. */
const HEADING = /^.{1,10}(?:平扫|增强|CT|MRI?|DR|正位|侧位|正侧位|片|模[板版])$/;
const UNWRITTEN = /^(?:描述|内容)?(?:同上|见上|同前述|从?略|\(略\)|测试|待补充?)$/;
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
    if (section === report.findings) {
      const ofOtherPart = [headingOfAnotherPart, sentenceOfOtherPart].flatMap((rule) => rule(report, name));
      hits.push(...unwritten(section, name), ...ofOtherPart);
    }
    return [...hits, ...repeated(name, section)];
  });
}

/** A sentence of the findings that only points elsewhere; as an impression it is an empty one. */
function unwritten(section: Section, name: string): Hit[] {
  const found = section.sentences.find(({ text }) => UNWRITTEN.test(text));
  return found ? [{ rule: 'template_residue', phrase: quote(section, found.start, found.end), section: name }] : [];
}

/** 颅脑CT平扫: at the head of the findings of a chest: the wrong template was opened. */
function headingOfAnotherPart({ exam, findings }: Report, name: string): Hit[] {
  const first = findings.clauses[0];
  if (!first || findings.text.charAt(first.end) !== ':' || !HEADING.test(first.text)) return [];
  const own = BODY_FAMILIES.filter((family) => family.exam.test(exam.bodyPart));
  const named = BODY_FAMILIES.filter((family) => family.exam.test(first.text));
  const near = new Set(own.flatMap((family) => family.near));
  const isOther = own.length > 0 && named.length > 0 && named.every((one) => !own.includes(one) && !near.has(one.name));
  return isOther
    ? [
        {
          rule: 'heading_of_other_part',
          phrase: quote(findings, first.start, first.end),
          section: name,
          expected: exam.bodyPart,
        },
      ]
    : [];
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
