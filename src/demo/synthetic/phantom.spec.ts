import { createHash } from 'node:crypto';
import { BODY_PARTS } from './body-parts';
import type { BodyPart } from './body-parts';
import type { Picture } from './phantom';
import { CT_MATRIX, CT_RESCALE_INTERCEPT, ctScan, radiograph } from './phantom';

const digest = ({ pixels }: Picture): string => createHash('sha1').update(pixels).digest('hex');

/** Median of a square of stored values around a place given in parts of width and height. */
function median(picture: Picture, x: number, y: number, half = 3): number {
  const column = Math.round(x * picture.columns);
  const row = Math.round(y * picture.rows);
  const values: number[] = [];
  for (let dy = -half; dy <= half; dy++) {
    for (let dx = -half; dx <= half; dx++)
      values.push(picture.pixels[(row + dy) * picture.columns + column + dx] ?? NaN);
  }
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

const hounsfield = (picture: Picture, x: number, y: number): number => median(picture, x, y) + CT_RESCALE_INTERCEPT;

describe('CT phantom', () => {
  it('draws 512 KiB per slice, 12 bits of them used', () => {
    const slice = ctScan({ seed: 1, bodyPart: 'CHEST' }).slice(0.5, 0);
    expect(slice.pixels.byteLength).toBe(512 * 1024);
    expect([slice.rows, slice.columns]).toEqual([CT_MATRIX, CT_MATRIX]);
    expect(slice.pixels.reduce((max, value) => Math.max(max, value), 0)).toBeLessThan(4096);
  });

  it('shows lungs full of air, a heart, a vertebra and nothing outside the body', () => {
    const slice = ctScan({ seed: 1, bodyPart: 'CHEST' }).slice(0.6, 0);
    expect(hounsfield(slice, 0.28, 0.5)).toBeLessThan(-800);
    expect(hounsfield(slice, 0.72, 0.6)).toBeLessThan(-800);
    expect(hounsfield(slice, 0.54, 0.42)).toBeGreaterThan(20);
    expect(hounsfield(slice, 0.54, 0.42)).toBeLessThan(70);
    expect(hounsfield(slice, 0.5, 0.65)).toBeGreaterThan(150);
    expect(hounsfield(slice, 0.02, 0.02)).toBeLessThan(-950);
  });

  it('is the same for the same seed, in any order, and another for another seed or slice', () => {
    const scan = ctScan({ seed: 'a', bodyPart: 'HEAD' });
    const [late, early] = [scan.slice(0.7, 7), scan.slice(0.2, 2)];
    const again = ctScan({ seed: 'a', bodyPart: 'HEAD' });
    expect([digest(again.slice(0.2, 2)), digest(again.slice(0.7, 7))]).toEqual([digest(early), digest(late)]);
    expect(digest(ctScan({ seed: 'b', bodyPart: 'HEAD' }).slice(0.2, 2))).not.toBe(digest(early));
    expect(digest(scan.slice(0.2, 3))).not.toBe(digest(early));
  });

  it('draws a bleeding on the patient’s left, which is the right of the picture', () => {
    const bleeding = ctScan({ seed: 3, bodyPart: 'HEAD', finding: 'haemorrhage' }).slice(0.5, 0);
    expect(hounsfield(bleeding, 0.5 + 27 / 230, 0.49)).toBeGreaterThan(58);
    expect(hounsfield(bleeding, 0.5 - 27 / 230, 0.49)).toBeLessThan(50);
  });

  it('draws a nodule on the patient’s right, which is the left of the picture', () => {
    const at = (finding?: 'nodule'): Picture => ctScan({ seed: 3, bodyPart: 'CHEST', finding }).slice(0.3, 0);
    expect(hounsfield(at('nodule'), 0.5 - 88 / 380, 0.4)).toBeGreaterThan(0);
    expect(hounsfield(at(), 0.5 - 88 / 380, 0.4)).toBeLessThan(-700);
  });

  it('has no CT of a limb', () => {
    expect(() => ctScan({ seed: 1, bodyPart: 'KNEE' })).toThrow('no CT phantom of KNEE');
  });
});

describe('plain film phantom', () => {
  it('has the shape of the detector at every width', () => {
    const film = radiograph({ seed: 1, bodyPart: 'CHEST', view: 'PA', width: 2544 });
    expect([film.columns, film.rows]).toEqual([2544, 3056]);
    expect(film.pixels).toHaveLength(2544 * 3056);
    expect(film.pixelMm).toBeCloseTo(0.139, 3);
    expect(radiograph({ seed: 1, bodyPart: 'CHEST', view: 'PA', width: 1024 }).rows).toBe(1230);
    expect(() => radiograph({ seed: 1, bodyPart: 'CHEST', view: 'PA', width: 63 })).toThrow(RangeError);
  });

  it('shows dark lungs beside a bright spine on a chest film', () => {
    const film = radiograph({ seed: 1, bodyPart: 'CHEST', view: 'PA', width: 512 });
    expect(median(film, 0.27, 0.4)).toBeLessThan(1800);
    expect(median(film, 0.74, 0.4)).toBeLessThan(1800);
    expect(median(film, 0.5, 0.6)).toBeGreaterThan(3000);
    expect(median(film, 0.02, 0.5)).toBeGreaterThan(300);
  });

  it('blackens the right side of a pneumothorax only', () => {
    const film = (finding?: 'pneumothorax'): Picture =>
      radiograph({ seed: 1, bodyPart: 'CHEST', view: 'PA', width: 512, finding });
    expect(median(film('pneumothorax'), 0.17, 0.4)).toBeLessThan(median(film(), 0.17, 0.4) - 200);
    expect(Math.abs(median(film('pneumothorax'), 0.83, 0.4) - median(film(), 0.83, 0.4))).toBeLessThan(20);
  });

  it.each(Object.keys(BODY_PARTS) as BodyPart[])('draws a film of %s with contrast, twice the same', (bodyPart) => {
    const draw = (): Picture => radiograph({ seed: 9, bodyPart, view: 'AP', width: 256 });
    const { pixels } = draw();
    const sorted = Float64Array.from(pixels).sort();
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
    expect(at(0.99) - at(0.02)).toBeGreaterThan(700);
    expect(at(1)).toBeLessThan(4096);
    expect(digest(draw())).toBe(digest(draw()));
  });

  it('mirrors a limb for the other side, but not its lead letter', () => {
    const film = (side: 'L' | 'R'): Picture => radiograph({ seed: 1, bodyPart: 'KNEE', view: 'AP', width: 512, side });
    // The fibula lies on the outer side.
    expect(median(film('L'), 0.67, 0.8) - median(film('L'), 0.33, 0.8)).toBeGreaterThan(200);
    expect(median(film('R'), 0.33, 0.8) - median(film('R'), 0.67, 0.8)).toBeGreaterThan(200);
    const stem = (side: 'L' | 'R'): number => median(film(side), 6 / 110, 8 / 132, 1);
    expect([stem('L'), stem('R')].every((value) => value > 3500)).toBe(true);
  });
});
