import { type GreyRules, greys, type Window, windowed } from './grey.rules';

const IDENTITY = { slope: 1, intercept: 0 };
const window = (center: number, width: number, shape: Window['shape'] = 'LINEAR'): Window => ({ center, width, shape });
const rules = (changes: Partial<GreyRules>): GreyRules => ({
  modality: IDENTITY,
  voi: null,
  inverted: false,
  padding: null,
  ...changes,
});
const shades = (values: number[], changes: Partial<GreyRules>): number[] => [
  ...greys(Int16Array.from(values), rules(changes)),
];

describe('windows (PS3.3 C.11.2.1.2, C.11.2.1.3)', () => {
  it('LINEAR: the examples of the standard', () => {
    // C.11.2.1.2.1 Note 2: c 2048, w 4096 is the identity over 0 … 4095; c 2048, w 1 is a threshold at 2048.
    expect([0, 1, 4095].map((value) => windowed(value, window(2048, 4096)) * 4095)).toEqual([
      0,
      expect.closeTo(1, 9),
      4095,
    ]);
    expect([2047, 2048].map((value) => windowed(value, window(2048, 1)))).toEqual([0, 1]);
    // c 0, w 100 becomes 0 at -50 and 1 at 49.
    expect([-50, 49].map((value) => windowed(value, window(0, 100)))).toEqual([0, 1]);
    expect(windowed(48, window(0, 100))).toBeLessThan(1);
  });

  it('LINEAR_EXACT: half the width on both sides', () => {
    const exact = window(0, 100, 'LINEAR_EXACT');
    expect([-50, 0, 50, 60].map((value) => windowed(value, exact))).toEqual([0, 0.5, 1, 1]);
    expect(windowed(0.25, window(0.5, 0.5, 'LINEAR_EXACT'))).toBe(0);
  });

  it('SIGMOID', () => {
    const sigmoid = window(100, 40, 'SIGMOID');
    expect(windowed(100, sigmoid)).toBe(0.5);
    expect(windowed(110, sigmoid)).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(windowed(1e6, sigmoid)).toBe(1);
  });
});

describe('greys', () => {
  it('come from the window over the rescaled values', () => {
    expect(shades([-1024, 0, 1024, 3000], { modality: { slope: 1, intercept: -1024 }, voi: window(0, 100) })).toEqual([
      0, 0, 129, 255,
    ]);
  });

  it('come from the lowest to the highest value without a window, also with a falling slope', () => {
    expect(shades([10, 20, 30], {})).toEqual([0, 128, 255]);
    expect(shades([10, 20, 30], { modality: { slope: -2, intercept: 5 } })).toEqual([255, 128, 0]);
  });

  it('do not count padding among the values, but show it', () => {
    expect(shades([-2000, 10, 20, 30], { padding: { from: -2000, to: -2000 } })).toEqual([0, 0, 128, 255]);
    expect(shades([-2000, -1990, 10, 30], { padding: { from: -2000, to: -1900 } })).toEqual([0, 0, 0, 255]);
  });

  it('of padding alone, of one value, of none', () => {
    expect(shades([5, 5], { padding: { from: 5, to: 5 } })).toEqual([0, 0]);
    expect(shades([7, 7], {})).toEqual([0, 0]);
    expect(shades([], {})).toEqual([]);
  });

  it('are turned round for MONOCHROME1', () => {
    expect(shades([10, 20, 30], { inverted: true })).toEqual([255, 128, 0]);
  });

  it('go through tables, whose ends go on', () => {
    const table = { first: 10, entries: [0, 1000, 3000], bits: 12 };
    expect(shades([9, 11, 12, 50], { modality: table, voi: window(2048, 4096) })).toEqual([0, 62, 187, 187]);
    expect(shades([9, 11, 12, 50], { voi: { ...table, entries: [0, 2048, 4095] } })).toEqual([0, 128, 255, 255]);
    expect(shades([10, 11, 12], { modality: table })).toEqual([0, 85, 255]);
  });

  it('of 32 bits are the same as those of 16', () => {
    const wide = greys(Int32Array.of(-1_000_000, 0, 1_000_000), rules({}));
    expect([...wide]).toEqual([0, 128, 255]);
  });
});
