import { eightBits, type Palette, rgbOfPalette, rgbOfYbr, rgbOfYbr422, supplemented } from './colour.rules';

it('turns YBR_FULL into RGB: grey stays grey, and red is red', () => {
  expect([...rgbOfYbr(Uint8Array.of(100, 128, 128, 76, 85, 255, 255, 128, 128))]).toEqual([
    100, 100, 100, 254, 0, 0, 255, 255, 255,
  ]);
});

it('gives two pixels of YBR_FULL_422 the same chroma', () => {
  expect([...(rgbOfYbr422(Uint8Array.of(10, 200, 128, 128), 2) ?? [])]).toEqual([10, 10, 10, 200, 200, 200]);
  expect([...(rgbOfYbr422(Uint8Array.of(76, 76, 85, 255), 2) ?? [])]).toEqual([254, 0, 0, 254, 0, 0]);
  expect(rgbOfYbr422(Uint8Array.of(1, 2, 3, 4), 3)).toBeNull();
});

it('brings colours of more bits to eight', () => {
  expect([...eightBits(Uint16Array.of(0, 2048, 4095), 12)]).toEqual([0, 128, 255]);
  const bytes = Uint8Array.of(1, 2);
  expect(eightBits(bytes, 8)).toBe(bytes);
});

const table = (first: number, entries: number[], bits = 16): Palette[0] => ({ first, entries, bits });
const PALETTE: Palette = [table(10, [0, 0xff00]), table(10, [0x8000, 0]), table(10, [0, 0])];

it('looks colours up, below and above the table too', () => {
  expect([...rgbOfPalette(Uint8Array.of(9, 10, 11, 12), PALETTE)]).toEqual([
    0, 128, 0, 0, 128, 0, 255, 0, 0, 255, 0, 0,
  ]);
});

it('takes eight bits that were written into sixteen for what they are', () => {
  const narrow: Palette = [table(0, [7, 255]), table(0, [0, 1]), table(0, [255, 0], 8)];
  expect([...rgbOfPalette(Uint8Array.of(0, 1), narrow)]).toEqual([7, 0, 255, 255, 1, 0]);
});

it('colours the values of a supplemental palette, and leaves those below grey', () => {
  expect([...supplemented(Uint16Array.of(5, 11), Uint8Array.of(40, 250), PALETTE)]).toEqual([40, 40, 40, 255, 0, 0]);
});
