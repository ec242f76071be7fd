/** How large a picture is printed. Pure. */

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Anything more oblong is a fault of the file. */
const MOST_OBLONG = 20;
/** Spacings are decimal texts: what differs by less is square. */
const SQUARE_WITHIN = 0.01;

/**
 * How many times as high as wide a pixel is: Pixel Spacing, Imager Pixel Spacing and Pixel Aspect Ratio all give the
 * vertical side first (PS3.3 10.7.1.3, C.7.6.3.1.7).
 */
export function pixelHeight(pairs: readonly (readonly number[] | null)[]): number {
  const pair = pairs.find((sides) => sides?.length === 2 && sides.every((side) => side > 0));
  const ratio = pair ? (pair[0] as number) / (pair[1] as number) : 1;
  const usable = Math.abs(ratio - 1) > SQUARE_WITHIN && ratio <= MOST_OBLONG && ratio >= 1 / MOST_OBLONG;
  return usable ? ratio : 1;
}

/** The size with square pixels, at most `maxEdge` on its longer edge; neither direction is ever enlarged. */
export function printedSize(columns: number, rows: number, pixelHeightRatio: number, maxEdge: number): PictureSize {
  const high = rows * pixelHeightRatio;
  const scale = Math.min(1, 1 / pixelHeightRatio, maxEdge / Math.max(columns, high));
  const whole = (side: number): number => Math.max(1, Math.round(side * scale));
  return { width: whole(columns), height: whole(high) };
}
