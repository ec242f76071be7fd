import type { FrameBytes, FramesResult, ImageShape } from '../images';

/** Frame numbers, and the bytes of a frame. Pure. */

/** Where bits begin inside the first byte, and how many they are. */
export interface BitRun {
  readonly shift: number;
  readonly count: number;
}

/** What is sent of a file: its ranges one after the other, in the order of the file. */
export interface FramePiece {
  readonly ranges: FrameBytes;
  /** Set for single-bit pixels that do not begin with a byte. */
  readonly bits: BitRun | null;
}

export const MOST_FRAMES = 2_000;

/** `1,3,2` → numbers from 1 in the order asked for; undefined for anything else. */
export function frameNumbers(list: string): number[] | undefined {
  if (!/^[1-9]\d{0,8}(,[1-9]\d{0,8})*$/.test(list)) return undefined;
  const numbers = list.split(',').map(Number);
  return numbers.length <= MOST_FRAMES ? numbers : undefined;
}

/** Undefined when there is no such frame. */
export function pieceOf(
  { frames, bitOffsets }: Extract<FramesResult, { ok: true }>,
  { rows, columns, samplesPerPixel, bitsAllocated }: ImageShape,
  number: number,
): FramePiece | undefined {
  const ranges = frames[number - 1];
  if (!ranges) return undefined;
  if (!bitOffsets) return { ranges, bits: null };
  const count = (rows ?? 0) * (columns ?? 0) * (samplesPerPixel ?? 1) * (bitsAllocated ?? 1);
  return { ranges, bits: { shift: bitOffsets[number - 1] ?? 0, count } };
}

export function pieceBytes({ ranges, bits }: FramePiece): number {
  return bits ? Math.ceil(bits.count / 8) : ranges.reduce((sum, range) => sum + range.length, 0);
}

/**
 * The ranges out of a stream that begins with the first one: fragments without the item headers between them
 * (PS3.5 §A.4).
 */
export async function* rangesOf(
  stream: AsyncIterable<Uint8Array>,
  ranges: FrameBytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  let next = 0;
  let at = ranges[0]?.offset ?? 0;
  for await (const chunk of stream) {
    const end = at + chunk.length;
    for (let range = ranges[next]; range && range.offset < end; range = ranges[next]) {
      const last = range.offset + range.length;
      const piece = chunk.subarray(Math.max(0, range.offset - at), Math.min(chunk.length, last - at));
      if (piece.length > 0) yield piece;
      if (last > end) break;
      next += 1;
    }
    at = end;
  }
}

/**
 * Single-bit pixels moved to the beginning of the first byte. They are packed without padding between frames, the first
 * pixel in the least significant bit (PS3.5 §8.1.1); a frame by itself begins with a byte.
 */
export async function* shifted(
  bytes: AsyncIterable<Uint8Array>,
  { shift, count }: BitRun,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = Math.ceil(count / 8);
  const unused = left * 8 - count;
  let before: number | undefined;
  const emit = (chunk: Uint8Array): Uint8Array => {
    const out = chunk.subarray(0, left);
    left -= out.length;
    // Bits of the next frame are none of this one's.
    if (left === 0 && out.length > 0) out[out.length - 1] = (out.at(-1) as number) & (0xff >> unused);
    return out;
  };
  for await (const chunk of bytes) {
    const out = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (before !== undefined) out[length++] = ((before >> shift) | (byte << (8 - shift))) & 0xff;
      before = byte;
    }
    if (left > 0 && length > 0) yield emit(out.subarray(0, length));
  }
  if (left > 0 && before !== undefined) yield emit(Uint8Array.of(before >> shift));
}
