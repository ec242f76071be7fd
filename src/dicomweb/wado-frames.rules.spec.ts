import { frameNumbers, pieceBytes, pieceOf, rangesOf, shifted } from './wado-frames.rules';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const piece of pieces) chunks.push(Uint8Array.from(piece));
  return Buffer.concat(chunks);
}

describe('frameNumbers', () => {
  it('keeps the order asked for', () => expect(frameNumbers('3,1,2,3')).toEqual([3, 1, 2, 3]));
  it.each(['', '0', '1,', ',1', '1;2', '-1', '1.5', 'all', '01', '9999999999'])('%j is no list', (list) => {
    expect(frameNumbers(list)).toBeUndefined();
  });
  it('is bounded', () => {
    const list = (n: number): string => Array.from({ length: n }, () => 1).join(',');
    expect(frameNumbers(list(2_000))).toHaveLength(2_000);
    expect(frameNumbers(list(2_001))).toBeUndefined();
  });
});

describe('rangesOf', () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => i);

  it.each([1, 3, 7, 40])('drops what lies between, however the stream is cut (%i)', async (size) => {
    const ranges = [
      { offset: 105, length: 4 },
      { offset: 117, length: 0 },
      { offset: 117, length: 9 },
      { offset: 134, length: 1 },
    ];
    const got = await all(rangesOf(inPieces(bytes.subarray(5), size), ranges));
    expect([...got]).toEqual([5, 6, 7, 8, 17, 18, 19, 20, 21, 22, 23, 24, 25, 34]);
  });
});

describe('single-bit frames', () => {
  // Three frames of 3 × 5 pixels, packed: bit n of the whole is pixel n (PS3.5 §8.1.1).
  const pixels = Array.from({ length: 45 }, (_, i) => (i * 7 + (i >> 2)) % 3 === 0);
  const packed = Buffer.alloc(6);
  pixels.forEach((on, n) => on && (packed[n >> 3]! |= 1 << (n & 7)));
  const frames = [0, 15, 30].map((start) => {
    const from = start >> 3;
    return [{ offset: from, length: Math.ceil((start + 15) / 8) - from }];
  });
  const image = {
    frames: 3,
    rows: 3,
    columns: 5,
    samplesPerPixel: 1,
    bitsAllocated: 1,
    bitsStored: 1,
    pixelRepresentation: 0,
    planarConfiguration: null,
    photometricInterpretation: 'MONOCHROME2',
  };
  const result = { ok: true, encapsulated: false, frames, bitOffsets: [0, 7, 6] } as const;

  it.each([1, 2, 3])('frame %i begins with a byte and has none of its neighbours', async (number) => {
    const piece = pieceOf({ ...result, frames, bitOffsets: [0, 7, 6] }, image, number)!;
    const { offset, length } = piece.ranges[0]!;
    for (const size of [1, 2, 6]) {
      const got = await all(shifted(inPieces(packed.subarray(offset, offset + length), size), piece.bits!));
      expect(got).toHaveLength(pieceBytes(piece));
      const read = Array.from({ length: 16 }, (_, n) => (got[n >> 3]! & (1 << (n & 7))) !== 0);
      expect(read).toEqual([...pixels.slice((number - 1) * 15, number * 15), false]);
    }
  });

  it('has no fourth', () => expect(pieceOf({ ...result, frames, bitOffsets: [0, 7, 6] }, image, 4)).toBeUndefined());
});
