import type { LookupTable } from './grey.rules';
import type { SampleArray } from './samples.rules';

/** Colours (PS3.3 C.7.6.3.1.2, C.7.9): samples pixel by pixel → RGB of 8 bits. Pure. */

/** @param bits of a sample; the upper eight are kept */
export function eightBits(samples: SampleArray, bits: number): Uint8Array {
  if (samples instanceof Uint8Array && bits === 8) return samples;
  const most = 2 ** bits - 1;
  const out = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) out[i] = Math.round(((samples[i] as number) * 255) / most);
  return out;
}

/** YBR_FULL: full range BT.601, as JPEG. */
export function rgbOfYbr(ybr: Uint8Array): Uint8Array {
  const out = new Uint8ClampedArray(ybr.length);
  for (let i = 0; i + 2 < ybr.length; i += 3)
    setRgb(out, i, ybr[i] as number, ybr[i + 1] as number, ybr[i + 2] as number);
  return bytesOf(out);
}

/** YBR_FULL_422, uncompressed: Y Y Cb Cr for two pixels side by side. Null where a row is of an odd length. */
export function rgbOfYbr422(bytes: Uint8Array, columns: number): Uint8Array | null {
  if (columns % 2 !== 0) return null;
  const out = new Uint8ClampedArray((bytes.length / 2) * 3);
  for (let i = 0, to = 0; i + 3 < bytes.length; i += 4, to += 6) {
    const [blue, red] = [bytes[i + 2] as number, bytes[i + 3] as number];
    setRgb(out, to, bytes[i] as number, blue, red);
    setRgb(out, to + 3, bytes[i + 1] as number, blue, red);
  }
  return bytesOf(out);
}

/** Red, green, blue. */
export type Palette = readonly [LookupTable, LookupTable, LookupTable];

/** PALETTE COLOR (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6). */
export function rgbOfPalette(indices: SampleArray, palette: Palette): Uint8Array {
  const out = new Uint8Array(indices.length * 3);
  paletteInto(out, indices, palette, -Infinity);
  return out;
}

/**
 * A supplemental palette (PS3.3 C.7.6.19): values from its first one on are colours, those below stay grey.
 *
 * @param greys of the same values
 */
export function supplemented(values: SampleArray, greys: Uint8Array, palette: Palette): Uint8Array {
  const out = new Uint8Array(values.length * 3);
  for (let i = 0; i < greys.length; i++) out.fill(greys[i] as number, i * 3, i * 3 + 3);
  paletteInto(out, values, palette, palette[0].first);
  return out;
}

function paletteInto(out: Uint8Array, values: SampleArray, palette: Palette, from: number): void {
  for (const [channel, { first, ...table }] of palette.entries()) {
    const entries = narrowed(table);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value < from) continue;
      out[i * 3 + channel] = entries[Math.min(Math.max(value - first, 0), entries.length - 1)] as number;
    }
  }
}

/** Some write eight bits into sixteen, and say sixteen: an entry above 255 tells. */
function narrowed({ entries, bits }: Omit<LookupTable, 'first'>): Uint8Array {
  const values = Array.from(entries);
  const wide = bits > 8 && values.some((value) => value > 255);
  return Uint8Array.from(values, (value) => (wide ? value >> (bits - 8) : value));
}

function setRgb(out: Uint8ClampedArray, at: number, y: number, blue: number, red: number): void {
  out[at] = y + 1.402 * (red - 128);
  out[at + 1] = y - 0.344136 * (blue - 128) - 0.714136 * (red - 128);
  out[at + 2] = y + 1.772 * (blue - 128);
}

const bytesOf = ({ buffer, byteOffset, length }: Uint8ClampedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length);
