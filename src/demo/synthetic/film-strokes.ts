import type { Random } from './random';
import type { Canvas, Ellipse, Keep } from './raster';
import { addArc, addShadow } from './raster';

/** A canvas with the few strokes that films are made of. */
export class Film {
  constructor(
    private readonly canvas: Canvas,
    readonly random: Random,
    /** −1 draws everything but the marker as in a mirror. */
    private readonly hand: 1 | -1,
  ) {}

  add(depth: number, x: number, y: number, a: number, b: number, turn = 0, sharpness = 0.5, keep?: Keep): void {
    const { hand } = this;
    addShadow(this.canvas, { x: hand * x, y, a, b, turn: hand * turn }, depth, sharpness, keep);
  }

  /** The same on both sides. */
  pair(depth: number, x: number, y: number, a: number, b: number, turn = 0, sharpness = 0.5): void {
    this.add(depth, -x, y, a, b, turn, sharpness);
    this.add(depth, x, y, a, b, -turn, sharpness);
  }

  /** A bone: compact rim, spongy inside. */
  bone(depth: number, x: number, y: number, a: number, b: number, turn = 0): void {
    this.add(depth, x, y, a, b, turn, 0.28);
    this.add(-depth * 0.35, x, y, a * 0.78, b * 0.86, turn, 0.4);
  }

  bones(depth: number, x: number, y: number, a: number, b: number, turn = 0): void {
    this.bone(depth, -x, y, a, b, turn);
    this.bone(depth, x, y, a, b, -turn);
  }

  arc(depth: number, ellipse: Ellipse, thickness: number, keep: Keep): void {
    addArc(this.canvas, ellipse, thickness, depth, keep);
  }

  /** The lead letter: the limb's side, or the patient's right in its corner of a film of the trunk. */
  marker(letter: 'L' | 'R'): void {
    const dots = LETTERS[letter];
    const { width, height, pixelMm } = this.canvas;
    const cell = (width * pixelMm) / 110;
    const left = (-width * pixelMm) / 2 + cell * 6;
    const top = (-height * pixelMm) / 2 + cell * 6;
    dots.forEach((line, row) =>
      [...line].forEach((dot, column) => {
        if (dot === '#') {
          addShadow(
            this.canvas,
            { x: left + column * cell, y: top + row * cell, a: cell * 0.75, b: cell * 0.75 },
            7,
            0.1,
          );
        }
      }),
    );
  }
}

const LETTERS = {
  R: ['####.', '#...#', '#...#', '####.', '#.#..', '#..#.', '#...#'],
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
} as const;
