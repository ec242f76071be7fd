import type { FrameBytes, ImageShape } from '../images';

/** What a frame may cost, decided before anything is allocated for it. Pure. */

/** The largest detectors (mammography) have 30 million; a colour scan of a film at 300 dpi has 46 million samples. */
export const MOST_SAMPLES = 64_000_000;
/** As stored. */
export const MOST_BYTES = 128 * 2 ** 20;

export function exceeds({ rows, columns, samplesPerPixel }: ImageShape, ranges: FrameBytes): boolean {
  const samples = (rows ?? 0) * (columns ?? 0) * (samplesPerPixel ?? 1);
  const bytes = ranges.reduce((sum, { length }) => sum + length, 0);
  return samples > MOST_SAMPLES || bytes > MOST_BYTES;
}
