import type { Exam } from '../../exams';
import { nameForms } from './name-forms.rules';

/**
 * Free text without the words that lead to the patient, however they are spelt: full width, with spaces or hyphens between,
 * with invisible characters inside. Pure.
 */

const BLOT = '＊＊';
/** Shorter ones are found inside of other words, or are the figures of the finding. */
const TELLING_NAME = 2;
const TELLING_PINYIN = 3;
const TELLING_NUMBER = 4;
/** A shorter number with gaps would be found in every date. */
const GAPPED_NUMBER = 6;

/** What may stand between the characters of a name, and between those of a number. */
const NAME_GAPS = '\\s·•・.\\-_^';
const HYPHENS = '\\-\\u2010-\\u2015\\u2212';
const NUMBER_GAPS = `\\s${HYPHENS}/._年月`;

/** Between two digits of one number: at most one space or hyphen. */
const JOINT = `[\\s${HYPHENS}]?`;
const digits = (count: number): string[] => Array<string>(count).fill('\\d');
/** Month and day, of whose digits each may stand alone. */
const BIRTHDAY = [`(?:0${JOINT}[1-9]|1${JOINT}[0-2])`, `(?:0${JOINT}[1-9]|[12]${JOINT}\\d|3${JOINT}[01])`];
const CENTURY = `(?:1${JOINT}[89]|2${JOINT}0)`;

/**
 * Numbers that stand for a person although no column of the exam has them. In pieces a 身份证 must have a birthday in it,
 * because the dates of former exams stand one after another as well; a landline has its area code.
 */
const PERSONAL_NUMBERS: readonly RegExp[] = [
  '\\d{17}[\\dX]|\\d{15}',
  ['[1-9]', ...digits(5), CENTURY, ...digits(2), ...BIRTHDAY, ...digits(3), '[\\dX]'].join(JOINT),
  ['[1-9]', ...digits(7), ...BIRTHDAY, ...digits(3)].join(JOINT),
  `(?:(?:00)?86${JOINT})?${['1', '[3-9]', ...digits(9)].join(JOINT)}`,
  `0[1-9]\\d{1,2}[)\\s${HYPHENS}]{0,2}\\d(?:${JOINT}\\d){6,7}`,
  `0(?:[\\s${HYPHENS}]\\d){9,11}`,
].map((pattern) => new RegExp(`(?<!\\d)(?:${pattern})(?!\\d)`, 'giu'));

/** One spelling of a text. NFKD makes full-width characters plain ones; tone marks and invisible characters go. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{Cf}\p{Mn}]/gu, '')
    .normalize('NFC');

/** The names and numbers by which the record knows the patient; what an image's header must not say either. */
export function identifiersOf(exam: Exam): string[] {
  const { patient_name, name_pinyin, id_number, phone, patient_local_id, accession_number } = exam;
  return [patient_name, name_pinyin, id_number, phone, patient_local_id, accession_number].filter(
    (value): value is string => Boolean(value),
  );
}

/**
 * The text without what identifies the patient, in any letter case: names (also in pinyin, by initials, and as he is spoken
 * of) and numbers of the record, the clinic and its people, and whatever looks like an ID or phone number.
 */
export function blotted(text: string, exam: Exam, clinicName: string): string {
  const spelling = spelt(text);
  const ranges = [...knownWords(exam, clinicName), ...PERSONAL_NUMBERS]
    .flatMap((pattern) => [...spelling.text.matchAll(pattern)])
    .map(({ index, 0: found }): Range => [spelling.from[index]!, spelling.to[index + found.length - 1]!])
    .sort(([a], [b]) => a - b);
  let left = '';
  let at = 0;
  for (const [from, to] of ranges) {
    if (from >= at) left += text.slice(at, from) + BLOT;
    at = Math.max(at, to);
  }
  return left + text.slice(at);
}

/** Beginning and end in the text as it was written. */
type Range = readonly [number, number];

/** A text in its plain spelling; of each of its code units, where the character that it came from begins and ends. */
interface Spelling {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function spelt(text: string): Spelling {
  const made = { text: '', from: [] as number[], to: [] as number[] };
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    const units = plain(character);
    made.text += units;
    for (let i = 0; i < units.length; i += 1) {
      made.from.push(at);
      made.to.push(end);
    }
    at = end;
  }
  return made;
}

/** A pattern for each word that the record knows. */
function knownWords(exam: Exam, clinicName: string): RegExp[] {
  const names = [exam.patient_name, exam.name_given, clinicName, exam.ordering_doctor, exam.technician];
  const numbers = [
    exam.patient_local_id,
    exam.id_number,
    exam.phone,
    exam.birth_date,
    exam.accession_number,
    exam.visit_number,
    exam.ordering_phone,
  ];
  return [
    ...names.flatMap((name) => worded(name, NAME_GAPS, TELLING_NAME)),
    ...worded(exam.name_pinyin, NAME_GAPS, TELLING_PINYIN),
    ...nameForms(plain(exam.patient_name ?? '')),
    ...numbers.flatMap((number) => worded(number, NUMBER_GAPS, TELLING_NUMBER, GAPPED_NUMBER)),
  ];
}

/** The word with these gaps or without, where it has `least` characters; a name of letters is a word of its own. */
function worded(word: string | null, gaps: string, least: number, gapped = least): RegExp[] {
  const bare = [...plain(word ?? '').replace(new RegExp(`[${gaps}]`, 'gu'), '')];
  const isGapped = bare.length >= gapped;
  const characters = isGapped ? bare : [...plain(word ?? '').trim()];
  if (characters.length < least) return [];
  const pattern = characters.map(escaped).join(isGapped ? `[${gaps}]{0,2}` : '');
  const isLetters = /^[a-z]+$/iu.test(bare.join(''));
  return [new RegExp(isLetters ? `(?<![a-z])${pattern}(?![a-z])` : pattern, 'giu')];
}

/** Only what means something outside of a class: the `u` flag refuses `\\` before any other character, as `-`. */
const escaped = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
