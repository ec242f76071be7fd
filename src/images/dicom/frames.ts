import { closeSync, fstatSync, openSync } from 'node:fs';
import { type ByteSource, fileSource } from './byte-source';

/** A run of bytes of the file. */
export interface ByteRange {
  offset: number;
  length: number;
}

/** Where the pixel data of a file is. */
export interface PixelDataPlace extends ByteRange {
  /** Float Pixel Data (7FE0,0008), Double Float Pixel Data (7FE0,0009) or Pixel Data (7FE0,0010), as `7FE00010`. */
  tag: string;
  /** A sequence of fragments (PS3.5 A.4); `length` then covers all of them with their headers. */
  encapsulated: boolean;
  /** Offsets count in the inflated data set, not in the file. */
  deflated: boolean;
  /** Values of Extended Offset Table (7FE0,0001) and Extended Offset Table Lengths (7FE0,0002) (PS3.3 C.7.6.3.1.8). */
  extendedOffsets: ByteRange | null;
  extendedLengths: ByteRange | null;
}

/** Attributes of the Image Pixel module (PS3.3 C.7.6.3) as they are written; null when absent or unusable. */
export interface ImageShape {
  frames: number;
  rows: number | null;
  columns: number | null;
  samplesPerPixel: number | null;
  bitsAllocated: number | null;
  bitsStored: number | null;
  pixelRepresentation: number | null;
  planarConfiguration: number | null;
  photometricInterpretation: string | null;
}

export interface FrameSubject {
  transferSyntaxUid: string;
  image: ImageShape;
  pixelData: PixelDataPlace | null;
}

/** The bytes of one frame, in order; an encapsulated frame may be made of several fragments. */
export type FrameBytes = ByteRange[];
export type FramesRefusal =
  'no_pixel_data' | 'deflated' | 'frame_size_unknown' | 'frames_ambiguous' | 'truncated' | 'too_many_fragments';
export type FramesResult =
  { ok: true; encapsulated: boolean; frames: FrameBytes[]; bitOffsets?: number[] } | { ok: false; code: FramesRefusal };

export interface Fragment extends ByteRange {
  /** Of its item tag, from the item tag of the first fragment: what the offset tables count. */
  itemOffset: number;
}
export interface Fragments {
  basicOffsets: number[];
  fragments: Fragment[];
  /** Where the first fragment's item tag is in the source. */
  first: number;
  /** Behind the sequence delimitation item, or behind the last whole fragment. */
  end: number;
  /** `open`: the source ends behind a whole fragment without the delimitation item; `cut`: inside something. */
  ending: 'delimited' | 'open' | 'cut';
}

const RLE_LOSSLESS = '1.2.840.10008.1.2.5';
const ITEM = 0xfffee000;
const SEQUENCE_DELIMITATION = 0xfffee0dd;
const ITEM_HEADER = 8;
const FRAGMENT_LIMIT = 200_000;
const FRAME_LIMIT = 200_000;

/**
 * Finds the bytes of every frame with small positional reads; the file is never in memory. Synchronous: for a worker thread.
 * @throws the file system's error when the file cannot be read
 */
export function locateFrames(path: string, subject: FrameSubject): FramesResult {
  const descriptor = openSync(path, 'r');
  try {
    return framesIn(fileSource(descriptor, fstatSync(descriptor).size), subject);
  } finally {
    closeSync(descriptor);
  }
}

export function framesIn(source: ByteSource, { image, pixelData, transferSyntaxUid }: FrameSubject): FramesResult {
  if (!pixelData) return { ok: false, code: 'no_pixel_data' };
  if (pixelData.deflated) return { ok: false, code: 'deflated' };
  return pixelData.encapsulated
    ? encapsulatedFrames(source, image, pixelData, transferSyntaxUid)
    : nativeFrames(source, image, pixelData);
}

// --- native -----------------------------------------------------------------------------------------------------------

