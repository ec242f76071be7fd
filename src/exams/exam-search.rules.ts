import { searchLetters } from '../studies';

/** How one search box finds exams among a million: every way is a range of an index. Pure. */

/** A condition on one column: equal to a value, or beginning with it. */
export interface SearchTerm {
  readonly column:
    'accession_number' | 'patient_local_id' | 'patient_name' | 'name_given' | 'name_pinyin' | 'name_initials';
  readonly how: 'equal' | 'prefix';
  readonly value: string;
}

/** Fewer letters say too little to look among all pinyin: `z` would be every seventh patient. */
const MIN_LETTERS = 2;

/**
 * What a search text may mean: Chinese characters a name's beginning or the name without its surname's first character,
 * letters a name's sound or its initials; anything without Chinese also a whole accession number or local id.
 */
export function searchTerms(q: string): SearchTerm[] {
  const text = q.trim();
  if (text === '') return [];
  if (/\p{Script=Han}/u.test(text)) {
    const name = text.replace(/\s+/g, '');
    return [
      { column: 'patient_name', how: 'prefix', value: name },
      { column: 'name_given', how: 'prefix', value: name },
    ];
  }
  const numbers: SearchTerm[] = [
    { column: 'accession_number', how: 'equal', value: text },
    { column: 'patient_local_id', how: 'equal', value: text },
  ];
  if (isByNumber(text)) return [...numbers, { column: 'accession_number', how: 'prefix', value: text }];
  const letters = searchLetters(text);
  return [
    ...numbers,
    { column: 'name_pinyin', how: 'prefix', value: letters },
    { column: 'name_initials', how: 'prefix', value: letters },
  ];
}

/** Whether a search text can only be a number, and no name: numbers are rare enough for their index alone. */
export function isByNumber(q: string): boolean {
  const text = q.trim();
  return !/\p{Script=Han}/u.test(text) && (!/^[\p{L}\s.'-]+$/u.test(text) || searchLetters(text).length < MIN_LETTERS);
}

/**
 * The first text behind every text that begins with `prefix`, in the order of code points (COLLATE "C"). A range, because
 * row-level security keeps LIKE from using an index: it is not leak-proof, comparisons are.
 */
export function afterPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
