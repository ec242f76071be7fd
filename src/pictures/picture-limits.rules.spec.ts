import type { ImageShape } from '../images';
import { exceeds } from './picture-limits.rules';

const shape = (rows: number, columns: number, samplesPerPixel: number, bitsAllocated: number): ImageShape => ({
  frames: 1,
  rows,
  columns,
  samplesPerPixel,
  bitsAllocated,
  bitsStored: bitsAllocated,
  pixelRepresentation: 0,
  planarConfiguration: null,
  photometricInterpretation: 'MONOCHROME2',
});
const MIB = 2 ** 20;

it.each([
  ['a CT slice', shape(512, 512, 1, 16), MIB / 2, false],
  ['a mammogram', shape(6000, 5000, 1, 16), 60 * MIB, false],
  ['a scanned film in colours', shape(4200, 3500, 3, 8), 45 * MIB, false],
  ['single bits', shape(8000, 8000, 1, 1), 8 * MIB, false],
  ['more samples than any detector has', shape(8001, 8000, 1, 8), MIB, true],
  ['more bytes than are read', shape(512, 512, 1, 16), 129 * MIB, true],
  // Runs of 128 bytes in two: what is unpacked counts, not what is stored.
  ['14 MiB of RLE that are a gigabyte', shape(8000, 8000, 1, 120), 14 * MIB, true],
  ['planes of 32 bits', shape(8000, 8000, 1, 32), 14 * MIB, true],
  ['colours of 16 bits', shape(4000, 4000, 3, 16), 92 * MIB, false],
])('%s', (_, image, length, expected) => expect(exceeds(image, [{ offset: 0, length }])).toBe(expected));
