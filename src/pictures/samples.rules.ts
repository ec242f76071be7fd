/** Stored bytes to sample values (PS3.5 §8.1, §8.2; PS3.3 C.7.6.3.1). Pure. */

export type SampleArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** How a sample lies in its cell. */
export interface SampleCell {
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

export interface NativeLayout extends SampleCell {
  readonly bigEndian: boolean;
  /** Bits of the first byte that belong to the frame before; only where a sample is one bit. */
  readonly bitOffset: number;
  /** Samples of the frame. */
  readonly count: number;
}

/** Bits Stored and High Bit as far as they make sense together; the whole cell where they do not. */
export function soundCell(
  bitsAllocated: number,
  bitsStored: number | null,
  highBit: number | null,
  signed: boolean,
): SampleCell {
  const stored = bitsStored !== null && bitsStored >= 1 && bitsStored <= bitsAllocated ? bitsStored : bitsAllocated;
  const high = highBit !== null && highBit >= stored - 1 && highBit < bitsAllocated ? highBit : stored - 1;
  return { bitsAllocated, bitsStored: stored, highBit: high, signed };
}

/** Null where the cells are of a size that nobody writes, or the bytes do not suffice. */
export function nativeSamples(bytes: Buffer, layout: NativeLayout): SampleArray | null {
  const { bitsAllocated, bitOffset, count } = layout;
  if (bytes.length * 8 < bitOffset + count * bitsAllocated) return null;
  if (bitsAllocated === 1) return bits(bytes, bitOffset, count);
  const words = cells(bytes, layout);
  return words && trimmed(words, layout);
}

/** Single bits, the first pixel in the least significant one (PS3.5 §8.1.1). */
function bits(bytes: Buffer, bitOffset: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0, at = bitOffset; i < count; i++, at++) out[i] = ((bytes[at >> 3] as number) >> (at & 7)) & 1;
  return out;
}

function cells(bytes: Buffer, { bitsAllocated, bigEndian, count }: NativeLayout): SampleArray | null {
  if (bitsAllocated === 8) return new Uint8Array(bytes.buffer, bytes.byteOffset, count);
  if (bitsAllocated !== 16 && bitsAllocated !== 32) return null;
  // A copy begins at a multiple of the word, and is in the order of bytes of this machine (little endian, as all of ours).
  const own = Buffer.from(new ArrayBuffer((count * bitsAllocated) / 8));
  bytes.copy(own);
  if (bigEndian) void (bitsAllocated === 16 ? own.swap16() : own.swap32());
  return bitsAllocated === 16 ? new Uint16Array(own.buffer) : new Uint32Array(own.buffer);
}

/**
 * The Bits Stored below High Bit alone, with their sign: above and below them older devices keep overlays
 * (PS3.5 §8.1.2). In place; the same memory is returned as what it now holds.
 */
export function trimmed(words: SampleArray, { bitsStored, highBit, signed }: SampleCell): SampleArray {
  const width = words.BYTES_PER_ELEMENT * 8;
  const whole = bitsStored === width && highBit === width - 1;
  const view = signed ? signedView(words) : words;
  if (whole) return view;
  const [left, right] = [31 - highBit, 32 - bitsStored];
  if (signed) for (let i = 0; i < view.length; i++) view[i] = ((words[i] as number) << left) >> right;
  else for (let i = 0; i < view.length; i++) view[i] = ((words[i] as number) << left) >>> right;
  return view;
}

function signedView({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: SampleArray): SampleArray {
  if (BYTES_PER_ELEMENT === 1) return new Int8Array(buffer, byteOffset, length);
  return BYTES_PER_ELEMENT === 2
    ? new Int16Array(buffer, byteOffset, length)
    : new Int32Array(buffer, byteOffset, length);
}

/** Plane after plane → pixel after pixel (Planar Configuration 1, PS3.3 C.7.6.3.1.3). */
export function interleaved(planes: SampleArray, samplesPerPixel: number): SampleArray {
  const out = planes.slice();
  const pixels = planes.length / samplesPerPixel;
  for (let s = 0, from = 0; s < samplesPerPixel; s++)
    for (let p = 0, to = s; p < pixels; p++, from++, to += samplesPerPixel) out[to] = planes[from] as number;
  return out;
}
