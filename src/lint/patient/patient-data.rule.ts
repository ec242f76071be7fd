import type { Section, Sentence } from '../text/clauses';
import {
  AGE,
  AGE_NOT_OF_PATIENT,
  AGE_WORDS,
  type AgeWord,
  BODY_FAMILIES,
  type BodyFamily,
  COLLOQUIAL_AGES,
  KIN,
  MODALITIES,
  OF_PEOPLE,
  PAST_AGE,
  QUOTED_EXAM,
  SAYS_FEMALE,
  SAYS_MALE,
  TOLD_BY,
  WARD,
  WOMANS_HISTORY,
} from '../lexicons/patient-data.lexicon';
import { NOT_THE_PATIENT } from '../lexicons/names.lexicon';
import { cardNumber, identityInText } from './identity.rule';
import { quote } from '../text/report-text';
import { patientNames } from './patient-name.rule';
import { printedSections, type Report } from '../report';
import type { Hit } from '../rules';

/** Below this a text says too little to tell another patient's report from a short one, unless it names many parts. */
const ENOUGH_TEXT = 30;
const SHORT_TEXT = 12;
const CHINESE_DIGITS = '零一二三四五六七八九';

/** Data in the text that are another patient's: sex, age, machine, part of the body. */
export function patientData(report: Report): Hit[] {
  const sections = printedSections(report).map(([, section]) => section);
  return [
    ...sections.flatMap((section) => sexInText(section, report)),
    ...sections.flatMap((section) => ageInText(section, report)),
    ...sections.flatMap((section) => ageWords(section, report)),
    ...inHistory(report),
    ...patientNames(report),
    ...cardNumber(report),
    ...identityInText(report),
    ...otherModality(report),
    ...otherBodyPart(report),
  ];
}

/** The request's history belongs to somebody else; what it says of relatives and of earlier years does not count. */
function inHistory(report: Report): Hit[] {
  const { history, exam } = report;
  const own = history.sentences.flatMap(ofThePatient);
  const ofKin = history.sentences.map(({ text }) => KIN.test(text));
  const section = { ...history, sentences: own };
  const woman = exam.sex === 'M' ? own.find(({ text }) => WOMANS_HISTORY.test(text)) : undefined;
  const ages = { ...section, sentences: own.filter(({ text }) => !PAST_AGE.test(text)) };
  return [
    ...sexInText(section, report),
    ...(woman
      ? [
          {
            rule: 'sex_in_text' as const,
            phrase: quote(history, woman.start, Math.min(woman.end, woman.start + 30)),
            expected: '男性',
          },
        ]
      : []),
    ...ageInText(ages, report),
    ...ageWords(
      { ...history, clauses: history.clauses.filter(({ sentence }) => !ofKin[sentence]) },
      report,
      COLLOQUIAL_AGES,
    ),
  ];
}

/**
 * What a sentence says of the patient: nothing where it speaks of a relative; where a relative is only the one who tells
 * (其子代诉:患者现年79岁), what he tells.
 */
function ofThePatient(sentence: Sentence): Sentence[] {
  const { text, end } = sentence;
  if (!KIN.test(text) && !NOT_THE_PATIENT.test(text)) return [sentence];
  const told = TOLD_BY.exec(text);
  const rest = told ? text.slice(told.index + told[0].length) : '';
  if (rest === '' || KIN.test(rest) || NOT_THE_PATIENT.test(rest)) return [];
  return [{ text: rest, start: end - rest.length, end }];
}

function sexInText(section: Section, { exam }: Report): Hit[] {
  if (exam.sex === null) return [];
  const other = exam.sex === 'M' ? SAYS_FEMALE : SAYS_MALE;
  const expected = exam.sex === 'M' ? '男性' : '女性';
  return section.sentences.flatMap(({ text, start }) => {
    const found = other.exec(text);
    if (!found || OF_PEOPLE.test(around(text, found.index))) return [];
    const end = Math.min(text.length, found.index + found[0].length + 4);
    return [{ rule: 'sex_in_text' as const, phrase: quote(section, start + found.index, start + end), expected }];
  });
}

