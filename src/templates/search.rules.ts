import { pinyin } from 'pinyin-pro';

/** How templates and phrases are found by what people type. Pure. */

export interface SearchTitle {
  /** All syllables without tones: 胸部正位 → `xiongbuzhengwei`. */
  readonly pinyin: string;
  /** First letters: `xbzw`; what is not Chinese stands as it is: CT颅脑 → `ctln`. */
  readonly initials: string;
}

/** Letters: the list is ordered by the sound, so it goes into the cursor, which may have 500 characters. */
const MAX_PINYIN = 200;

/** How a title is found by what people type. */
export function searchTitle(title: string): SearchTitle {
  const syllables = pinyin(title, { toneType: 'none', type: 'array', nonZh: 'spaced', v: true })
    .map((syllable) => syllable.toLowerCase().replace(/[^a-z0-9]/g, ''))
    .filter((syllable) => syllable !== '');
  return {
    pinyin: syllables.join('').slice(0, MAX_PINYIN),
    initials: syllables.map((syllable) => syllable[0]).join(''),
  };
}

/** A word of a search: found in the title as it is, or (letters and digits) in its sound or its initials. */
export interface SearchWord {
  readonly text: string;
  /** Null for a word that has Chinese characters in it. */
  readonly letters: string | null;
}

/** The words of a search text; every one must be found. `胸 ct`, `xbzw`, `骨折`. */
export function searchWords(q: string): SearchWord[] {
  return q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((text) => {
      const letters = text.replaceAll('ü', 'v').replace(/[^a-z0-9]/g, '');
      return { text, letters: /\p{Script=Han}/u.test(text) || letters === '' ? null : letters };
    });
}
