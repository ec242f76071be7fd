import type { BodyPart } from './body-parts';
import { BODY_PARTS } from './body-parts';
import type { CtRegion, Finding } from './phantom-ct';
import { buildOf, crossSection } from './phantom-ct';
import { paintRadiograph } from './phantom-radiograph';
import type { View } from './phantom-radiograph';
import { seededRandom } from './random';
import { addNoise, canvasOf, noiseAt, noiseTile, paint, soften } from './raster';

export type { Finding, View };

/** One grey picture, row by row, as little endian 16-bit words with 12 bits used. */
export interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint16Array;
  /** Millimetres between pixel centres, the same in both directions. */
  readonly pixelMm: number;
}

export const CT_MATRIX = 512;
/** Stored value 0 means −1,024 HU. */
export const CT_RESCALE_INTERCEPT = -1024;
const TWELVE_BITS = 4095;

/** Field of view in mm that a scanner would reconstruct for the region, and the noise in HU before softening. */
const CT_PROTOCOL: Readonly<Record<CtRegion, { fieldOfViewMm: number; noiseHu: number }>> = {
  chest: { fieldOfViewMm: 380, noiseHu: 27 },
  abdomen: { fieldOfViewMm: 380, noiseHu: 24 },
  head: { fieldOfViewMm: 230, noiseHu: 11 },
  neck: { fieldOfViewMm: 160, noiseHu: 24 },
  sinus: { fieldOfViewMm: 200, noiseHu: 24 },
};

export interface CtScan {
  readonly pixelMm: number;
  /** The slice at `level` 0 (towards the head) to 1 (towards the feet), as unsigned stored values. */
  slice(level: number, index: number): Picture;
}

/**
 * A CT scan of one made-up patient: 512 × 512 slices of 16 allocated and 12 stored bits (512 KiB each).
 * A slice depends on seed, level and index only, so slices may be asked for in any order.
 */
export function ctScan(o: { seed: string | number; bodyPart: BodyPart; finding?: Finding }): CtScan {
  const facts = BODY_PARTS[o.bodyPart].ct;
  if (!facts) throw new RangeError(`no CT phantom of ${o.bodyPart}`);
  const protocol = CT_PROTOCOL[facts.region];
  const centreYMm = facts.centreYMm ?? 0;
  const random = seededRandom(`ct ${o.seed}`);
  const build = buildOf(random);
  const tile = noiseTile(random);
  const pixelMm = (facts.fieldOfViewMm ?? protocol.fieldOfViewMm) / CT_MATRIX;
  return {
    pixelMm,
    slice(level, index) {
      const canvas = canvasOf(CT_MATRIX, CT_MATRIX, pixelMm, -1000);
      for (const { at, hu } of crossSection(facts.region, level, build, o.finding)) {
        paint(canvas, { ...at, y: at.y - centreYMm }, hu);
      }
      // Noise goes in before softening, so that it is grainy like a reconstruction: a third of it is left.
      addNoise(canvas, tile, seededRandom(`noise ${o.seed} ${index}`), protocol.noiseHu);
      soften(canvas);
      return { rows: CT_MATRIX, columns: CT_MATRIX, pixels: toStored(canvas.values), pixelMm };
    },
  };
}

/** A plain loop: `Uint16Array.from` with a mapping function takes ten times as long. */
function toStored(hounsfield: Float32Array): Uint16Array {
  const pixels = new Uint16Array(hounsfield.length);
  for (let at = 0; at < pixels.length; at++) pixels[at] = clamp(hounsfield[at]! - CT_RESCALE_INTERCEPT);
  return pixels;
}

const clamp = (value: number): number => (value < 0 ? 0 : value > TWELVE_BITS ? TWELVE_BITS : (value + 0.5) | 0);

/** Wide detectors read 2,544 × 3,056 pixels of 0.139 mm; other widths keep that shape and that field. */
const DETECTOR_MM = 353;
const HEIGHT_PER_WIDTH = 3056 / 2544;

/**
 * A plain film of 12 bits for presentation: bright where less radiation arrives (MONOCHROME2).
 * @param o.width pixels across, 64 to 4,096; the height follows the detector's shape
 */
export function radiograph(o: {
  seed: string | number;
  bodyPart: BodyPart;
  view: View;
  width: number;
  finding?: Finding;
  /** Of a limb. */
  side?: 'L' | 'R';
}): Picture {
  if (!Number.isInteger(o.width) || o.width < 64 || o.width > 4096) throw new RangeError(`width ${o.width}`);
  const random = seededRandom(`film ${o.seed} ${o.view}`);
  const columns = o.width;
  const rows = 2 * Math.round((o.width * HEIGHT_PER_WIDTH) / 2);
  const fieldMm = BODY_PARTS[o.bodyPart].film.fieldMm ?? DETECTOR_MM;
  // Shadows are soft: painting them on a coarser grid and enlarging it saves 94 % of the work on a full-size film.
  const coarse = Math.max(64, Math.ceil(Math.min(columns / 2, 636)));
  const canvas = canvasOf(coarse, Math.ceil((coarse * rows) / columns) + 1, fieldMm / coarse, 0);
  paintRadiograph(canvas, BODY_PARTS[o.bodyPart].film.region, o.view, random, o);
  soften(canvas);
  const pixels = enlarge(canvas.values, canvas.width, canvas.height, columns, rows);
  addQuantumNoise(pixels, columns, noiseTile(random), random);
  return { rows, columns, pixels, pixelMm: fieldMm / columns };
}

/** Bilinear enlargement of a density map to stored values along the S-shaped curve of a film. */
function enlarge(source: Float32Array, width: number, height: number, columns: number, rows: number): Uint16Array {
  const { exp } = Math;
  const grey = source.map((density) => TWELVE_BITS / (1 + exp(2.2 - density)));
  const pixels = new Uint16Array(columns * rows);
  const step = (width - 1) / (columns - 1);
  // Never quite at the last row and column, so that there is always a neighbour to blend with.
  const [lastX, lastY] = [width - 1.001, height - 1.001];
  for (let row = 0; row < rows; row++) {
    const y = row * step < lastY ? row * step : lastY;
    const top = (y | 0) * width;
    const down = y - (y | 0);
    for (let column = 0; column < columns; column++) {
      const x = column * step < lastX ? column * step : lastX;
      const left = x | 0;
      const right = x - left;
      const at = top + left;
      const upper = grey[at]! + (grey[at + 1]! - grey[at]!) * right;
      const lower = grey[at + width]! + (grey[at + width + 1]! - grey[at + width]!) * right;
      pixels[row * columns + column] = upper + (lower - upper) * down;
    }
  }
  return pixels;
}

/** Dense regions get fewer photons, hence more grain. */
function addQuantumNoise(
  pixels: Uint16Array,
  columns: number,
  tile: Float32Array,
  random: ReturnType<typeof seededRandom>,
): void {
  for (let row = 0; row * columns < pixels.length; row++) {
    const start = random.int(0, tile.length - 1);
    const from = row * columns;
    for (let column = 0; column < columns; column++) {
      const value = pixels[from + column]!;
      pixels[from + column] = clamp(value + noiseAt(tile, start, column) * (14 + value / 160));
    }
  }
}
