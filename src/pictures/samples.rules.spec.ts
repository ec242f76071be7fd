import { interleaved, nativeSamples, type NativeLayout, soundCell } from './samples.rules';

const layout = (changes: Partial<NativeLayout>): NativeLayout => ({
  bitsAllocated: 16,
  bitsStored: 16,
  highBit: 15,
  signed: false,
  bigEndian: false,
  bitOffset: 0,
  count: 2,
  ...changes,
});
const values = (bytes: number[], changes: Partial<NativeLayout>): number[] | null => {
  const samples = nativeSamples(Buffer.from(bytes), layout(changes));
  return samples && [...samples];
};

describe('nativeSamples', () => {
  it('reads words of both orders, with and without sign', () => {
    expect(values([0x30, 0xf8, 1, 0], {})).toEqual([0xf830, 1]);
    expect(values([0x30, 0xf8, 1, 0], { signed: true })).toEqual([-2000, 1]);
    expect(values([0xf8, 0x30, 0, 1], { signed: true, bigEndian: true })).toEqual([-2000, 1]);
  });

  it('keeps the bits stored and their sign, and nothing of an overlay above or below', () => {
    expect(values([0xff, 0xff, 0x01, 0xf8], { bitsStored: 12, highBit: 11 })).toEqual([0xfff, 0x801]);
    expect(values([0xff, 0x7f, 0x01, 0xf8], { bitsStored: 12, highBit: 11, signed: true })).toEqual([-1, -2047]);
    expect(values([0xff, 0xff, 0x1f, 0x80], { bitsStored: 12, highBit: 15 })).toEqual([0xfff, 0x801]);
  });

  it('reads bytes and double words', () => {
    const byte = { bitsAllocated: 8, bitsStored: 8, highBit: 7 };
    expect(values([200, 3], byte)).toEqual([200, 3]);
    expect(values([200, 3], { ...byte, signed: true })).toEqual([-56, 3]);
    const long = { bitsAllocated: 32, bitsStored: 32, highBit: 31, count: 1 };
    expect(values([0xff, 0xff, 0xff, 0xff], long)).toEqual([0xffffffff]);
    expect(values([0xff, 0xff, 0xff, 0xfe], { ...long, signed: true, bigEndian: true })).toEqual([-2]);
  });

  it('reads single bits from the lowest on, also behind those of another frame', () => {
    const bit = { bitsAllocated: 1, bitsStored: 1, highBit: 0, count: 5 };
    expect(values([0b0001_0110], bit)).toEqual([0, 1, 1, 0, 1]);
    expect(values([0b1100_0000, 0b0000_0101], { ...bit, bitOffset: 6 })).toEqual([1, 1, 1, 0, 1]);
  });

  it('has none where bytes are missing or cells are of a size of their own', () => {
    expect(values([1, 2, 3], {})).toBeNull();
    expect(
      values(
        Array.from({ length: 16 }, () => 0),
        { bitsAllocated: 24 },
      ),
    ).toBeNull();
  });
});

it.each([
  [16, 12, 11, 12, 11],
  [16, 12, 15, 12, 15],
  [16, null, null, 16, 15],
  [16, 0, 11, 16, 15],
  [8, 16, 15, 8, 7],
  [16, 12, 5, 12, 11],
])(
  'of %d bits allocated, %p stored and high bit %p it makes %d and %d',
  (allocated, stored, high, bitsStored, highBit) =>
    expect(soundCell(allocated, stored, high, false)).toMatchObject({ bitsStored, highBit }),
);

it('puts planes together', () => {
  expect([...interleaved(Uint8Array.of(1, 2, 3, 4, 5, 6), 3)]).toEqual([1, 3, 5, 2, 4, 6]);
});
