import { NAMED, namesake, NOT_THE_PATIENT, OPENING_NAME } from '../lexicons/names.lexicon';
import { KIN } from '../lexicons/patient-data.lexicon';
import { printedSections, type Report } from '../report';
import type { Hit } from '../rules';
import type { Section } from '../text/clauses';

/** Where a name may stand in a sentence. */
const LONGEST = 120;
/** More sentences than anybody names a person in. */
const MOST = 200;

/** Two persons in one report: the printed texts name another one than the request, or each other. */
export function patientNames(report: Report): Hit[] {
  const asked = namesIn(report.history, NAMED);
  const patterns = asked[0] === undefined ? NAMED : [...NAMED, namesake(asked[0])];
  const printed = printedSections(report).flatMap(([, section]) => namesIn(section, patterns));
  const opening = asked[0] === undefined ? undefined : OPENING_NAME.exec(report.findings.text)?.[1];
  if (opening !== undefined) printed.push(opening);
  const known = asked[0] ?? printed[0];
  if (known === undefined) return [];
  const other = printed.find((name) => !isSamePerson(name, known));
  return other === undefined ? [] : [{ rule: 'name_in_text', phrase: other, expected: known }];
}

/** The patient's name where a text gives it; a doctor's or a relative's does not count. */
export function namesIn(section: Section, patterns: readonly RegExp[]): string[] {
  const names: string[] = [];
  for (const { text } of section.sentences.slice(0, MOST)) {
    const head = text.slice(0, LONGEST);
    if (NOT_THE_PATIENT.test(head) || KIN.test(head)) continue;
    for (const pattern of patterns) {
      const found = pattern.exec(head)?.[1];
      if (found !== undefined) names.push(found);
    }
  }
  return names;
}

/** 王先生 may be 王建国, 王某 too: what both texts spell out must agree. */
function isSamePerson(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length);
  const hidden = /[某×*]/;
  for (let i = 0; i < length; i++) {
    if (one[i] !== other[i] && !hidden.test(one[i]!) && !hidden.test(other[i]!)) return false;
  }
  return true;
}
