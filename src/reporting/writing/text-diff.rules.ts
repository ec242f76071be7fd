import { diffArrays } from 'diff';

/** A run of text that both have, that only the earlier has, or that only the later has. */
export interface TextRun {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** The sections of a report in the order in which they are read. */
export const SECTIONS = ['technique', 'findings', 'impression', 'recommendation'] as const;
export type Section = (typeof SECTIONS)[number];
export type Sections = Readonly<Record<Section, string>>;

/** Chinese puts no spaces between its words: where one ends is the dictionary's to say (Unicode UAX #29 with ICU's). */
const WORDS = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * 修改痕迹: what became of a text, word by word. Joining the runs that are not `added` gives the earlier text, those that
 * are not `removed` the later one.
 */
export function textRuns(earlier: string, later: string): TextRun[] {
  return diffArrays(wordsOf(earlier), wordsOf(later)).map(({ value, added, removed }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value.join(''),
  }));
}

/** Words, punctuation and white space in order; a space more is a change too, for a sheet is compared letter by letter. */
const wordsOf = (text: string): string[] => [...WORDS.segment(text)].map(({ segment }) => segment);

/** The runs of every section that was changed; a section left as it was is not named. */
export function changedSections(earlier: Sections, later: Sections): Partial<Record<Section, TextRun[]>> {
  return Object.fromEntries(
    SECTIONS.filter((section) => earlier[section] !== later[section]).map((section) => [
      section,
      textRuns(earlier[section], later[section]),
    ]),
  );
}
