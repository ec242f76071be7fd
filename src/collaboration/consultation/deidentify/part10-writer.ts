/** Writes elements in Explicit VR Little Endian (PS3.5 §7.1.2) and the head of a file (PS3.10 §7.1). Pure. */

/** An element to be written; the value is already in its encoding. */
export interface Written {
  /** As dicom-parser writes it: `x00080060`. */
  readonly tag: string;
  readonly vr: string;
  readonly value: Buffer;
}

/** VRs with two reserved bytes and a 32-bit length. */
const LONG = new Set(['OB', 'OW', 'SQ', 'UN']);
const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 'xfffee000';
/** Ends encapsulated pixel data. */
export const SEQUENCE_DELIMITATION = Buffer.from('feffdde000000000', 'hex');
/** Of this software, under the root of uuids. */
const IMPLEMENTATION_CLASS_UID = '2.25.180416790518250427214506153041208514097';
const EXPLICIT = { version: Buffer.from([0, 1]), name: 'COUNTY_IMAGING' };

/** A text value, padded to an even length: UIDs with NUL, all others with a space (PS3.5 §6.2). ASCII only. */
export function text(tag: string, vr: string, value: string): Written {
  const padding = value.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
  return { tag, vr, value: Buffer.from(value + padding, 'latin1') };
}

/** A sequence of items of defined length; each item's elements in ascending order. */
export function sequence(tag: string, items: readonly (readonly Written[])[]): Written {
  const parts = items.map((elements) => {
    const bytes = encoded(elements);
    return Buffer.concat([tagBytes(ITEM), uint32(bytes.length), bytes]);
  });
  return { tag, vr: 'SQ', value: Buffer.concat(parts) };
}

/** Elements one behind the other, ordered by tag as the standard wants them. */
export function encoded(elements: readonly Written[]): Buffer {
  const ordered = elements.toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
  return Buffer.concat(ordered.flatMap(({ tag, vr, value }) => [elementHead(tag, vr, value.length), value]));
}

/** Preamble, prefix and file meta information. */
export function fileHead(sopClassUid: string, sopInstanceUid: string, transferSyntaxUid: string): Buffer {
  const meta = encoded([
    { tag: 'x00020001', vr: 'OB', value: EXPLICIT.version },
    text('x00020002', 'UI', sopClassUid),
    text('x00020003', 'UI', sopInstanceUid),
    text('x00020010', 'UI', transferSyntaxUid),
    text('x00020012', 'UI', IMPLEMENTATION_CLASS_UID),
    text('x00020013', 'SH', EXPLICIT.name),
  ]);
  const length = encoded([{ tag: 'x00020000', vr: 'UL', value: uint32(meta.length) }]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), length, meta]);
}

/** The head of Pixel Data (7FE0,0010); `length` null for fragments, which end by themselves. */
export function pixelDataHead(length: number | null): Buffer {
  return elementHead('x7fe00010', length === null ? 'OB' : 'OW', length ?? UNDEFINED_LENGTH);
}

function elementHead(tag: string, vr: string, length: number): Buffer {
  const type = Buffer.from(vr, 'latin1');
  if (LONG.has(vr)) return Buffer.concat([tagBytes(tag), type, Buffer.alloc(2), uint32(length)]);
  const short = Buffer.alloc(2);
  short.writeUInt16LE(length);
  return Buffer.concat([tagBytes(tag), type, short]);
}

function tagBytes(tag: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(parseInt(tag.slice(1, 5), 16), 0);
  bytes.writeUInt16LE(parseInt(tag.slice(5), 16), 2);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