function ageInText(section: Section, { exam }: Report): Hit[] {
  const { age } = exam;
  if (age === null) return [];
  return section.sentences.flatMap(({ text, start }) =>
    [...text.matchAll(AGE)].flatMap((found) => {
      const from = found.index;
      const end = from + found[0].length;
      if (AGE_NOT_OF_PATIENT.test(text.slice(Math.max(0, from - 10), end + 10))) return [];
      const years = ageInYears(numberOf(found[1] ?? ''), found[2] ?? '');
      if (Math.abs(years - age) <= 1) return [];
      return [
        { rule: 'age_in_text' as const, phrase: quote(section, start + from, start + end), expected: `${age}岁` },
      ];
    }),
  );
}

/** 54, 五十四, 七十, 十六, 百零二. */
function numberOf(word: string): number {
  if (/^\d/.test(word)) return Number(word);
  let value = 0;
  let digit = 0;
  for (const char of word) {
    const at = CHINESE_DIGITS.indexOf(char);
    if (at >= 0) digit = at;
    else {
      value += (digit || 1) * (char === '百' ? 100 : 10);
      digit = 0;
    }
  }
  return value + digit;
}

function ageInYears(value: number, unit: string): number {
  if (unit === '岁') return value;
  return unit.includes('月') ? value / 12 : value / 365;
}

function ageWords(section: Section, { exam }: Report, words: readonly AgeWord[] = AGE_WORDS): Hit[] {
  const { age } = exam;
  if (age === null) return [];
  return section.clauses.flatMap((clause) =>
    words.flatMap(({ word, least, most, unless }) => {
      const found = word.exec(clause.text);
      if (!found || (age >= least && age <= most) || unless?.test(around(clause.text, found.index))) return [];
      const at = clause.start + found.index;
      return [{ rule: 'age_in_text' as const, phrase: quote(section, at, at + found[0].length), expected: `${age}岁` }];
    }),
  );
}

const around = (text: string, at: number): string => text.slice(Math.max(0, at - 30), at + 30);

/** The technique, the signs or the impression belong to another machine. */
function otherModality({ exam, technique, findings, impression }: Report): Hit[] {
  const own = MODALITIES.find(({ codes }) => codes.includes(exam.modality.toUpperCase()));
  if (!own) return [];
  const hits: Hit[] = [];
  const techniqueIsOwn = own.named.test(technique.text);
  for (const other of MODALITIES) {
    if (other === own) continue;
    const tests = [
      [technique, techniqueIsOwn ? undefined : other.technique],
      [findings, other.signs],
      [impression, other.own],
      [findings, other.own],
    ] as const;
    for (const [section, pattern] of tests) {
      const phrase = pattern && firstOwn(section, pattern);
      if (phrase !== undefined) hits.push({ rule: 'other_modality', phrase, expected: exam.modality });
    }
  }
  return hits;
}

function firstOwn(section: Section, pattern: RegExp): string | undefined {
  for (const { text, start, end } of section.sentences) {
    const found = pattern.exec(text);
    if (found && !QUOTED_EXAM.test(around(text, found.index))) {
      return quote(section, start + found.index, Math.min(end, start + found.index + found[0].length + 4));
    }
  }
  return undefined;
}

/** The report speaks of another part of the body alone. */
function otherBodyPart({ exam, findings, impression }: Report): Hit[] {
  const own = BODY_FAMILIES.filter((family) => family.exam.test(exam.bodyPart));
  const text = (findings.text + impression.text).replace(WARD, '');
  if (own.length === 0 || findings.text.length < SHORT_TEXT) return [];
  if (own.some((family) => kinds(text, family) > 0)) return [];
  const near = new Set(own.flatMap((family) => family.near));
  const others = BODY_FAMILIES.filter((family) => !own.includes(family) && !near.has(family.name));
  const enough = findings.text.length >= ENOUGH_TEXT ? 2 : 3;
  const other = others.find((family) => kinds(text, family) >= enough);
  return other ? [{ rule: 'other_body_part', phrase: other.name, expected: own[0]!.name }] : [];
}

/** How many different words of the part the text uses. */
const kinds = (text: string, { words }: BodyFamily): number =>
  new Set([...text.matchAll(words)].map((found) => found[0])).size;
