import { pixelHeight, printedSize } from './proportions.rules';

describe('pixelHeight', () => {
  it('is the vertical side over the horizontal one, of the first pair that says it', () => {
    expect(
      pixelHeight([
        [0.5, 0.25],
        [1, 1],
      ]),
    ).toBe(2);
    expect(pixelHeight([[], null, [1, 2]])).toBe(0.5);
  });

  it.each([
    ['nothing is said', []],
    ['a side is missing', [[1]]],
    ['a side is zero', [[0, 1]]],
    ['it is as good as square', [[0.1001, 0.1]]],
    ['it is absurd', [[1000, 1]]],
  ])('is 1 where %s', (_, pairs) => expect(pixelHeight(pairs)).toBe(1));
});

describe('printedSize', () => {
  it.each([
    [512, 512, 1, 1000, 512, 512],
    [2500, 3000, 1, 1000, 833, 1000],
    [3000, 2500, 1, 1000, 1000, 833],
    // Pixels twice as high as wide: the width gives way, the height is not enlarged.
    [512, 512, 2, 1000, 256, 512],
    [512, 512, 0.5, 1000, 512, 256],
    [512, 512, 2, 100, 50, 100],
    [60_000, 1, 1, 100, 100, 1],
  ])('%d × %d, pixels %d high, within %d: %d × %d', (columns, rows, ratio, edge, width, height) =>
    expect(printedSize(columns, rows, ratio, edge)).toEqual({ width, height }),
  );
});