/** Bits of one uncompressed frame (PS3.5 §8.1.1, §8.2), or null when the attributes do not say. */
export function bitsPerFrame(image: ImageShape): number | null {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometricInterpretation } = image;
  if (!rows || !columns || !bitsAllocated) return null;
  // Chrominance at half width, or half width and height (PS3.3 C.7.6.3.1.2).
  const samples =
    { YBR_FULL_422: 2, YBR_PARTIAL_422: 2, YBR_PARTIAL_420: 1.5 }[photometricInterpretation ?? ''] ??
    samplesPerPixel ??
    1;
  return rows * columns * samples * bitsAllocated;
}

function nativeFrames(source: ByteSource, image: ImageShape, { offset, length }: PixelDataPlace): FramesResult {
  const bits = bitsPerFrame(image);
  if (bits === null) return { ok: false, code: 'frame_size_unknown' };
  const there = Math.min(length, source.size - offset);
  const count = Math.min(image.frames, Math.floor((there * 8) / bits), FRAME_LIMIT);
  if (count < 1) return { ok: false, code: 'truncated' };
  const starts = Array.from({ length: count }, (_, frame) => frame * bits);
  const frames = starts.map((start): FrameBytes => {
    const from = Math.floor(start / 8);
    return [{ offset: offset + from, length: Math.ceil((start + bits) / 8) - from }];
  });
  // Single-bit frames are packed without padding between them (PS3.5 §8.1.1) and may begin inside a byte.
  if (bits % 8 === 0) return { ok: true, encapsulated: false, frames };
  return { ok: true, encapsulated: false, frames, bitOffsets: starts.map((start) => start % 8) };
}

// --- encapsulated -----------------------------------------------------------------------------------------------------

function encapsulatedFrames(
  source: ByteSource,
  image: ImageShape,
  place: PixelDataPlace,
  transferSyntaxUid: string,
): FramesResult {
  const extended = extendedTableFrames(source, image, place);
  if (extended) return { ok: true, encapsulated: true, frames: extended };
  const found = readFragments(source, place.offset);
  if (found === null) return { ok: false, code: 'too_many_fragments' };
  if (found.fragments.length === 0) return { ok: false, code: 'truncated' };
  const frames =
    basicTableFrames(found, image.frames) ?? framesWithoutTable(source, found, image.frames, transferSyntaxUid);
  return frames ? { ok: true, encapsulated: true, frames } : { ok: false, code: 'frames_ambiguous' };
}

/**
 * Walks the items of encapsulated pixel data from the Basic Offset Table item on (PS3.5 A.4), reading their headers only.
 * Null when there are more fragments than any image has.
 */
export function readFragments(source: ByteSource, offset: number): Fragments | null {
  const result: Fragments = { basicOffsets: [], fragments: [], first: offset, end: offset, ending: 'cut' };
  const table = itemHeader(source, offset);
  if (table === null || table.tag !== ITEM || offset + ITEM_HEADER + table.length > source.size) return result;
  const offsets = source.read(offset + ITEM_HEADER, Math.min(table.length, FRAME_LIMIT * 4));
  for (let i = 0; i + 4 <= offsets.length; i += 4) result.basicOffsets.push(offsets.readUInt32LE(i));

  let at = offset + ITEM_HEADER + table.length;
  result.first = result.end = at;
  for (;;) {
    if (at === source.size) result.ending = 'open';
    const item = itemHeader(source, at);
    if (item === null) return result;
    if (item.tag === SEQUENCE_DELIMITATION) return { ...result, end: at + ITEM_HEADER, ending: 'delimited' };
    const next = at + ITEM_HEADER + item.length;
    if (item.tag !== ITEM || next > source.size) return result;
    if (result.fragments.length === FRAGMENT_LIMIT) return null;
    result.fragments.push({ itemOffset: at - result.first, offset: at + ITEM_HEADER, length: item.length });
    result.end = at = next;
  }
}

