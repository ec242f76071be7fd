import type { FrameBytes, ImageShape } from '../images';

/** What a frame may cost, decided before anything is allocated for it. Pure. */

/** The largest detectors (mammography) have 30 million; a colour scan of a film at 300 dpi has 46 million samples. */
export const MOST_SAMPLES = 64_000_000;
/** As stored; and as unpacked, in whole bytes: a few MiB of RLE may say that they are a gigabyte. */
export const MOST_BYTES = 128 * 2 ** 20;

export function exceeds({ rows, columns, samplesPerPixel, bitsAllocated }: ImageShape, ranges: FrameBytes): boolean {
  const samples = (rows ?? 0) * (columns ?? 0) * (samplesPerPixel ?? 1);
  const unpacked = samples * Math.ceil((bitsAllocated ?? 8) / 8);
  const stored = ranges.reduce((sum, { length }) => sum + length, 0);
  return samples > MOST_SAMPLES || stored > MOST_BYTES || unpacked > MOST_BYTES;
}
