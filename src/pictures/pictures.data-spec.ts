import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataSet, element, part10, sequence, TAG } from '../images/dicom/dicom-bytes.fixture';
import { jpegShape } from './codestream.rules';
import type { Picture } from './pictures';
import {
  compressed,
  DATA,
  difference,
  FILES,
  type Seen,
  seen,
  seenByDcmtk,
  StoredPictures,
  type Wish,
} from './stored-pictures.fixture';

let stored: StoredPictures;
beforeAll(async () => {
  stored = await StoredPictures.open();
});
afterAll(() => stored.close());

const codeOf = (picture: Picture): string => (picture.ok ? 'ok' : picture.code);

async function jpegOf(file: string, wish: Wish = {}): Promise<Buffer> {
  const picture = await stored.ofFile(file, wish);
  if (!picture.ok) throw new Error(`${file}: ${picture.code}`);
  return picture.jpeg;
}

async function picture(file: string, wish: Wish = {}): Promise<Seen> {
  return seen(await jpegOf(file, wish));
}

/** File, program of dcmtk, and the window that both are told; null for colours. */
const AGAINST_DCMTK: readonly (readonly [string, string, Wish])[] = [
  ['ct/CT1_UNC.explicit_little_endian.dcm', 'dcm2pnm', { window: { center: 40, width: 1500 } }],
  ['ct/CT1_UNC.explicit_big_endian.dcm', 'dcm2pnm', { window: { center: 40, width: 1500 } }],
  ['ct/CT1_UNC.implicit_little_endian.dcm', 'dcm2pnm', { window: { center: -600, width: 1500 } }],
  ['ct/CT1_UNC.fragmented_bot_jpeg_ls.80.dcm', 'dcml2pnm', { window: { center: 40, width: 1500 } }],
  ['ct/D_CLUNIE_CT1_RLE_FRAGS.dcm', 'dcm2pnm', { window: { center: 40, width: 1500 } }],
  ['ct/CT-MONO2-16-ankle', 'dcm2pnm', { window: { center: 300, width: 2000 } }],
  ['ct/CT_small.dcm', 'dcm2pnm', { window: { center: 0, width: 2000 } }],
  ['cr/CR-MONO1-10-chest', 'dcm2pnm', { window: { center: 550, width: 1024 } }],
  ['cr/CR-ModalitySequenceLUT.dcm', 'dcmj2pnm', { window: { center: 30_000, width: 60_000 } }],
  ['cr/XRJPEGProcess1.dcm', 'dcmj2pnm', { window: { center: 128, width: 256 } }],
  ['mg/OutOfBoundsOverlay.dcm', 'dcmj2pnm', { window: { center: 2048, width: 4096 } }],
  ['mr/MR_small_bigendian.dcm', 'dcm2pnm', { window: { center: 600, width: 1600 } }],
  ['mr/MR_small_RLE.dcm', 'dcm2pnm', { window: { center: 600, width: 1600 } }],
  ['mr/MR_small_jpeg_ls_lossless.dcm', 'dcml2pnm', { window: { center: 600, width: 1600 } }],
  ['multiframe/emri_small.dcm', 'dcm2pnm', { frame: 2, window: { center: 600, width: 1600 } }],
  ['us/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm', 'dcmj2pnm', {}],
  ['us/examples_ybr_color.dcm', 'dcmj2pnm', { frame: 2 }],
  ['us/OBXXXX1A_rle_2frame.dcm', 'dcm2pnm', { frame: 2 }],
  ['us/US-PAL-8-10x-echo.dcm', 'dcm2pnm', { frame: 2 }],
  ['us/examples_palette.dcm', 'dcm2pnm', {}],
  ['ms-conformance/red-triangle.dcm', 'dcm2pnm', {}],
];

it.each(AGAINST_DCMTK)('%s looks as %s makes it look', async (file, program, wish) => {
  const [ours, theirs] = [await picture(file, wish), seenByDcmtk(file, wish, program)];
  expect(new Set(theirs.pixels).size).toBeGreaterThan(1);
  expect(difference(ours, await compressed(theirs))).toBeLessThan(2);
});

