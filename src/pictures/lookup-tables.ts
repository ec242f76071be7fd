import { parseDicom } from 'dicom-parser';
import type { Palette } from './colour.rules';
import type { LookupTable } from './grey.rules';
import { numbers } from './picture-attributes.rules';
import type { DicomJson } from '../images';

/** Tables of a file that are too long for its header's model. For the thread: it parses. */

const TAG = { descriptor: 'x00283002', data: 'x00283006' } as const;
/** Modality LUT Sequence, VOI LUT Sequence (PS3.3 C.11.1, C.11.2). */
export type TableSequence = 'x00283000' | 'x00283010';

/** Of a value of no meaning (PS3.3 C.11.1.1.1): 0 stands for 2¹⁶, which does not fit. */
const entryCount = (written: number): number => written || 65_536;

/**
 * The first table of a sequence; null where it is not whole.
 *
 * @param bytes of the file up to its pixel data
 * @param signed the table's input can be negative, so that its first value is read with a sign
 */
export function sequenceTable(bytes: Buffer, sequence: TableSequence, signed: boolean): LookupTable | null {
  const item = itemOf(bytes, sequence);
  const data = item?.elements[TAG.data];
  const [count, bits] = [item?.uint16(TAG.descriptor, 0), item?.uint16(TAG.descriptor, 2)];
  const first = signed ? item?.int16(TAG.descriptor, 1) : item?.uint16(TAG.descriptor, 1);
  if (!item || !data || count === undefined || first === undefined || !bits || bits > 16) return null;
  const length = entryCount(count);
  if (data.length < length * 2) return null;
  return { first, bits, entries: Uint16Array.from({ length }, (_, i) => item.uint16(TAG.data, i) ?? 0) };
}

function itemOf(bytes: Buffer, sequence: TableSequence) {
  try {
    return parseDicom(bytes, { untilTag: 'x7fe00010' }).elements[sequence]?.items?.[0]?.dataSet;
  } catch {
    // What the header reader could still make out of a broken file may be nothing to a stricter one.
    return undefined;
  }
}

/** A value that the header's model leaves in the file. */
export interface FilePlace {
  readonly tag: string;
  readonly offset: number;
  readonly length: number;
}

export const PALETTE_DATA = ['00281201', '00281202', '00281203'] as const;

/**
 * Red, green and blue of PALETTE COLOR (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6); null where one is missing (or segmented).
 *
 * @param valueAt the bytes of a table that stayed in the file, little endian
 */
export function paletteTables(
  header: DicomJson,
  signed: boolean,
  valueAt: (tag: string) => Buffer | null,
): Palette | null {
  const tables = PALETTE_DATA.map((tag) => {
    const [count, first, bits] = numbers(header[tag.replace('002812', '002811')]);
    const inline = header[tag]?.InlineBinary;
    const data = inline === undefined ? valueAt(tag) : Buffer.from(inline, 'base64');
    return count === undefined || first === undefined || !bits || !data
      ? null
      : paletteTable(data, entryCount(count & 0xffff), signed ? (first << 16) >> 16 : first & 0xffff, bits);
  });
  return tables.every((table) => table !== null) ? (tables as unknown as Palette) : null;
}

function paletteTable(data: Buffer, length: number, first: number, bits: number): LookupTable | null {
  if (bits <= 8 && data.length >= length && data.length < length * 2)
    return { first, bits, entries: data.subarray(0, length) };
  if (bits > 16 || data.length < length * 2) return null;
  return { first, bits, entries: Uint16Array.from({ length }, (_, i) => data.readUInt16LE(i * 2)) };
}
