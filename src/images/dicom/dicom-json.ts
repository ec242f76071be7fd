import type { Element } from 'dicom-parser';
import { capped, decodeText, splitPersonName, withoutControls, withoutPadding, type PersonName } from './charset';
import type { Encoding, RootElement } from './element-reader';
import { HEADER_LIMITS, HeaderRefusal, tagForPeople } from './header-limits';
import { dictionaryVr, isStandardVr } from './vr-dictionary';

/** DICOM JSON model (PS3.18 Annex F). */
export type DicomJsonValue = string | number | null | PersonName | DicomJson;
export interface DicomJsonAttribute {
  vr: string;
  Value?: DicomJsonValue[];
  InlineBinary?: string;
}
/** Tag as eight upper-case hexadecimal digits → attribute. */
export type DicomJson = Record<string, DicomJsonAttribute>;

/** A value that stays in the file: long binary data and over-long lists. */
export interface BulkValue {
  tag: string;
  vr: string;
  offset: number;
  length: number;
}

/** What a conversion needs to know besides the element. */
export interface ConversionContext {
  encoding: Encoding;
  /** (0028,0103) is 1: `US|SS` is SS */
  pixelsSigned: boolean;
  /** The character set in use for the label in force: values of (0008,0005) joined by a backslash, '' when absent. */
  charsetFor: (label: string) => string;
  warn: (warning: string) => void;
}

const BINARY = new Map([
  ['OB', 1],
  ['UN', 1],
  ['OW', 2],
  ['OF', 4],
  ['OL', 4],
  ['OD', 8],
  ['OV', 8],
]);
const NUMBER_SIZE = new Map([
  ['US', 2],
  ['SS', 2],
  ['UL', 4],
  ['SL', 4],
  ['FL', 4],
  ['FD', 8],
  ['SV', 8],
  ['UV', 8],
  ['AT', 4],
]);
/** One value whatever it contains; may hold line breaks (PS3.5 §6.2). */
const PARAGRAPHS = new Set(['ST', 'LT', 'UT']);
/** Shorter than anything that is too long. */
const PLAIN_BYTES = Math.min(HEADER_LIMITS.inlineBytes, HEADER_LIMITS.lineCharacters, HEADER_LIMITS.leafBytes);
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
/** Tags of the delimiters that dicom-parser lists among the elements of an item. */
const DELIMITERS = /^xfffe/;

/** VR of an element: as written when it is a standard one, else by the dictionary (implicit VR, UN, nonsense). */
export function effectiveVr(element: Element, pixelsSigned: boolean): string {
  if (element.items) return 'SQ';
  const written = element.vr;
  if (written !== undefined && written !== 'UN' && isStandardVr(written)) return written;
  const known = dictionaryVr(element.tag) ?? 'UN';
  if (known === 'US|SS') return pixelsSigned ? 'SS' : 'US';
  // A sequence nobody parsed as such is only bytes here.
  return known === 'SQ' ? 'UN' : known;
}

/** Group lengths (retired) and delimiters are no part of the model (PS3.18 F.2.2). */
export function belongsInModel(tag: string): boolean {
  return !DELIMITERS.test(tag) && !tag.endsWith('0000') && !tag.startsWith('x0002');
}

export function jsonTag(tag: string): string {
  return tag.slice(1).toUpperCase();
}

/** Values of (0008,0005) among the elements of one level, or undefined when the level has no label of its own. */
export function declaredCharset(element: Element | undefined, bytes: Buffer): string[] | undefined {
  if (!element) return undefined;
  const text = valueBytes(element, bytes).toString('latin1').replace(/\0/g, '');
  return text.trim() === '' ? [] : text.split('\\').map((value) => value.trim());
}

/** The value field; shorter than `element.length` when only a prefix was read. */
export function valueBytes(element: Element, bytes: Buffer): Buffer {
  return bytes.subarray(element.dataOffset, element.dataOffset + Math.max(0, element.length));
}

/** A short leaf of which {@link attributeOf} has nothing to say but its value: no warning, no refusal, no bulk. */
export function isPlain(element: Element, pixelsSigned: boolean): boolean {
  if (element.items || element.length >= PLAIN_BYTES) return false;
  const vr = effectiveVr(element, pixelsSigned);
  return vr !== 'SQ' && element.length % (NUMBER_SIZE.get(vr) ?? 1) === 0;
}

/** Null when the value stays in the file and is to be listed as bulk. */
export function attributeOf(
  { element, bytes }: Pick<RootElement, 'element' | 'bytes'>,
  label: string,
  context: ConversionContext,
  depth = 0,
): DicomJsonAttribute | null {
  const vr = effectiveVr(element, context.pixelsSigned);
  if (vr === 'SQ') return sequence(element, bytes, label, context, depth);
  if (BINARY.has(vr))
    return element.length >= HEADER_LIMITS.inlineBytes ? null : inlineBinary(vr, element, bytes, context);
  if (NUMBER_SIZE.has(vr))
    return element.length >= HEADER_LIMITS.inlineBytes ? null : withValues(vr, numbers(vr, element, bytes, context));
  if ((vr === 'DS' || vr === 'IS') && element.length > HEADER_LIMITS.leafBytes) return null;
  return withValues(vr, textValues(vr, element, bytes, label, context));
}

function withValues(vr: string, values: DicomJsonValue[]): DicomJsonAttribute {
  return values.length === 0 || (values.length === 1 && values[0] === null) ? { vr } : { vr, Value: values };
}

