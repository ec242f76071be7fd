import { reportText, type ReportText } from './report-text';

/** A stretch between two commas: the reach of a negation word. Offsets count in the section's comparable text. */
export interface Clause {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Index of the sentence it stands in. */
  readonly sentence: number;
}

export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Section extends ReportText {
  readonly clauses: readonly Clause[];
  readonly sentences: readonly Sentence[];
}

const SENTENCE_END = /[。;!?\n]/;
const CLAUSE_END = /[,:]/;
/** 1. 1、 (1) ① at the head of an item; "1.5cm" and "第1、2肋" are none. */
const NUMBERING = /(?:^|(?<=[^\d第A-Za-z./~×*-]))(?:\d{1,2}(?:\.(?!\d)|、(?![\d第A-Za-z])|\))|\(\d{1,2}\)|[①-⑳])/g;

/** Splits a text into sentences and clauses; item numbers belong to no clause. */
export function section(raw: string): Section {
  const normal = reportText(raw);
  const { text } = normal;
  const numbers = numberings(text);
  const clauses: Clause[] = [];
  const sentences: Sentence[] = [];
  let sentenceStart = 0;
  let clauseStart = 0;
  const endClause = (end: number): void => {
    if (end > clauseStart)
      clauses.push({ start: clauseStart, end, text: text.slice(clauseStart, end), sentence: sentences.length });
  };
  const endSentence = (end: number, next: number): void => {
    endClause(end);
    if (end > sentenceStart) sentences.push({ start: sentenceStart, end, text: text.slice(sentenceStart, end) });
    sentenceStart = clauseStart = next;
  };
  for (let i = 0; i < text.length;) {
    const numbered = numbers.get(i);
    if (numbered !== undefined) {
      endSentence(i, numbered);
      i = numbered;
      continue;
    }
    if (SENTENCE_END.test(text.charAt(i)) || isFullStop(text, i)) endSentence(i, i + 1);
    else if (CLAUSE_END.test(text.charAt(i))) {
      endClause(i);
      clauseStart = i + 1;
    }
    i++;
  }
  endSentence(text.length, text.length);
  return { ...normal, clauses, sentences };
}

/** Start of each item number → where its item begins. */
function numberings(text: string): Map<number, number> {
  return new Map([...text.matchAll(NUMBERING)].map((found) => [found.index, found.index + found[0].length]));
}

/** A point that ends a sentence: not the one of 0.5 nor of "Fig.2". */
function isFullStop(text: string, at: number): boolean {
  return text.charAt(at) === '.' && !/\d/.test(text.charAt(at + 1));
}

/** The clause that holds the character at `at`; undefined on punctuation and item numbers. */
export function clauseIndexAt({ clauses }: Section, at: number): number | undefined {
  let low = 0;
  let high = clauses.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const clause = clauses[middle]!;
    if (at < clause.start) high = middle - 1;
    else if (at >= clause.end) low = middle + 1;
    else return middle;
  }
  return undefined;
}
