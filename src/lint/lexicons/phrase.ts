import type { Trace } from './operation.lexicon';

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
  /** The phrase counts only where this stands somewhere in the report: what 术区 and 残腔 lie in. */
  readonly onlyInReport?: RegExp;
  /** The phrase counts only in a sentence with this. */
  readonly onlyInSentence?: RegExp;
  /** What a fresh operation leaves behind by itself; a phrase without it stands beside any operation. */
  readonly trace?: Trace;
  /** The word that only names what bears the finding: it may be old or treated, the finding may not. */
  readonly bearer?: RegExp;
  /** A number that the phrase contains must lie in here: [least, most]. */
  readonly measure?: { readonly least: number; readonly most: number; readonly pattern: RegExp };
}

export interface FindingSpec {
  readonly finding: string;
  readonly phrases: readonly Phrase[];
  /** The repair whose result looks like the finding for good: with it in the report only what is new counts. */
  readonly repaired?: RegExp;
  /** Whether an operation named right behind the finding was done for it: 脾破裂，切除术后. */
  readonly operable?: boolean;
}

/** One word or an alternative of words. */
export const word = (pattern: RegExp, rest: Omit<Phrase, 'words'> = {}): Phrase => ({ words: [pattern], ...rest });
/** Words near each other. */
export const near = (words: RegExp[], rest: Omit<Phrase, 'words'> = {}): Phrase => ({ words, ...rest });
