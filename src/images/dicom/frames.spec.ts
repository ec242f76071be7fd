import { memorySource } from './byte-source';
import {
  dataSet,
  element,
  encapsulated,
  greyImage,
  part10,
  TAG,
  TRANSFER_SYNTAX,
  type Attributes,
} from './dicom-bytes.fixture';
import { parseHeader } from './dicom-header';
import { framesIn, type FramesResult } from './frames';

const END_OF_IMAGE = Buffer.from('ffd9', 'hex');
const part = (fill: number, length = 10): Buffer => Buffer.alloc(length, fill);
const last = (fill: number): Buffer => Buffer.concat([part(fill, 8), END_OF_IMAGE]);

function locate(bytes: Buffer): FramesResult {
  const source = memorySource(bytes);
  return framesIn(source, parseHeader(source, {}));
}
/** The bytes of every frame, to compare with what went in. */
function contents(bytes: Buffer): Buffer[] {
  const result = locate(bytes);
  if (!result.ok) throw new Error(result.code);
  return result.frames.map((frame) =>
    Buffer.concat(frame.map(({ offset, length }) => bytes.subarray(offset, offset + length))),
  );
}
const image = (
  frames: number,
  pixelData: Buffer,
  syntax: string = TRANSFER_SYNTAX.jpegLossless,
  extra: Attributes = [],
): Buffer => part10(dataSet([...greyImage(2, 2, frames), ...extra], 'explicit', pixelData), syntax);
const u64 = (values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => bytes.writeBigUInt64LE(BigInt(value), i * 8));
  return bytes;
};

describe('native pixel data', () => {
  it('is cut by rows, columns, samples and bits', () => {
    const pixels = Buffer.from(Array.from({ length: 24 }, (_, i) => i));
    const bytes = image(3, element(TAG.pixelData, 'OW', pixels), TRANSFER_SYNTAX.explicit);
    expect(contents(bytes)).toEqual([pixels.subarray(0, 8), pixels.subarray(8, 16), pixels.subarray(16)]);
  });

  it('yields only the frames that are there', () => {
    const bytes = image(999_999, element(TAG.pixelData, 'OW', Buffer.alloc(20)), TRANSFER_SYNTAX.explicit);
    expect(locate(bytes)).toMatchObject({ ok: true, frames: [[{ length: 8 }], [{ length: 8 }]] });
    const none = image(1, element(TAG.pixelData, 'OW', Buffer.alloc(4)), TRANSFER_SYNTAX.explicit);
    expect(locate(none)).toEqual({ ok: false, code: 'truncated' });
  });

  it('with single bits may begin inside a byte', () => {
    const bytes = part10(dataSet(greyImage(3, 3, 2, 1), 'explicit', element(TAG.pixelData, 'OB', Buffer.alloc(4))));
    const result = locate(bytes);
    const start = bytes.length - 4;
    expect(result).toEqual({
      ok: true,
      encapsulated: false,
      frames: [[{ offset: start, length: 2 }], [{ offset: start + 1, length: 2 }]],
      bitOffsets: [0, 1],
    });
  });

  it('with subsampled chrominance has two samples a pixel', () => {
    const bytes = image(2, element(TAG.pixelData, 'OB', Buffer.alloc(16)), TRANSFER_SYNTAX.explicit, [
      [TAG.samplesPerPixel, 'US', Buffer.from([3, 0])],
      [TAG.photometric, 'CS', 'YBR_FULL_422'],
      [TAG.bitsAllocated, 'US', Buffer.from([8, 0])],
    ]);
    expect(contents(bytes).map((frame) => frame.length)).toEqual([8, 8]);
  });

  it('is not guessed without a size', () => {
    const bytes = part10(dataSet([], 'explicit', element(TAG.pixelData, 'OW', Buffer.alloc(8))));
    expect(locate(bytes)).toEqual({ ok: false, code: 'frame_size_unknown' });
    expect(locate(part10(dataSet()))).toEqual({ ok: false, code: 'no_pixel_data' });
  });
});

describe('encapsulated pixel data', () => {
  it('of one frame is all its fragments', () => {
    expect(contents(image(1, encapsulated([part(1), part(2)])))).toEqual([Buffer.concat([part(1), part(2)])]);
  });

  it('is cut by the basic offset table', () => {
    const bytes = image(2, encapsulated([part(1), part(2), part(3)], [0, 36]));
    expect(contents(bytes)).toEqual([Buffer.concat([part(1), part(2)]), part(3)]);
  });

  it('without a table is one fragment a frame when the numbers agree', () => {
    expect(contents(image(3, encapsulated([part(1), part(2), part(3)])))).toEqual([part(1), part(2), part(3)]);
  });

  it('without a table is cut where a code stream ends, padded or not', () => {
    const padded = Buffer.concat([part(4, 7), END_OF_IMAGE, Buffer.alloc(1)]);
    const bytes = image(2, encapsulated([part(1), last(2), part(3), padded]));
    expect(contents(bytes)).toEqual([Buffer.concat([part(1), last(2)]), Buffer.concat([part(3), padded])]);
  });

  it('is not guessed when nothing tells the frames apart', () => {
    expect(locate(image(2, encapsulated([part(1), part(2), part(3)])))).toEqual({
      ok: false,
      code: 'frames_ambiguous',
    });
    expect(locate(image(2, encapsulated([last(1), last(2), last(3)]), TRANSFER_SYNTAX.rle))).toEqual({
      ok: false,
      code: 'frames_ambiguous',
    });
  });

  it.each([
    ['points between fragments', [0, 20]],
    ['does not begin at the first', [18, 36]],
    ['runs backwards', [0, 0]],
    ['has a wrong number of entries', [0]],
  ])('ignores a basic offset table that %s', (_, offsets) => {
    expect(contents(image(2, encapsulated([part(1), part(2)], offsets)))).toEqual([part(1), part(2)]);
  });

  it('is cut by the extended offset table', () => {
    const extra: Attributes = [
      [0x7fe00001, 'OV', u64([0, 18])],
      [0x7fe00002, 'OV', u64([9, 10])],
    ];
    // The lengths leave out the pad byte of the first frame.
    expect(contents(image(2, encapsulated([part(1), part(2)]), TRANSFER_SYNTAX.jpegLossless, extra))).toEqual([
      part(1, 9),
      part(2),
    ]);
  });

  it('falls back when the extended offset table points outside the file', () => {
    const extra: Attributes = [
      [0x7fe00001, 'OV', u64([0, 10_000])],
      [0x7fe00002, 'OV', u64([10, 10])],
    ];
    expect(contents(image(2, encapsulated([part(1), part(2)]), TRANSFER_SYNTAX.jpegLossless, extra))).toEqual([
      part(1),
      part(2),
    ]);
  });
});