it('shows a frame of its own for each number', async () => {
  const file = 'us/US-PAL-8-10x-echo.dcm';
  expect(difference(await picture(file), await picture(file, { frame: 2 }))).toBeGreaterThan(0.5);
});

/** What dcmtk has no decoder for: the same picture in another transfer syntax. */
it.each([
  ['mr/MR_small_jp2klossless.dcm', 'mr/MR_small.dcm', 1],
  ['ct-multiframe/CT0012.fragmented_no_bot_jpeg_lossless.57.dcm', 'ct-multiframe/CT0012.not_fragmented_bot_rle.dcm', 2],
  ['ct-multiframe/CT0012.fragmented_no_bot_jpeg_lossless.70.dcm', 'ct-multiframe/CT0012.not_fragmented_bot_rle.dcm', 2],
])('%s is byte for byte the picture of %s', async (file, other, frame) => {
  expect((await jpegOf(file, { frame })).equals(await jpegOf(other, { frame }))).toBe(true);
});

it.each([
  // Irreversible: near, not the same.
  ['ct/CT1_J2KI', 'ct/CT1_UNC.explicit_little_endian.dcm', { window: { center: 40, width: 1500 } }, 3],
  ['cr/RG3_J2KI.dcm', 'cr/RG3_J2KR.dcm', { maxEdge: 880 }, 3],
  [
    'ct-multiframe/CT0012.fragmented_no_bot_jpeg_ls.81.dcm',
    'ct-multiframe/CT0012.not_fragmented_bot_rle.dcm',
    { frame: 2, maxEdge: 256 },
    6,
  ],
])('%s is near %s', async (file, other, wish, near) => {
  expect(difference(await picture(file, wish), await picture(other, wish))).toBeLessThan(near);
});

it('shows colours of JPEG 2000, and the colour map of a perfusion study', async () => {
  for (const file of ['us/examples_jpeg2k.dcm', 'ct-multiframe/CT0012.not_fragmented_bot_rle.dcm']) {
    const { pixels } = await picture(file);
    const saturated = pixels.filter((red, i) => i % 3 === 0 && Math.abs(red - (pixels[i + 2] as number)) > 100);
    expect(saturated.length).toBeGreaterThan(1000);
  }
});

it('makes grey JPEGs of greys, the same bytes each time, no larger than wished and never enlarged', async () => {
  const file = 'cr/RG3_J2KR.dcm';
  const [once, again] = [await jpegOf(file, { maxEdge: 900 }), await jpegOf(file, { maxEdge: 900 })];
  expect(once.equals(again)).toBe(true);
  expect(jpegShape(once)).toEqual({ width: 900, height: 900, components: 1, bits: 8, signed: false });
  expect(jpegShape(await jpegOf('mr/MR_small.dcm', { maxEdge: 900 }))).toMatchObject({ width: 64, height: 64 });
  expect(jpegShape(await jpegOf('us/examples_palette.dcm'))).toMatchObject({ components: 3 });
});

it('gives pixels that are not square their proportions', async () => {
  const bytes = readFileSync(join(DATA, 'ct/CT_small.dcm'));
  const at = bytes.indexOf('0.661468\\0.661468');
  expect(at).toBeGreaterThan(0);
  bytes.write('0.661468\\1.322936', at, 'latin1');
  expect(await stored.of(bytes)).toMatchObject({ ok: true, width: 128, height: 64 });
});

it.each([
  ['deflated/image_dfl', 1, 'unsupported'],
  ['other/test-SR.dcm', 1, 'no_pixel_data'],
  ['malformed/MR_truncated.dcm', 1, 'damaged'],
  ['multiframe/emri_small.dcm', 11, 'no_such_frame'],
  ['multiframe/emri_small.dcm', 0, 'no_such_frame'],
  ['multiframe/emri_small.dcm', 1.5, 'no_such_frame'],
  ['ct-multiframe/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm', 1, 'unsupported'],
])('answers for %s, frame %p: %s', async (file, frame, code) => {
  expect(codeOf(await stored.ofFile(file, { frame }))).toBe(code);
});

