import type { Matching } from './qido.attributes';
import { isChinese, searchLetters } from '../studies';

/** From the value of a query parameter to what a row must satisfy (PS3.4 §C.2.2.2, PS3.18 §8.3.4.1). Pure. */

/** Text with wildcards, split so that an index can serve its beginning. */
export interface Pattern {
  /** What every match begins with. */
  readonly prefix: string;
  /** The whole as a LIKE pattern; null when "begins with `prefix`" says it all. */
  readonly like: string | null;
  /** No wildcards: equal to `prefix`. */
  readonly exact: boolean;
}

export type Match =
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  | { readonly kind: 'any-among'; readonly values: readonly string[] }
  /** Both ends included; texts that order like what they mean. */
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  | { readonly kind: 'pattern-any-case'; readonly pattern: Pattern }
  /** A patient's name as it is written in Chinese. */
  | { readonly kind: 'name'; readonly pattern: Pattern }
  /** A patient's name by its sound or its initials: `zhangsan`, `zs`. */
  | { readonly kind: 'sound'; readonly pattern: Pattern };

/** Why a value cannot be matched, for the person who typed it. */
export class UnusableValue extends Error {}

export interface MatchOptions {
  /** `fuzzymatching=true`: a person's name without wildcards matches names that begin with it. */
  readonly fuzzy: boolean;
}

/** Undefined for universal matching: an empty value, or `*`. @throws UnusableValue */
export function matchOf(matching: Matching, value: string, options: MatchOptions): Match | undefined {
  const given = value.trim();
  if (given === '' || /^\*+$/.test(given)) return undefined;
  switch (matching) {
    case 'uid':
      return { kind: 'one-of', values: listOf(given, UID, '须为 UID，多个以逗号分隔') };
    case 'date':
      return range(given, DATE, '须为 YYYYMMDD 或范围 YYYYMMDD-YYYYMMDD', '99999999');
    case 'time':
      return timeRange(given);
    case 'number':
      return { kind: 'number', value: wholeNumber(given) };
    case 'text':
      return { kind: 'pattern', pattern: patternOf(given) };
    case 'prose':
      // Names in these columns are written without carets.
      return { kind: 'pattern-any-case', pattern: patternOf(given.replaceAll('^', ' ')) };
    case 'code':
      return hasWildcard(given)
        ? { kind: 'pattern', pattern: patternOf(given) }
        : { kind: 'one-of', values: codes(given) };
    case 'codes':
      return { kind: 'any-among', values: codes(given) };
    case 'patient':
      return patientName(given, options.fuzzy);
  }
}

const UID = /^[0-9.]{1,64}$/;
const CODE = /^[A-Z0-9 _]{1,16}$/;
const DATE = /^\d{8}$/;
const TIME = /^\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?$/;

/** Values between commas (PS3.18 §8.3.4.1) or backslashes (as in C-FIND). @throws UnusableValue */
function listOf(given: string, form: RegExp, problem: string): string[] {
  const values = given.split(/[\\,]/).map((value) => value.trim());
  if (!values.every((value) => form.test(value))) throw new UnusableValue(problem);
  return values;
}

const codes = (given: string): string[] =>
  listOf(given.toUpperCase(), CODE, '须为 DICOM 代码，例如 CT，多个以逗号分隔');

function wholeNumber(given: string): number {
  const value = Number(given);
  if (!/^[+-]?\d{1,12}$/.test(given) || Math.abs(value) > 0x7fffffff) throw new UnusableValue('须为整数');
  return value;
}

/** `a`, `a-b`, `a-` or `-b`. @throws UnusableValue */
function range(
  given: string,
  form: RegExp,
  problem: string,
  last: string,
): { kind: 'range'; from: string; to: string } {
  const [from = '', to = from, ...more] = given.split('-').map((end) => end.trim());
  const ends = [from, to].filter((end) => end !== '');
  if (more.length > 0 || ends.length === 0 || !ends.every((end) => form.test(end))) throw new UnusableValue(problem);
  // Rows without a value hold '', which no bound lets in.
  return { kind: 'range', from: from || '0', to: to || last };
}

/** A time that is less precise means all of its hour, minute or second: 1030 is 10:30:00 to 10:30:59.999999. */
function timeRange(given: string): Match {
  const { kind, from, to } = range(given, TIME, '须为 HHMMSS 或范围 HHMMSS-HHMMSS', '24');
  return { kind, from, to: `${to}999999` };
}

// --- text with wildcards ----------------------------------------------------------------------------------------------

const hasWildcard = (text: string): boolean => /[*?]/.test(text);

/** `*` is any run of characters, `?` any one (PS3.4 §C.2.2.2.4); everything else means itself. */
export function patternOf(text: string): Pattern {
  const [prefix = ''] = text.split(/[*?]/);
  if (!hasWildcard(text)) return { prefix, like: null, exact: true };
  if (/^\*+$/.test(text.slice(prefix.length))) return { prefix, like: null, exact: false };
  const like = text
    .replace(/[\\%_]/g, '\\$&')
    .replace(/\*+/g, '%')
    .replaceAll('?', '_');
  return { prefix, like, exact: false };
}

/**
 * The least text that is greater than every text beginning with `prefix`, in the order of code points (which is that of
 * UTF-8 bytes, COLLATE "C"); undefined when there is none.
 */
export function endOfPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) as number);
  while (points.length > 0) {
    const last = points.pop() as number;
    if (last === 0x10ffff) continue;
    // Surrogates are no characters of their own.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return undefined;
}

// --- names of patients ------------------------------------------------------------------------------------------------

/**
 * By character where the query has a Chinese one (`张*`, `张^三`), by sound or initials where it is in Latin letters
 * (`ZHANG^SAN`, `zhang*`, `zs`), whatever the case. Of several component groups the Chinese one counts.
 */
function patientName(given: string, fuzzy: boolean): Match {
  const groups = given.split('=').map((group) => group.trim());
  const group = groups.find(isChinese) ?? groups.find((one) => one !== '') ?? '';
  const begins = fuzzy && !hasWildcard(group) ? '*' : '';
  const sound = keepingWildcards(group, searchLetters);
  if (isChinese(group) || sound.replace(/[*?]/g, '') === '') {
    return { kind: 'name', pattern: patternOf(asDisplayed(group) + begins) };
  }
  return { kind: 'sound', pattern: patternOf(sound + begins) };
}

const keepingWildcards = (text: string, change: (piece: string) => string): string =>
  text
    .split(/([*?]+)/)
    .map((piece, n) => (n % 2 === 0 ? change(piece) : piece))
    .join('');

/** As names are kept for people to read: Chinese ones without carets and blanks, others with blanks between the parts. */
function asDisplayed(group: string): string {
  return isChinese(group) ? group.replace(/[\^\s\u3000]+/g, '') : group.replace(/[\^\s]+/g, ' ').trim();
}
