import { TextDecoder } from 'node:util';
import { convertBytes } from 'dicom-character-set';
import { plausibility } from './charset-plausibility';
import {
  type CharsetFamily,
  definedTerm,
  familyOf,
  GB18030,
  GB2312_ISO2022,
  LATIN1,
  singleByteEncoding,
  UTF8,
} from './charset-terms';

export { personDisplayName, splitPersonName, type PersonName } from './person-name';

/**
 * Text of a DICOM data set (PS3.5 §6.1, PS3.3 C.12.1.1.2). Pure.
 *
 * Chinese consoles write GBK bytes under no label or under the Latin-1 one they were shipped with. Which character set the
 * bytes are in is decided once for all text of a data set, never per value: a short value fits several.
 */

/** How the character set in use was found. Everything but `ascii` and `declared` is a repair. */
export type CharsetHow =
  | 'ascii'
  | 'declared'
  | 'unlabelled-gbk'
  | 'unlabelled-utf8'
  | 'unlabelled-latin1'
  | 'unlabelled-iso2022'
  | 'mislabelled-latin1-gbk'
  | 'mislabelled-latin1-utf8'
  | 'mislabelled-utf8-gbk'
  | 'mislabelled-utf8-latin1'
  | 'mislabelled-gbk-utf8';

export interface CharsetDecision {
  /** (0008,0005) as it stands in the file, value by value; empty when absent. */
  declared: string[];
  /** What the text is decoded with: defined terms joined by a backslash, as in (0008,0005). */
  used: string;
  /** The label in the file is not what the bytes are. */
  repaired: boolean;
  how: CharsetHow;
}

/** A value with at least one byte outside ASCII, or with an escape sequence. */
export interface TextSample {
  bytes: Uint8Array;
  /** VR PN */
  isName: boolean;
}

const ESCAPE = 0x1b;
/** More text than this adds nothing to a decision. */
const SAMPLE_LIMIT = 200;

/** Points for a character set named by the file, and by the clinic's setting; see `POINTS` in charset-plausibility. */
const PRIOR = { label: 4, latinLabel: 2, clinic: 3 } as const;
/** Well-formed UTF-8 seldom comes about by chance: per character of three bytes or more, and of two. */
const UTF8_FORM = { long: 2, short: 1.5 } as const;
/** `Ã©` and its like: a Latin-1 reader's view of UTF-8. */
const UTF8_SEEN_AS_LATIN = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}/g;
const UTF8_SEEN_AS_LATIN_POINTS = -3;

type Candidate = 'utf8' | 'gb' | 'latin';
const TERM: Record<Candidate, string> = { utf8: UTF8, gb: GB18030, latin: LATIN1 };

/** True when the value can only be read with the right character set: a byte above 0x7F or an escape. */
export function needsCharset(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7f || byte === ESCAPE) return true;
  }
  return false;
}

/**
 * Decides the character set of all text that stands under one label.
 * @param declared the values of (0008,0005), untouched
 * @param samples the values for which `needsCharset` holds
 * @param clinicCharset what this clinic's devices are known to write (any spelling); breaks ties, never overrules evidence
 */
export function decideCharset(
  declared: readonly string[],
  samples: readonly TextSample[],
  clinicCharset?: string,
): CharsetDecision {
  const terms = declared.map(definedTerm).filter((term): term is string => term !== null);
  const labelled = terms.some((term) => term !== 'ISO_IR 6' && term !== 'ISO 2022 IR 6');
  const asDeclared = { declared: [...declared], used: joined(terms), repaired: false };
  if (samples.length === 0) return { ...asDeclared, how: labelled ? 'declared' : 'ascii' };

  const family = familyOf(terms);
  if (family === 'other') return { ...asDeclared, how: 'declared' };
  if (family === 'latin' && samples.some((sample) => indexOfGb2312Escape(sample.bytes) >= 0)) {
    const used = joined([terms[0] ?? '', ...terms.slice(1), GB2312_ISO2022]);
    return { declared: [...declared], used, repaired: true, how: 'unlabelled-iso2022' };
  }
  if (family === 'utf8' && provesUtf8(samples.slice(0, SAMPLE_LIMIT))) return { ...asDeclared, how: 'declared' };
  // Escapes that belong to another repertoire than the Chinese one say that the sender knew what it was doing.
  if (samples.every((sample) => sample.bytes.includes(ESCAPE))) return { ...asDeclared, how: 'declared' };

  const best = likeliest(samples.slice(0, SAMPLE_LIMIT), family, labelled, clinicCharset);
  if (best === null || (labelled && best === family)) return { ...asDeclared, how: 'declared' };
  return { declared: [...declared], used: TERM[best], repaired: true, how: howOf(labelled ? family : null, best) };
}

