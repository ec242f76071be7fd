import { createRequire } from 'node:module';
import { decoderFor, type FrameForm } from './codecs';

/** HTJ2K has no file in the collection: the encoder of the same package makes one. */

interface Encoder {
  getDecodedBuffer(shape: object): Uint8Array;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
}
const load = createRequire(__filename);
type Package = (options: object) => Promise<{ HTJ2KEncoder: new () => Encoder }>;
const [COLUMNS, ROWS] = [48, 32];

async function htj2k(values: Int16Array | Uint16Array): Promise<Buffer> {
  const { HTJ2KEncoder } = await (load('@cornerstonejs/codec-openjph') as Package)({});
  const encoder = new HTJ2KEncoder();
  const shape = { width: COLUMNS, height: ROWS, bitsPerSample: 16, componentCount: 1 };
  const isSigned = values instanceof Int16Array;
  encoder.getDecodedBuffer({ ...shape, isSigned, isUsingColorTransform: false }).set(new Uint8Array(values.buffer));
  encoder.encode();
  return Buffer.from(encoder.getEncodedBuffer());
}

const form = (changes: Partial<FrameForm>): FrameForm => ({
  rows: ROWS,
  columns: COLUMNS,
  samplesPerPixel: 1,
  bitsStored: 16,
  signed: false,
  isRgb: false,
  ...changes,
});

it.each([
  ['unsigned', Uint16Array.from({ length: COLUMNS * ROWS }, (_, i) => (i * 37) % 60_000), false],
  ['signed', Int16Array.from({ length: COLUMNS * ROWS }, (_, i) => i * 20 - 15_000), true],
])('decodes HTJ2K: %s', async (_, values, signed) => {
  const decode = await decoderFor('1.2.840.10008.1.2.4.201');
  const decoded = decode?.(await htj2k(values), form({ signed }));
  expect(typeof decoded === 'object' && [...decoded.samples]).toEqual([...values]);
});

it('refuses a stream that is not of the size, or not of the components, that the header says', async () => {
  const stream = await htj2k(new Uint16Array(COLUMNS * ROWS));
  const decode = await decoderFor('1.2.840.10008.1.2.4.203');
  expect(decode?.(stream, form({ rows: ROWS + 1 }))).toBe('damaged');
  expect(decode?.(stream, form({ samplesPerPixel: 3 }))).toBe('damaged');
});

it('has none for video and for what is not compressed', async () => {
  expect(await decoderFor('1.2.840.10008.1.2.4.100')).toBeUndefined();
  expect(await decoderFor('1.2.840.10008.1.2.1')).toBeUndefined();
});
