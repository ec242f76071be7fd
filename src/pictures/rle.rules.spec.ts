import { unpackedRle } from './rle.rules';

/** A frame of these segments (PS3.5 G.3, G.4). */
function rle(...segments: number[][]): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments.length, 0);
  let at = 64;
  for (const [i, segment] of segments.entries()) {
    header.writeUInt32LE(at, 4 + i * 4);
    at += segment.length;
  }
  return Buffer.concat([header, Buffer.from(segments.flat())]);
}

const NO_OPERATION = 0x80;

it('undoes literal and replicate runs', () => {
  // Two literal bytes, three times 9, nothing, one literal byte.
  expect([...(unpackedRle(rle([1, 5, 6, 0xfe, 9, NO_OPERATION, 0, 7]), 6, 1, 1) ?? [])]).toEqual([5, 6, 9, 9, 9, 7]);
});

it('puts planes together: the most significant byte comes first, and little endian goes out', () => {
  const words = unpackedRle(rle([1, 0x12, 0x56], [1, 0x34, 0x78]), 2, 1, 2);
  expect([words?.readUInt16LE(0), words?.readUInt16LE(2)]).toEqual([0x1234, 0x5678]);
});

it('puts colours together', () => {
  expect([...(unpackedRle(rle([1, 1, 2], [1, 3, 4], [1, 5, 6]), 2, 3, 1) ?? [])]).toEqual([1, 3, 5, 2, 4, 6]);
});

it('cuts what is too long, and leaves black what is missing', () => {
  expect([...(unpackedRle(rle([0x81, 9]), 3, 1, 1) ?? [])]).toEqual([9, 9, 9]);
  expect([...(unpackedRle(rle([0, 9]), 3, 1, 1) ?? [])]).toEqual([9, 0, 0]);
  expect([...(unpackedRle(rle([5, 9]), 3, 1, 1) ?? [])]).toEqual([9, 0, 0]);
});

it.each([
  ['too few segments', rle([0, 1]), 3],
  ['an empty segment', rle([]), 1],
  ['no header', Buffer.alloc(63), 1],
])('refuses %s', (_, bytes, samples) => expect(unpackedRle(bytes, 1, samples, 1)).toBeNull());

it('refuses an offset outside the frame', () => {
  const bytes = rle([0, 1]);
  bytes.writeUInt32LE(1000, 4);
  expect(unpackedRle(bytes, 1, 1, 1)).toBeNull();
});