/** GBK is seldom valid UTF-8 by chance, and then reads as a jumble of scripts; any sensible UTF-8 text proves its label. */
function provesUtf8(samples: readonly TextSample[]): boolean {
  const whole = samples.every((sample) => !decoder('utf-8').decode(trimmed(sample.bytes)).includes('\ufffd'));
  return whole && samples.reduce((sum, sample) => sum + samplePoints(sample, 'utf8'), 0) >= 0;
}

/** As in (0008,0005): an empty first value stands for plain ASCII before code extensions (PS3.3 C.12.1.1.2). */
function joined(terms: readonly string[]): string {
  if (terms.length < 2) return terms[0] ?? 'ISO_IR 6';
  return terms.map((term) => (/IR 6$/.test(term) ? '' : term)).join('\\');
}

function howOf(label: Exclude<CharsetFamily, 'other'> | null, found: Candidate): CharsetHow {
  const names = { utf8: 'utf8', gb: 'gbk', latin: 'latin1' } as const;
  return (label === null ? `unlabelled-${names[found]}` : `mislabelled-${names[label]}-${names[found]}`) as CharsetHow;
}

/** Null when nothing beats the label. */
function likeliest(
  samples: readonly TextSample[],
  family: Candidate,
  labelled: boolean,
  clinicCharset?: string,
): Candidate | null {
  const clinic = clinicCandidate(clinicCharset);
  const candidates: Candidate[] = family === 'gb' ? ['gb', 'utf8'] : ['gb', 'utf8', 'latin'];
  let best: Candidate | null = null;
  let bestPoints = -Infinity;
  for (const candidate of candidates) {
    const evidence = samples.reduce((sum, sample) => sum + samplePoints(sample, candidate), 0);
    const named = labelled && candidate === family;
    // A label is overruled by text that makes sense, not by what is merely less broken.
    if (labelled && !named && evidence <= 0) continue;
    const points =
      evidence +
      (named ? (family === 'latin' ? PRIOR.latinLabel : PRIOR.label) : 0) +
      (candidate === clinic ? PRIOR.clinic : 0);
    if (points > bestPoints) [best, bestPoints] = [candidate, points];
  }
  return best;
}

function clinicCandidate(clinicCharset: string | undefined): Candidate | null {
  const term = clinicCharset === undefined ? null : definedTerm(clinicCharset);
  if (term === null || term === 'ISO_IR 6') return null;
  if (term === GB2312_ISO2022) return 'gb';
  const family = familyOf([term]);
  return family === 'other' ? null : family;
}

function samplePoints(sample: TextSample, candidate: Candidate): number {
  const bytes = trimmed(sample.bytes);
  const text = decoder(ENCODING[candidate]).decode(bytes);
  const points = plausibility(text, sample.isName);
  if (candidate === 'gb') return points;
  if (candidate === 'latin') {
    return points + count(Buffer.from(bytes).toString('latin1'), UTF8_SEEN_AS_LATIN) * UTF8_SEEN_AS_LATIN_POINTS;
  }
  const long = count(text, /[\u0800-\ufffc]/g);
  return points + long * UTF8_FORM.long + count(text, /[\u00c0-\u024f]/g) * UTF8_FORM.short;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** Without the padding, so that a character cut off by a length limit stands at the end (PS3.5 §6.2). */
function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--;
  return bytes.subarray(0, end);
}

const ENCODING: Record<Candidate, string> = { utf8: 'utf-8', gb: 'gb18030', latin: 'windows-1252' };
const decoders = new Map<string, TextDecoder>();
/** Node's own decoder maps GB 18030 as of 2022; `gb18030` also reads GBK and GB 2312, and knows names that `gbk` does not. */
function decoder(encoding: string): TextDecoder {
  let found = decoders.get(encoding);
  if (!found) decoders.set(encoding, (found = new TextDecoder(encoding, { ignoreBOM: true })));
  return found;
}

