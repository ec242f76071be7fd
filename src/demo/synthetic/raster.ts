import type { Random } from './random';

// Looked up once: inside a test runner's sandbox every `Math.x` in a loop over pixels is a slow walk over its globals.
const { sqrt, ceil, floor, min, max } = Math;

/** A picture under construction: `width` × `height` values, `pixelMm` millimetres apart, origin in the middle, y down. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixelMm: number;
  readonly values: Float32Array;
}

/** An ellipse in millimetres; `turn` in degrees, clockwise on the screen. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
  readonly turn?: number;
}

export const canvasOf = (width: number, height: number, pixelMm: number, background: number): Canvas => ({
  width,
  height,
  pixelMm,
  values: new Float32Array(width * height).fill(background),
});

/** Paints a filled ellipse over what is there. */
export function paint(canvas: Canvas, ellipse: Ellipse, value: number): void {
  eachRun(canvas, ellipse, (from, to) => canvas.values.fill(value, from, to));
}

export type Keep = (xMm: number, yMm: number) => boolean;
const everywhere: Keep = () => true;

/**
 * Adds the shadow of an ellipsoid: most in the middle, nothing at the edge, as the length of the ray through it.
 * A negative `depth` is a hole, e.g. air in a lung. `sharpness` 0.5 is a true ellipsoid, less gives a steeper rim.
 */
export function addShadow(canvas: Canvas, ellipse: Ellipse, depth: number, sharpness = 0.5, keep = everywhere): void {
  const radius = radiusSquared(canvas, ellipse);
  eachRun(canvas, ellipse, (from, to) => {
    for (let at = from; at < to; at++) {
      const inside = 1 - radius(at);
      if (inside > 0 && keep(xOf(canvas, at), yOf(canvas, at))) canvas.values[at]! += depth * inside ** sharpness;
    }
  });
}

/**
 * Adds the shadow of a tube bent along an ellipse's edge (a rib), `thickness` mm across, only where `keep` says so.
 * Both walls of the tube are denser than its middle, as in compact bone.
 */
export function addArc(canvas: Canvas, ellipse: Ellipse, thickness: number, depth: number, keep: Keep): void {
  const outer = { ...ellipse, a: ellipse.a + thickness, b: ellipse.b + thickness };
  const radius = radiusSquared(canvas, ellipse);
  const scale = (2 * min(ellipse.a, ellipse.b)) / thickness;
  eachRun(canvas, outer, (from, to) => {
    for (let at = from; at < to; at++) {
      const across = (sqrt(radius(at)) - 1) * scale;
      if (across < -1 || across > 1 || !keep(xOf(canvas, at), yOf(canvas, at))) continue;
      canvas.values[at]! += depth * (1 - across * across) ** 0.25 * (0.7 + 0.3 * across * across);
    }
  });
}

const xOf = (canvas: Canvas, at: number): number => ((at % canvas.width) + 0.5 - canvas.width / 2) * canvas.pixelMm;
const yOf = (canvas: Canvas, at: number): number =>
  (floor(at / canvas.width) + 0.5 - canvas.height / 2) * canvas.pixelMm;

/** (distance / radius)² of a pixel in the ellipse's own frame: below 1 inside. */
function radiusSquared(canvas: Canvas, { x, y, a, b, turn = 0 }: Ellipse): (at: number) => number {
  const cos = Math.cos((turn * Math.PI) / 180);
  const sin = Math.sin((turn * Math.PI) / 180);
  return (at) => {
    const dx = xOf(canvas, at) - x;
    const dy = yOf(canvas, at) - y;
    const u = (dx * cos + dy * sin) / a;
    const v = (dy * cos - dx * sin) / b;
    return u * u + v * v;
  };
}

/** Calls `run` with the half-open index range of every row that the ellipse covers: no pixel outside is ever looked at. */
function eachRun(canvas: Canvas, ellipse: Ellipse, run: (from: number, to: number) => void): void {
  const { width, height, pixelMm } = canvas;
  const { x, y, a, b, turn = 0 } = ellipse;
  const cos = Math.cos((turn * Math.PI) / 180);
  const sin = Math.sin((turn * Math.PI) / 180);
  // The ellipse as A·dx² + B·dx·dy + C·dy² = 1.
  const A = (cos / a) ** 2 + (sin / b) ** 2;
  const B = 2 * cos * sin * (1 / a ** 2 - 1 / b ** 2);
  const C = (sin / a) ** 2 + (cos / b) ** 2;
  const halfHeight = sqrt(A / (A * C - (B * B) / 4));
  const top = max(0, ceil((y - halfHeight) / pixelMm + height / 2 - 0.5));
  const bottom = min(height - 1, floor((y + halfHeight) / pixelMm + height / 2 - 0.5));
  for (let row = top; row <= bottom; row++) {
    const dy = (row + 0.5 - height / 2) * pixelMm - y;
    const root = (B * dy) ** 2 - 4 * A * (C * dy * dy - 1);
    if (root < 0) continue;
    const middle = (-B * dy) / (2 * A);
    const half = sqrt(root) / (2 * A);
    const left = max(0, ceil((x + middle - half) / pixelMm + width / 2 - 0.5));
    const right = min(width - 1, floor((x + middle + half) / pixelMm + width / 2 - 0.5));
    if (left <= right) run(row * width + left, row * width + right + 1);
  }
}

/** Softens every edge by a 3 × 3 mean: the point spread of the machine. The outermost pixels stay. */
export function soften(canvas: Canvas): void {
  const { width, height, values } = canvas;
  const rows = new Float32Array(values.length);
  for (let at = 1; at < values.length - 1; at++) rows[at] = (values[at - 1]! + values[at]! + values[at + 1]!) / 3;
  for (let at = width; at < width * (height - 1); at++) {
    values[at] = (rows[at - width]! + rows[at]! + rows[at + width]!) / 3;
  }
}

const TILE = 1 << 16;

/**
 * A tile of noise with mean 0 and deviation 1 (sum of four uniform numbers). Drawing one per study and reading it at
 * another offset in every row is ~20 times cheaper than fresh numbers and shows no pattern.
 */
export function noiseTile(random: Random): Float32Array {
  return Float32Array.from(
    { length: TILE },
    () => (random.next() + random.next() + random.next() + random.next() - 2) * sqrt(3),
  );
}

/** Reads the tile from a drawn place on; `index` may be any whole number from 0. */
export const noiseAt = (tile: Float32Array, start: number, index: number): number =>
  tile[(start + index) & (TILE - 1)]!;

/** Adds noise of the given deviation to the whole canvas. */
export function addNoise(canvas: Canvas, tile: Float32Array, random: Random, deviation: number): void {
  for (let row = 0; row < canvas.height; row++) {
    const start = random.int(0, TILE - 1);
    for (let column = 0; column < canvas.width; column++) {
      canvas.values[row * canvas.width + column]! += deviation * noiseAt(tile, start, column);
    }
  }
}