it('answers for a file that is not there', async () => {
  expect(codeOf(await stored.ofNothing())).toBe('missing');
});

describe('what was made', () => {
  const file = 'us/US-PAL-8-10x-echo.dcm';

  it('is not made again for the same frame, window and size, and never shown from a file that is gone', async () => {
    const kept = await StoredPictures.open({});
    const painted = jest.spyOn(kept.pictures['thread'], 'paint');
    const [first, second] = await Promise.all([kept.ofFile(file), kept.ofFile(file)]);
    expect([first.ok, await kept.ofFile(file)]).toEqual([true, second]);
    expect(painted).toHaveBeenCalledTimes(1);
    for (const other of [{ frame: 2 }, { maxEdge: 100 }]) expect((await kept.ofFile(file, other)).ok).toBe(true);
    const slice = 'ct/CT_small.dcm';
    for (const width of [1000, 2000, 1000]) await kept.ofFile(slice, { window: { center: 0, width } });
    expect(painted).toHaveBeenCalledTimes(5);
    expect(codeOf(await kept.ofDeleted(file))).toBe('missing');
    await kept.close();
  });

  it('is no refusal: what was too slow once is tried again', async () => {
    const kept = await StoredPictures.open({ thread: { timeLimitMs: 1 } });
    const large = 'cr/RG3_J2KR.dcm';
    expect(codeOf(await kept.ofFile(large))).toBe('slow');
    Object.assign(kept.pictures['thread']['thread']['options'], { answerLimitMs: 60_000 });
    expect(codeOf(await kept.ofFile(large))).toBe('ok');
    await kept.close();
  });
});

it.each([{ timeLimitMs: 20 }, { heapLimitMiB: 32 }])(
  'is slow, not too large, where a shared parser has no more than %p for it',
  async (parser) => {
    const hurried = await StoredPictures.open({}, parser);
    const elements = Array.from({ length: 100_000 }, (_, i) => element(0x00410001 + i * 0x10, 'LO', 'AB'));
    const list = sequence(TAG.requestAttributes, [Buffer.concat(elements)]);
    expect(codeOf(await hurried.of(part10(dataSet([[TAG.requestAttributes, 'SQ', list]]))))).toBe('slow');
    await hurried.close();
  },
);

it('answers for every file of the collection, in time, and still paints afterwards', async () => {
  const answers = new Map<string, number>();
  for (const file of FILES) {
    const code = codeOf(await stored.ofFile(file, { maxEdge: 400 }));
    answers.set(code, (answers.get(code) ?? 0) + 1);
  }
  expect(answers.get('ok')).toBeGreaterThan(140);
  expect([answers.get('too_large'), answers.get('slow')]).toEqual([undefined, undefined]);
  expect(codeOf(await stored.ofFile('ct/CT_small.dcm'))).toBe('ok');
}, 300_000);

/** One of each family of decoders, and the first frames of its pixel data. */
const HOSTILE = [
  'ct/CT1_J2KI',
  'mr/MR_small_jpeg_ls_lossless.dcm',
  'mr/MR_small_jp2klossless.dcm',
  'mr/MR_small_RLE.dcm',
  'cr/XRJPEGProcess1.dcm',
  'ct-multiframe/CT0012.fragmented_no_bot_jpeg_lossless.57.dcm',
];

it.each(HOSTILE)(
  'lives through %s with every kind of wrong byte',
  async (file) => {
    const whole = readFileSync(join(DATA, file));
    const pixels = whole.lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]));
    // A fixed sequence (Lehmer), so that what fails once fails again.
    let seed = 42;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 25; round++) {
      const bytes = Buffer.from(whole);
      const near = round % 2 === 0 ? 200 : whole.length - pixels - 40;
      for (let i = 0; i < 5; i++) bytes[pixels + 36 + next(near)] = next(256);
      expect(['ok', 'damaged', 'unsupported', 'too_large']).toContain(codeOf(await stored.of(bytes, { maxEdge: 200 })));
    }
    expect(codeOf(await stored.ofFile(file))).toBe('ok');
  },
  300_000,
);