/**
 * Decodes the whole value field of a text element. Multi-values, name groups and components must be split afterwards:
 * 0x5C `\` and 0x5E `^` are ordinary second bytes in GBK and GB 18030.
 * Never throws; what cannot be decoded becomes U+FFFD.
 * @param charset `used` of a `CharsetDecision`
 */
export function decodeText(bytes: Buffer, vr: string, charset: string): string {
  if (!needsCharset(bytes)) return bytes.toString('latin1');
  const terms = charset.split('\\').map((term) => term || 'ISO 2022 IR 6');
  const family = familyOf(terms);
  if (family === 'utf8') return decoder('utf-8').decode(bytes);
  if (family === 'gb') return decoder('gb18030').decode(bytes);
  if (terms.includes(GB2312_ISO2022) && !terms.some(isOtherRepertoire)) return decodeGb2312(bytes);
  return bytes.includes(ESCAPE) ? decodeWithExtensions(bytes, vr, terms) : decodeInitial(bytes, terms);
}

function isOtherRepertoire(term: string): boolean {
  return term !== GB2312_ISO2022 && !/ IR 6$|_IR 6$/.test(term);
}

/**
 * ISO 2022 IR 58: the high half is GB 2312 whatever was designated before, so the designations are dropped instead of obeyed.
 * Many consoles leave them out, or write them once and not again after `^` and `=` as PS3.5 §6.1.2.5.3 demands.
 */
function decodeGb2312(bytes: Buffer): string {
  return decoder('gb18030').decode(withoutEscapes(bytes));
}

/** Without ESC, its intermediate bytes (0x20–0x2F) and its final byte (ISO 2022). */
function withoutEscapes(bytes: Buffer): Buffer {
  const kept: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== ESCAPE) {
      kept.push(bytes[i] as number);
      continue;
    }
    while (i + 1 < bytes.length && ((bytes[i + 1] as number) & 0xf0) === 0x20) i++;
    i++;
  }
  return Buffer.from(kept);
}

function decodeWithExtensions(bytes: Buffer, vr: string, terms: readonly string[]): string {
  try {
    return convertBytes(terms.join('\\'), bytes, { vr });
  } catch {
    // An escape of a repertoire that was not declared: the initial one reads at least the rest.
    return decodeInitial(withoutEscapes(bytes), terms);
  }
}

/** No escape in the value: the first term's repertoire is in force, or the only other one if the first is plain ASCII. */
function decodeInitial(bytes: Buffer, terms: readonly string[]): string {
  const initial = terms.find((term) => !/IR 6$/.test(term)) ?? 'ISO_IR 6';
  if (initial === 'ISO 2022 IR 149') return decoder('euc-kr').decode(bytes);
  return decoder(singleByteEncoding(initial) ?? 'windows-1252').decode(bytes);
}

function indexOfGb2312Escape(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('\x1b$)A', 0, 'latin1');
}

// --- after decoding -------------------------------------------------------------------------------------------------

/** Control characters and the invisible ones that reorder or hide text: a name must read as it is stored. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** One quick look decides for nearly every value that there is nothing to remove. */
const UNUSUAL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/;

/**
 * Removes control characters that DICOM does not allow (PS3.5 §6.1.3), and U+0000, which Postgres cannot store.
 * @param paragraphs VR ST, LT or UT: tab, line feed, form feed and carriage return stay; elsewhere they become a space
 */
export function withoutControls(text: string, paragraphs: boolean): string {
  if (!UNUSUAL.test(text)) return text;
  const clean = text.replace(FORBIDDEN, '');
  return paragraphs ? clean : clean.replace(/[\t\n\f\r]+/g, ' ');
}

/**
 * Without the spaces and NULs that pad a value (PS3.5 §6.2) at its end, and at its beginning where those mean nothing either.
 * By hand: a regular expression anchored at the end takes quadratic time over 64 KiB of spaces.
 */
export function withoutPadding(text: string, bothSides: boolean): string {
  const isPadding = (at: number): boolean => text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0;
  let end = text.length;
  while (end > 0 && isPadding(end - 1)) end--;
  let start = 0;
  while (bothSides && start < end && isPadding(start)) start++;
  return text.slice(start, end);
}

/** The first `limit` UTF-16 units, never half of a surrogate pair (Postgres refuses those in jsonb). */
export function capped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}
