import type { ByteSource } from './byte-source';
import { withoutPadding } from './charset';
import { type Encoding, fullBudget, readRootElements, type RootElement } from './element-reader';
import { HeaderRefusal } from './header-limits';
import { isStandardVr } from './vr-dictionary';

/** Where a data set begins and how it is encoded (PS3.10 §7, PS3.5 §10). */
export interface DataSetStart {
  transferSyntaxUid: string;
  /** The file does not say; it was guessed from the first attributes. */
  transferSyntaxAssumed: boolean;
  encoding: Encoding;
  deflated: boolean;
  /** Offset of the first attribute of the data set. */
  start: number;
  mediaStorageSopClassUid: string;
  mediaStorageSopInstanceUid: string;
  warnings: string[];
}

export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const DEFLATED_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';

const PREAMBLE = 128;
const META_WINDOW = Buffer.allocUnsafeSlow(4 * 1024);
/** Attributes that must look right before bytes without a preamble count as DICOM. */
const PROBED_ELEMENTS = 3;
const EXPLICIT_LE: Encoding = { explicit: true, bigEndian: false };
const GUESSES: readonly Guess[] = [
  [EXPLICIT_LITTLE_ENDIAN, EXPLICIT_LE],
  [IMPLICIT_LITTLE_ENDIAN, { explicit: false, bigEndian: false }],
  [EXPLICIT_BIG_ENDIAN, { explicit: true, bigEndian: true }],
];

/**
 * Finds the data set of a received file: with preamble and file meta information, or, as some consoles send it, without.
 * @throws HeaderRefusal `not_dicom`, `truncated`
 */
export function findDataSet(source: ByteSource): DataSetStart {
  if (source.size === 0) throw new HeaderRefusal('not_dicom', 'the file is empty');
  const metaStart = startOfMeta(source);
  const meta = readMeta(source, metaStart);
  const guessed = guessEncoding(source, meta.end);
  const uid = meta.transferSyntaxUid;
  if (uid === '' && guessed === null) {
    throw new HeaderRefusal(meta.found ? 'malformed' : 'not_dicom', 'no DICOM data set recognised');
  }
  return {
    ...(uid === '' ? assumed(guessed as Guess) : declared(uid, guessed)),
    deflated: uid === DEFLATED_LITTLE_ENDIAN,
    // Compressed bytes do not show where the file meta information ends; only its own length does.
    start: uid === DEFLATED_LITTLE_ENDIAN ? (meta.endByLength ?? meta.end) : meta.end,
    mediaStorageSopClassUid: meta.sopClassUid,
    mediaStorageSopInstanceUid: meta.sopInstanceUid,
  };
}

type Guess = readonly [transferSyntaxUid: string, encoding: Encoding];
type Syntax = Pick<DataSetStart, 'transferSyntaxUid' | 'transferSyntaxAssumed' | 'encoding' | 'warnings'>;

function assumed([transferSyntaxUid, encoding]: Guess): Syntax {
  return { transferSyntaxUid, transferSyntaxAssumed: true, encoding, warnings: ['transfer_syntax_assumed'] };
}

/** The bytes win over the label: a data set that was re-encoded without a new label is common and plain to see. */
function declared(transferSyntaxUid: string, guessed: Guess | null): Syntax {
  const common = { transferSyntaxUid, transferSyntaxAssumed: false };
  const bigEndian = transferSyntaxUid === EXPLICIT_BIG_ENDIAN;
  const encoding: Encoding = { explicit: transferSyntaxUid !== IMPLICIT_LITTLE_ENDIAN, bigEndian };
  if (guessed === null || transferSyntaxUid === DEFLATED_LITTLE_ENDIAN) return { ...common, encoding, warnings: [] };
  const differs = encoding.explicit !== guessed[1].explicit || bigEndian !== guessed[1].bigEndian;
  return { ...common, encoding: guessed[1], warnings: differs ? ['encoding_differs_from_transfer_syntax'] : [] };
}

