/** What one received file may cost. A worker has seconds and tens of MiB; each bound below is reached well before that. */
export const HEADER_LIMITS = {
  /** Bytes of the first read; nearly every CT, MR and DR header ends before. */
  firstWindow: 64 * 1024,
  /** Bytes of attributes looked at, bulk that is jumped over not counted. */
  headerBytes: 16 * 1024 * 1024,
  /** Parts (elements, items, delimiters; long forms count twice); an enhanced CT of 2,000 frames has about 120,000. */
  elements: 250_000,
  /** Sequences inside sequences; deep structured reports have about 12. */
  depth: 32,
  /** A deflated data set may grow to this. */
  inflatedBytes: 64 * 1024 * 1024,
  /** The longest leaf that is read; what is longer is left in the file. */
  leafBytes: 64 * 1024,
  /** Binary values of this length or more are left in the file. */
  inlineBytes: 1024,
  /** Characters of one value in the JSON model: paragraph VRs (ST LT UT UC UR) and all others. */
  paragraphCharacters: 10 * 1024,
  lineCharacters: 1024,
  /** JSON of the whole model; an enhanced CT of 2,000 frames has about 6 million characters. */
  modelCharacters: 8 * 1024 * 1024,
  /** JSON of one attribute up to which it is handed over parsed, and of all of them together. */
  smallAttributeJson: 64 * 1024,
  smallAttributesJson: 512 * 1024,
  warnings: 50,
} as const;

/** Why a file is not accepted. The text for people is made elsewhere from the code. */
export type RefusalCode =
  /** no DICOM data set can be recognised */
  | 'not_dicom'
  /** the structure breaks before the three UIDs are known */
  | 'malformed'
  /** the file ends before the data set or its pixel data does */
  | 'truncated'
  | 'uid_missing'
  | 'uid_invalid'
  | 'header_too_large'
  | 'too_many_elements'
  | 'nesting_too_deep'
  | 'inflate_failed'
  | 'inflated_too_large'
  | 'parse_timeout'
  | 'parse_memory'
  /** the worker died in a way that is neither time nor memory */
  | 'parse_crashed';

/** Ends the reading of a file; becomes `{ok: false, code, detail}`. `detail` never carries a value from the file. */
export class HeaderRefusal extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** `x00100010` → `(0010,0010)` for messages. */
export function tagForPeople(tag: string): string {
  return `(${tag.slice(1, 5)},${tag.slice(5)})`.toUpperCase();
}