function sequence(
  element: Element,
  bytes: Buffer,
  label: string,
  context: ConversionContext,
  depth: number,
): DicomJsonAttribute {
  if (depth >= HEADER_LIMITS.depth)
    throw new HeaderRefusal('nesting_too_deep', `more than ${HEADER_LIMITS.depth} levels`);
  const items = (element.items ?? []).map((item) =>
    itemModel(item.dataSet?.elements ?? {}, bytes, label, context, depth + 1),
  );
  return items.length === 0 ? { vr: 'SQ' } : { vr: 'SQ', Value: items };
}

/** An item may have its own character set; without one it inherits (PS3.3 C.12.1.1.2). */
function itemModel(
  elements: Record<string, Element>,
  bytes: Buffer,
  inherited: string,
  context: ConversionContext,
  depth: number,
): DicomJson {
  const label = declaredCharset(elements['x00080005'], bytes)?.join('\\') ?? inherited;
  const model: DicomJson = {};
  for (const element of Object.values(elements)) {
    if (!belongsInModel(element.tag)) continue;
    // The model is UTF-8 whatever the file was.
    if (element.tag === 'x00080005') model['00080005'] = { vr: 'CS', Value: ['ISO_IR 192'] };
    else
      model[jsonTag(element.tag)] = attributeOf({ element, bytes }, label, context, depth) ?? {
        vr: effectiveVr(element, false),
      };
  }
  return model;
}

// --- text -------------------------------------------------------------------------------------------------------------

function textValues(
  vr: string,
  element: Element,
  bytes: Buffer,
  label: string,
  context: ConversionContext,
): DicomJsonValue[] {
  const field = valueBytes(element, bytes);
  const text = decodeText(field, vr, context.charsetFor(label));
  if (element.length > field.length) context.warn(`over_long ${tagForPeople(element.tag)}`);
  if (PARAGRAPHS.has(vr) || vr === 'UR') return [lineOrParagraph(withoutPadding(text, false), vr, element, context)];
  return text.split('\\').map((padded) => {
    const value = withoutPadding(padded, true);
    if (value === '') return null;
    const clean = lineOrParagraph(value, vr, element, context);
    if (vr === 'PN') return personName(clean ?? '');
    return vr === 'DS' || vr === 'IS' ? numberOrText(vr, clean ?? '') : clean;
  });
}

/** Null for a name of separators only. */
function personName(text: string): PersonName | null {
  const name = splitPersonName(text);
  return Object.keys(name).length === 0 ? null : name;
}

function lineOrParagraph(text: string, vr: string, element: Element, context: ConversionContext): string | null {
  const paragraph = PARAGRAPHS.has(vr);
  const limit =
    paragraph || vr === 'UC' || vr === 'UR' ? HEADER_LIMITS.paragraphCharacters : HEADER_LIMITS.lineCharacters;
  if (text.length > limit) context.warn(`over_long ${tagForPeople(element.tag)}`);
  return withoutControls(capped(text, limit), paragraph) || null;
}

/** DS and IS are numbers in the model where JSON can hold them, text where a device wrote something else (PS3.18 F.2.3). */
function numberOrText(vr: string, text: string): number | string {
  if (!DECIMAL.test(text)) return text;
  const number = Number(text);
  return Number.isFinite(number) && (vr === 'DS' || Number.isSafeInteger(number)) ? number : text;
}

// --- binary -----------------------------------------------------------------------------------------------------------

function numbers(vr: string, element: Element, bytes: Buffer, context: ConversionContext): DicomJsonValue[] {
  const size = NUMBER_SIZE.get(vr) as number;
  const field = valueBytes(element, bytes);
  if (field.length % size !== 0) context.warn(`bad_length ${tagForPeople(element.tag)}`);
  const values: DicomJsonValue[] = [];
  const { bigEndian } = context.encoding;
  for (let at = 0; at + size <= field.length; at += size) values.push(numberAt(vr, field, at, bigEndian));
  return values;
}

/** NaN and the infinities have no place in JSON; null says that there is a value without saying a wrong one. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function numberAt(vr: string, bytes: Buffer, at: number, bigEndian: boolean): number | string | null {
  switch (vr) {
    case 'US':
      return bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
    case 'SS':
      return bigEndian ? bytes.readInt16BE(at) : bytes.readInt16LE(at);
    case 'UL':
      return bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    case 'SL':
      return bigEndian ? bytes.readInt32BE(at) : bytes.readInt32LE(at);
    case 'FL':
      return finite(bigEndian ? bytes.readFloatBE(at) : bytes.readFloatLE(at));
    case 'FD':
      return finite(bigEndian ? bytes.readDoubleBE(at) : bytes.readDoubleLE(at));
    case 'AT': {
      const half = (from: number): number => (bigEndian ? bytes.readUInt16BE(from) : bytes.readUInt16LE(from));
      return (half(at) * 0x10000 + half(at + 2)).toString(16).padStart(8, '0').toUpperCase();
    }
    case 'SV':
      return exact(bigEndian ? bytes.readBigInt64BE(at) : bytes.readBigInt64LE(at));
    default:
      return exact(bigEndian ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
  }
}

/** A 64-bit number as text when a JSON number would round it (PS3.18 table F.2.3-1 allows both). */
function exact(value: bigint): number | string {
  return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

/** Base64 of the little-endian bytes (PS3.18 F.2.7). */
function inlineBinary(vr: string, element: Element, bytes: Buffer, context: ConversionContext): DicomJsonAttribute {
  const field = valueBytes(element, bytes);
  if (field.length === 0) return { vr };
  const word = BINARY.get(vr) as number;
  if (!context.encoding.bigEndian || word === 1) return { vr, InlineBinary: field.toString('base64') };
  const swapped = Buffer.from(field.subarray(0, field.length - (field.length % word)));
  if (word === 2) swapped.swap16();
  else if (word === 4) swapped.swap32();
  else swapped.swap64();
  return { vr, InlineBinary: swapped.toString('base64') };
}