const HEADER_BYTES = Buffer.alloc(ITEM_HEADER);

function itemHeader(source: ByteSource, at: number): { tag: number; length: number } | null {
  const header = source.read(at, ITEM_HEADER, HEADER_BYTES);
  if (header.length < ITEM_HEADER) return null;
  return { tag: header.readUInt16LE(0) * 0x10000 + header.readUInt16LE(2), length: header.readUInt32LE(4) };
}

/** With an Extended Offset Table every frame is one fragment, whose offset and length are given. */
function extendedTableFrames(source: ByteSource, image: ImageShape, place: PixelDataPlace): FrameBytes[] | null {
  const { extendedOffsets, extendedLengths } = place;
  if (!extendedOffsets || !extendedLengths) return null;
  const count = extendedOffsets.length / 8;
  if (count !== image.frames || extendedLengths.length !== extendedOffsets.length || count > FRAME_LIMIT) return null;
  const table = itemHeader(source, place.offset);
  if (table === null || table.tag !== ITEM) return null;
  const first = place.offset + ITEM_HEADER + table.length;
  const offsets = source.read(extendedOffsets.offset, extendedOffsets.length);
  const lengths = source.read(extendedLengths.offset, extendedLengths.length);
  const frames: FrameBytes[] = [];
  for (let i = 0; i < count; i++) {
    const offset = first + Number(offsets.readBigUInt64LE(i * 8)) + ITEM_HEADER;
    const length = Number(lengths.readBigUInt64LE(i * 8));
    if (offset + length > source.size) return null;
    frames.push([{ offset, length }]);
  }
  return frames;
}

/** Null when the table is empty or does not fit the fragments: some devices write nonsense, and the table is optional. */
function basicTableFrames({ basicOffsets, fragments }: Fragments, frameCount: number): FrameBytes[] | null {
  if (basicOffsets.length === 0 || basicOffsets.length !== frameCount) return null;
  const starts = new Map(fragments.map((fragment, index) => [fragment.itemOffset, index]));
  const indices = basicOffsets.map((offset) => starts.get(offset) ?? -1);
  const fits =
    indices[0] === 0 && indices.every((index, i) => index >= 0 && (i === 0 || index > (indices[i - 1] as number)));
  return fits ? indices.map((from, i) => ranges(fragments.slice(from, indices[i + 1] ?? fragments.length))) : null;
}

/** Without a table: all fragments are the one frame, or each is a frame, or a frame ends where its code stream ends. */
function framesWithoutTable(
  source: ByteSource,
  { fragments }: Fragments,
  frameCount: number,
  transferSyntaxUid: string,
): FrameBytes[] | null {
  if (frameCount === 1) return [ranges(fragments)];
  if (fragments.length <= frameCount) return fragments.map((fragment) => ranges([fragment]));
  // An RLE frame is exactly one fragment (PS3.5 A.4.2), so there is nothing to go by.
  if (transferSyntaxUid === RLE_LOSSLESS) return null;
  const frames: FrameBytes[] = [];
  let from = 0;
  fragments.forEach((fragment, index) => {
    if (!endsCodeStream(source, fragment)) return;
    frames.push(ranges(fragments.slice(from, index + 1)));
    from = index + 1;
  });
  return frames.length === frameCount && from === fragments.length ? frames : null;
}

function ranges(fragments: readonly Fragment[]): FrameBytes {
  return fragments.map(({ offset, length }) => ({ offset, length }));
}

/** JPEG, JPEG-LS and JPEG 2000 streams end with the marker FFD9; a pad byte may follow (PS3.5 A.4). */
export function endsCodeStream(source: ByteSource, { offset, length }: ByteRange): boolean {
  const tail = source.read(offset + Math.max(0, length - 4), Math.min(4, length));
  return /\xff\xd9[\0\xff]{0,2}$/.test(tail.toString('latin1'));
}
