import type { DicomJson, ImageShape } from '../images';
import { pictureAttributes, soundWindow } from './picture-attributes.rules';
import { exceeds, MOST_BYTES } from './picture-limits.rules';

const IMAGE: ImageShape = {
  frames: 1,
  rows: 10,
  columns: 10,
  samplesPerPixel: 1,
  bitsAllocated: 16,
  bitsStored: 12,
  pixelRepresentation: 0,
  planarConfiguration: null,
  photometricInterpretation: 'MONOCHROME2',
};
const ds = (...Value: (number | string)[]): { vr: string; Value: (number | string)[] } => ({ vr: 'DS', Value });
const sq = (...Value: DicomJson[]): { vr: string; Value: DicomJson[] } => ({ vr: 'SQ', Value });

it('takes the first of several windows, the rescale, the padding and the spacing', () => {
  const header = {
    '00281050': ds(40, 400),
    '00281051': ds(80, 1500),
    '00281052': ds(-1024),
    '00281053': ds(2),
    '00280120': ds(-2000),
    '00280121': ds(-2010),
    '00280030': ds(0.5, 0.25),
    '00280102': { vr: 'US', Value: [11] },
  };
  expect(pictureAttributes(header, IMAGE, 1)).toEqual({
    highBit: 11,
    modality: { slope: 2, intercept: -1024 },
    window: { center: 40, width: 80, shape: 'LINEAR' },
    shape: 'LINEAR',
    padding: { from: -2010, to: -2000 },
    pixelHeight: 2,
    partlyColoured: false,
  });
});

it('makes do with an empty header', () => {
  expect(pictureAttributes({}, IMAGE, 1)).toEqual({
    highBit: null,
    modality: { slope: 1, intercept: 0 },
    window: null,
    shape: 'LINEAR',
    padding: null,
    pixelHeight: 1,
    partlyColoured: false,
  });
  // A slope of 0 would make every picture black.
  expect(pictureAttributes({ '00281053': ds(0) }, IMAGE, 1).modality).toMatchObject({ slope: 1 });
});

it("takes the frame's own groups before the shared ones (PS3.3 C.7.6.16)", () => {
  const voi = (center: number): DicomJson => ({ '00289132': sq({ '00281050': ds(center), '00281051': ds(50) }) });
  const shared = { ...voi(1), '00289145': sq({ '00281052': ds(-5), '00281053': ds(3) }) };
  const header = { '52009229': sq(shared), '52009230': sq({}, voi(7)) };
  expect(pictureAttributes(header, IMAGE, 1).window).toMatchObject({ center: 1 });
  expect(pictureAttributes(header, IMAGE, 2)).toMatchObject({
    window: { center: 7 },
    modality: { slope: 3, intercept: -5 },
  });
});

it.each([
  ['COLOR', true],
  ['MIXED', true],
  ['MONOCHROME', false],
])('%s pixels are partly coloured: %p', (presentation, partlyColoured) => {
  const header = { '00089205': { vr: 'CS', Value: [presentation] } };
  expect(pictureAttributes(header, IMAGE, 1).partlyColoured).toBe(partlyColoured);
});

it('has no window without a meaning', () => {
  expect(soundWindow(40, 0, 'LINEAR')).toBeNull();
  expect(soundWindow(40, -5, 'LINEAR')).toBeNull();
  expect(soundWindow(NaN, 10, 'LINEAR')).toBeNull();
  expect(soundWindow(undefined, 10, 'LINEAR')).toBeNull();
  expect(soundWindow(0.5, 0.2, 'LINEAR')).toEqual({ center: 0.5, width: 0.2, shape: 'LINEAR_EXACT' });
  const header = { '00281050': ds('x'), '00281051': ds(80) };
  expect(pictureAttributes(header, IMAGE, 1).window).toBeNull();
});

it('bounds samples and bytes', () => {
  const range = { offset: 0, length: 100 };
  expect(exceeds(IMAGE, [range])).toBe(false);
  expect(exceeds({ ...IMAGE, rows: 8_000, columns: 8_001 }, [range])).toBe(true);
  expect(exceeds({ ...IMAGE, rows: 5_000, columns: 5_000, samplesPerPixel: 3 }, [range])).toBe(true);
  expect(exceeds(IMAGE, [range, { offset: 0, length: MOST_BYTES }])).toBe(true);
});