/** Behind preamble and prefix; some write the prefix without a preamble, some neither. */
function startOfMeta(source: ByteSource): number {
  const head = source.read(0, PREAMBLE + 4, META_WINDOW);
  if (head.toString('latin1', PREAMBLE, PREAMBLE + 4) === 'DICM') return PREAMBLE + 4;
  return head.toString('latin1', 0, 4) === 'DICM' ? 4 : 0;
}

interface Meta {
  found: boolean;
  transferSyntaxUid: string;
  sopClassUid: string;
  sopInstanceUid: string;
  /** Behind the last attribute of group 0002, and behind it by its own group length. */
  end: number;
  endByLength: number | null;
}

/** Group 0002 is explicit little endian whatever follows (PS3.10 §7.1). Its length field is often wrong or absent. */
function readMeta(source: ByteSource, start: number): Meta {
  const nothing: Meta = {
    found: start > 0,
    transferSyntaxUid: '',
    sopClassUid: '',
    sopInstanceUid: '',
    end: start,
    endByLength: null,
  };
  const head = source.read(start, 6, META_WINDOW);
  if (head.length < 6 || head.readUInt16LE(0) !== 2 || !isStandardVr(head.toString('latin1', 4, 6))) return nothing;
  const { elements, stop, fault } = readRootElements(
    source,
    start,
    EXPLICIT_LE,
    (tag) => !tag.startsWith('x0002'),
    fullBudget(),
    META_WINDOW,
  );
  if (fault)
    throw fault.code === 'truncated' ? fault : new HeaderRefusal('malformed', `file meta information: ${fault.detail}`);
  const length = elements.get('x00020000');
  const byLength =
    length && length.element.length === 4
      ? valueEnd(length) + length.bytes.readUInt32LE(length.element.dataOffset)
      : null;
  return {
    found: true,
    transferSyntaxUid: uidValue(elements.get('x00020010')),
    sopClassUid: uidValue(elements.get('x00020002')),
    sopInstanceUid: uidValue(elements.get('x00020003')),
    end: stop?.start ?? source.size,
    endByLength: byLength !== null && byLength <= source.size ? byLength : null,
  };
}

function valueEnd({ element, base }: RootElement): number {
  return base + element.dataOffset + element.length;
}

/** The UID as written, without its padding (PS3.5 §9.1: one trailing NUL; spaces are seen too); empty when absent. */
export function uidValue(root: RootElement | undefined): string {
  if (!root) return '';
  const { element, bytes } = root;
  const text = bytes.toString('latin1', element.dataOffset, element.dataOffset + Math.min(element.length, 256));
  // What is hidden behind hundreds of spaces must not be cut off unseen; such a value is too long, not a UID.
  return element.length > text.length ? text : withoutPadding(text, true);
}

/** The transfer syntax whose reading of the first attributes makes sense, or null. */
function guessEncoding(source: ByteSource, start: number): Guess | null {
  const bytes = source.read(start, META_WINDOW.length, META_WINDOW);
  return GUESSES.find(([, encoding]) => looksLikeDataSet(bytes, source.size - start, encoding)) ?? null;
}

/** Ascending tags from an early even group, lengths inside the file, standard VRs. */
function looksLikeDataSet(bytes: Buffer, available: number, { explicit, bigEndian }: Encoding): boolean {
  const u16 = (at: number): number => (bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  const u32 = (at: number): number => (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  let at = 0;
  let previous = -1;
  for (let seen = 0; seen < PROBED_ELEMENTS; seen++) {
    if (at + 12 > bytes.length) return seen > 0;
    const group = u16(at);
    const tag = group * 0x10000 + u16(at + 2);
    if (tag <= previous || (seen === 0 && (group < 4 || group > 0x20 || group % 2 === 1))) return false;
    let length = u32(at + 4);
    let header = 8;
    if (explicit) {
      const vr = bytes.toString('latin1', at + 4, at + 6);
      if (!isStandardVr(vr)) return false;
      const long = /^(O.|SQ|SV|U[CNRTV])$/.test(vr);
      [length, header] = long ? [u32(at + 8), 12] : [u16(at + 6), 8];
    }
    if (length === 0xffffffff) return true;
    at += header + length;
    if (at > available) return false;
    previous = tag;
  }
  return true;
}
