/**
 * How reports name or describe a finding: words that stand near each other in any order, each of which must be stated (not
 * negated, not old).
 */
export interface Phrase {
  readonly words: readonly RegExp[];
  /** Greatest distance between two neighbouring words, in characters. Default 8. */
  readonly within?: number;
  /** Whether the words may stand on two sides of a comma. */
  readonly acrossClauses?: boolean;
  /** Spoils the phrase when it stands between its words or right beside them. */
  readonly unless?: RegExp;
  /** Spoils the phrase when it stands anywhere in the sentence. */
  readonly unlessInSentence?: RegExp;
  /** Spoils the phrase when it stands anywhere in the report: what its other sentences speak of. */
  readonly unlessInReport?: RegExp;
  /** A number that the phrase contains must lie in here: [least, most]. */
  readonly measure?: { readonly least: number; readonly most: number; readonly pattern: RegExp };
}

export interface FindingSpec {
  readonly finding: string;
  readonly phrases: readonly Phrase[];
  /** The repair whose result looks like the finding for good: with it in the report only what is new counts. */
  readonly repaired?: RegExp;
}

/** One word or an alternative of words. */
export const word = (pattern: RegExp, rest: Omit<Phrase, 'words'> = {}): Phrase => ({ words: [pattern], ...rest });
/** Words near each other. */
export const near = (words: RegExp[], rest: Omit<Phrase, 'words'> = {}): Phrase => ({ words, ...rest });
