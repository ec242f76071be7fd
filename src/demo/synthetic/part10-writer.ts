import type { BytesVr, DicomElement, NumberValue, NumberVr, TextValue, TextVr } from './dictionary';
import { element } from './dictionary';
import type { Charset } from './text-encoding';
import { encodeText, specificCharacterSet } from './text-encoding';

/** This library's own Implementation Class UID (PS3.7 D.3.3.2): a UUID drawn once, under 2.25 (PS3.5 B.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.312890118564332844919975297561397801319';
const IMPLEMENTATION_VERSION_NAME = 'COUNTY_SYNTH_1';

export type TransferSyntax = 'explicit-le' | 'implicit-le';
const TRANSFER_SYNTAX_UID: Readonly<Record<TransferSyntax, string>> = {
  'explicit-le': '1.2.840.10008.1.2.1',
  'implicit-le': '1.2.840.10008.1.2',
};

export interface Part10File {
  sopClassUid: string;
  sopInstanceUid: string;
  /** The data set in any order, without group 0002. */
  elements: readonly DicomElement[];
  charset: Charset;
  /** Explicit VR little endian unless said otherwise. */
  transferSyntax?: TransferSyntax;
}

interface Encoding {
  explicit: boolean;
  charset: Charset;
}

/**
 * A DICOM file (PS3.10 chapter 7): preamble, DICM, file meta information, data set in ascending tag order, every value
 * padded to an even length. Specific Character Set and the SOP UIDs are added unless `elements` brings its own.
 * @throws RangeError for a doubled tag, a tag of group 0002, or a value too long for its VR's length field
 */
export function writePart10(file: Part10File): Buffer {
  const syntax = file.transferSyntax ?? 'explicit-le';
  const dataSet = encodeElements(withDefaults(file), { explicit: syntax === 'explicit-le', charset: file.charset });
  return Buffer.concat([PREAMBLE, metaInformation(file, TRANSFER_SYNTAX_UID[syntax]), ...dataSet]);
}

const PREAMBLE = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1')]);

function withDefaults(file: Part10File): DicomElement[] {
  const own = new Set(file.elements.map((e) => e.tag));
  const label = specificCharacterSet(file.charset);
  const defaults = [element('SOPClassUID', file.sopClassUid), element('SOPInstanceUID', file.sopInstanceUid)];
  // The label holds the multi-value delimiter already (`\ISO 2022 IR 58` = an empty first value, then IR 58).
  if (label !== undefined) defaults.push(element('SpecificCharacterSet', label));
  return [...defaults.filter((e) => !own.has(e.tag)), ...file.elements];
}

/** Group 0002 is explicit little endian whatever the data set is (PS3.10 7.1), and starts with its own length. */
function metaInformation(file: Part10File, transferSyntaxUid: string): Buffer {
  const encoding: Encoding = { explicit: true, charset: 'ASCII' };
  const text = (tag: number, vr: TextVr, value: string): Buffer => encodeElement({ tag, vr, value }, encoding);
  const rest = Buffer.concat([
    encodeElement({ tag: 0x00020001, vr: 'OB', value: Buffer.from([0, 1]) }, encoding),
    text(0x00020002, 'UI', file.sopClassUid),
    text(0x00020003, 'UI', file.sopInstanceUid),
    text(0x00020010, 'UI', transferSyntaxUid),
    text(0x00020012, 'UI', IMPLEMENTATION_CLASS_UID),
    text(0x00020013, 'SH', IMPLEMENTATION_VERSION_NAME),
  ]);
  return Buffer.concat([encodeElement({ tag: 0x00020000, vr: 'UL', value: rest.length }, encoding), rest]);
}

/** The pieces are returned unjoined, so that the pixel data is copied only once, into the file. */
function encodeElements(elements: readonly DicomElement[], encoding: Encoding): Buffer[] {
  const sorted = [...elements].sort((a, b) => a.tag - b.tag);
  return sorted.flatMap((e, index) => {
    if (e.tag >>> 16 === 2) throw new RangeError(`${tagText(e.tag)} belongs to the file meta information`);
    if (sorted[index - 1]?.tag === e.tag) throw new RangeError(`${tagText(e.tag)} is given twice`);
    const value = encodeValue(e, encoding);
    return [elementHeader(e, value.length, encoding.explicit), value];
  });
}

function encodeElement(e: DicomElement, encoding: Encoding): Buffer {
  const value = encodeValue(e, encoding);
  return Buffer.concat([elementHeader(e, value.length, encoding.explicit), value]);
}

const tagText = (tag: number): string => {
  const hex = tag.toString(16).padStart(8, '0').toUpperCase();
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
};

