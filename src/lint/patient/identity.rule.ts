import { CARD_NUMBER, EARLIEST_EXAM, IDENTIFIERS, LATEST_EXAM, TOLD_A_COLLEAGUE } from '../lexicons/identity.lexicon';
import { KIN } from '../lexicons/patient-data.lexicon';
import { NAMED, NOT_THE_PATIENT } from '../lexicons/names.lexicon';
import { namesIn } from './patient-name.rule';
import { printedSections, type Report } from '../report';
import type { Hit } from '../rules';
import type { Section, Sentence } from '../text/clauses';
import { quote } from '../text/report-text';

/** Where a person is named in a sentence. */
const LONGEST = 120;
const MOST = 200;

/**
 * The report's own text names its patient: a name, a card or phone number, the number of a stay. The head of the report
 * carries them; in the text they stay behind when the report is sent on without its head, and come from another's report.
 */
export function identityInText(report: Report): Hit[] {
  // Who is named as in the request is at least no other person; another name is a hit of its own.
  const patterns = namesIn(report.history, NAMED).length > 0 ? IDENTIFIERS : [...IDENTIFIERS, ...NAMED];
  return printedSections(report).flatMap(([, section]) => {
    const sentences = section.sentences.slice(0, MOST);
    const found = sentences.flatMap((sentence) => identifiersIn(section, sentence, patterns));
    return found.slice(0, 3);
  });
}

function identifiersIn(section: Section, { text, start }: Sentence, patterns: readonly RegExp[]): Hit[] {
  // 已电话通知李医师13900000000: the one who was told.
  if (TOLD_A_COLLEAGUE.test(text)) return [];
  const head = text.slice(0, LONGEST);
  const isOther = NOT_THE_PATIENT.test(head) || KIN.test(head);
  return patterns.flatMap((pattern) => {
    const found = pattern.exec(head);
    if (!found || (isOther && NAMED.includes(pattern))) return [];
    const at = start + found.index;
    return [{ rule: 'identity_in_text' as const, phrase: quote(section, at, at + found[0].length) }];
  });
}

/**
 * A card number (GB 11643) tells its holder's year of birth and sex (17th digit: odd is male). Without the date of the exam
 * the year only disagrees when no exam of this system could have been made at that age.
 */
export function cardNumber(report: Report): Hit[] {
  const { sex, age } = report.exam;
  const sections = [report.history, ...printedSections(report).map(([, section]) => section)];
  return sections.flatMap((section) => {
    const own = section.sentences.filter(({ text }) => !KIN.test(text));
    return own.flatMap(({ text, start }): Hit[] => {
      const found = CARD_NUMBER.exec(text);
      if (!found) return [];
      const phrase = quote(section, start + found.index, start + found.index + found[0].length);
      const year = Number(found[1]) + (age ?? 0);
      if (age !== null && (year < EARLIEST_EXAM || year > LATEST_EXAM))
        return [{ rule: 'age_in_text', phrase, expected: `${age}岁` }];
      const cardSex = Number(found[2]) % 2 === 1 ? 'M' : 'F';
      if (sex === null || sex === cardSex) return [];
      return [{ rule: 'sex_in_text', phrase, expected: sex === 'M' ? '男性' : '女性' }];
    });
  });
}