/** VRs with two reserved bytes and a 32-bit length in explicit form (PS3.5 table 7.1-1). */
const LONG_FORM: ReadonlySet<string> = new Set(['OB', 'OW', 'UN', 'SQ', 'UC', 'UR', 'UT']);

function elementHeader(e: DicomElement, length: number, explicit: boolean): Buffer {
  const long = explicit && LONG_FORM.has(e.vr);
  const header = Buffer.alloc(long ? 12 : 8);
  header.writeUInt16LE(e.tag >>> 16, 0);
  header.writeUInt16LE(e.tag & 0xffff, 2);
  if (explicit) header.write(e.vr, 4, 'latin1');
  if (long) header.writeUInt32LE(length, 8);
  else if (!explicit) header.writeUInt32LE(length, 4);
  else if (length <= 0xfffe) header.writeUInt16LE(length, 6);
  else throw new RangeError(`${tagText(e.tag)} ${e.vr}: ${length} bytes do not fit the 16-bit length field`);
  return header;
}

function encodeValue(e: DicomElement, encoding: Encoding): Buffer {
  switch (e.vr) {
    case 'SQ':
      return Buffer.concat(e.value.flatMap((item) => encodeItem(item, encoding)));
    case 'OB':
    case 'OW':
    case 'UN':
      return pad(asBuffer(e.value), e.vr);
    case 'US':
    case 'SS':
    case 'UL':
    case 'SL':
    case 'FL':
    case 'FD':
      return encodeNumbers(e.vr, e.value);
    default:
      return pad(encodeTextValue(e.vr, e.value, encoding.charset), e.vr);
  }
}

/** Items of defined length (PS3.5 7.5); an empty sequence has no item. */
function encodeItem(item: readonly DicomElement[], encoding: Encoding): Buffer[] {
  const body = encodeElements(item, encoding);
  const header = Buffer.alloc(8);
  header.writeUInt16LE(0xfffe, 0);
  header.writeUInt16LE(0xe000, 2);
  header.writeUInt32LE(
    body.reduce((sum, piece) => sum + piece.length, 0),
    4,
  );
  return [header, ...body];
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Text is padded with a space, UIDs and bytes with NUL (PS3.5 6.2). */
function pad(value: Buffer, vr: TextVr | BytesVr): Buffer {
  if (value.length % 2 === 0) return value;
  const nul = vr === 'UI' || vr === 'OB' || vr === 'OW' || vr === 'UN';
  return Buffer.concat([value, Buffer.from([nul ? 0x00 : 0x20])]);
}

const CHARSET_VRS: ReadonlySet<TextVr> = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
const BACKSLASH = Buffer.from('\\', 'latin1');

function encodeTextValue(vr: TextVr, value: TextValue, charset: Charset): Buffer {
  if (value instanceof Uint8Array) return asBuffer(value);
  const values = typeof value === 'string' || typeof value === 'number' ? [value] : value;
  // Joined as bytes after encoding: a value's own 0x5C (second half of a GBK character) is not touched.
  return Buffer.concat(
    values.flatMap((one, index) => {
      const text = typeof one === 'number' ? numberText(vr, one) : one;
      if (vr === 'UI' && text.length > 64) throw new RangeError(`UID of ${text.length} characters: ${text}`);
      const bytes = encodeText(text, CHARSET_VRS.has(vr) ? charset : 'ASCII', vr === 'PN');
      return index === 0 ? [bytes] : [BACKSLASH, bytes];
    }),
  );
}

/** A Decimal String has at most 16 characters (PS3.5 6.2): digits behind the point give way. */
function numberText(vr: TextVr, value: number): string {
  if (vr === 'IS' && !Number.isInteger(value)) throw new RangeError(`IS takes whole numbers, not ${value}`);
  const text = String(value);
  return text.length <= 16 ? text : String(Number(value.toFixed(8)));
}

const NUMBER_WRITERS: Readonly<
  Record<NumberVr, { size: number; write: (b: Buffer, value: number, at: number) => void }>
> = {
  US: { size: 2, write: (b, value, at) => b.writeUInt16LE(value, at) },
  SS: { size: 2, write: (b, value, at) => b.writeInt16LE(value, at) },
  UL: { size: 4, write: (b, value, at) => b.writeUInt32LE(value, at) },
  SL: { size: 4, write: (b, value, at) => b.writeInt32LE(value, at) },
  FL: { size: 4, write: (b, value, at) => b.writeFloatLE(value, at) },
  FD: { size: 8, write: (b, value, at) => b.writeDoubleLE(value, at) },
};

function encodeNumbers(vr: NumberVr, value: NumberValue): Buffer {
  const { size, write } = NUMBER_WRITERS[vr];
  const values = typeof value === 'number' ? [value] : value;
  const buffer = Buffer.alloc(size * values.length);
  values.forEach((one, index) => write(buffer, one, index * size));
  return buffer;
}
