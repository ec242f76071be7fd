import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type DataSet, parseDicom } from 'dicom-parser';
import { type DicomHeader, HeaderReader } from '../../../images';
import { blobKey, type BlobKey, DiskBlobStore } from '../../../platform/blob';
import { loadConfig } from '../../../platform/config';
import { sha256 } from '../../../platform/ids';
import { type Deidentified, DeidentifiedImages } from './deidentified-images';
import { Pseudonyms } from './pseudonyms';

/** Every file of the collection, de-identified or refused; judged by dicom-parser and by dcmtk. */
const DATA = join(process.cwd(), '../shared/data/dicom');
const FILES = readdirSync(DATA, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'MANIFEST.md')
  .map((entry) => relative(DATA, join(entry.parentPath, entry.name)))
  .sort();
const SITE = '018f0000-0000-7000-8000-000000000001';
const PSEUDONYMS = new Pseudonyms('a secret of the installation, 32 long', SITE);

let folder: string;
let store: DiskBlobStore;
let reader: HeaderReader;
let images: DeidentifiedImages;
const made = new Map<string, Deidentified>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deidentify-'));
  store = await DiskBlobStore.at(folder);
  reader = new HeaderReader(loadConfig({}));
  images = new DeidentifiedImages(store, reader);
  for (const file of FILES) made.set(file, await images.of(await stored(file), PSEUDONYMS, []));
}, 120_000);
afterAll(async () => {
  await reader.onApplicationShutdown();
  await rm(folder, { recursive: true });
});

const original = (file: string): Buffer => readFileSync(join(DATA, file));

async function stored(file: string): Promise<BlobKey> {
  const bytes = original(file);
  const key = blobKey(SITE, SITE, sha256(bytes));
  await store.commit(await store.receive(Readable.from([bytes]), { maxBytes: 2 ** 30 }), key);
  return key;
}

/** Those that leave, with the bytes that leave. */
async function* leaving(): AsyncGenerator<{ file: string; source: Buffer; bytes: Buffer; header: DicomHeader }> {
  for (const [file, one] of made) {
    if (!('image' in one)) continue;
    const header = await reader.read(join(DATA, file));
    if (!header.ok) throw new Error(file);
    const bytes = await buffer(await one.image.open());
    expect([file, bytes.length]).toEqual([file, one.image.bytes]);
    yield { file, source: original(file), bytes, header: header.header };
  }
}

const refusalOf = (file: string): string | undefined => {
  const one = made.get(file)!;
  return 'refusal' in one ? one.refusal : undefined;
};

it('lets the plain CT, MR and plain films leave, and says why the others stay', () => {
  for (const file of [
    'ct/CT_small.dcm',
    'ct/CT1_UNC.implicit_little_endian.dcm',
    'ct-series/01.dcm',
    'mr/MR_small.dcm',
  ])
    expect([file, refusalOf(file)]).toEqual([file, undefined]);
  for (const file of ['ct/D_CLUNIE_CT1_RLE_FRAGS.dcm', 'cr/RG1_J2KI.dcm', 'cr/CR-ModalitySequenceLUT.dcm'])
    expect([file, refusalOf(file)]).toEqual([file, undefined]);
  for (const file of ['ct-multiframe/CT0012.fragmented_no_bot_jpeg_ls.81.dcm', 'zh-derived/ct_gbk.dcm'])
    expect([file, refusalOf(file)]).toEqual([file, undefined]);
  expect(
    [
      'ct/GH1728.dcm',
      'ct/CT-MONO2-16-ankle',
      'cr/XRJPEGProcess1.dcm',
      'us/US-PAL-8-10x-echo.dcm',
      'ms-conformance/blue-circle.dcm',
      'other/test-SR.dcm',
      'ct/CT1_UNC.explicit_big_endian.dcm',
      'deflated/image_dfl',
      'malformed/MR_truncated.dcm',
      'cr/CR-MONO1-10-chest',
    ].map((file) => [file, refusalOf(file)]),
  ).toEqual([
    ['ct/GH1728.dcm', 'burned_in'],
    ['ct/CT-MONO2-16-ankle', 'kind_unsure'],
    ['cr/XRJPEGProcess1.dcm', 'kind_unsure'],
    ['us/US-PAL-8-10x-echo.dcm', 'kind_unsure'],
    ['ms-conformance/blue-circle.dcm', 'kind_unsure'],
    ['other/test-SR.dcm', 'unreadable'],
    ['ct/CT1_UNC.explicit_big_endian.dcm', 'encoding'],
    ['deflated/image_dfl', 'encoding'],
    ['malformed/MR_truncated.dcm', 'unreadable'],
    ['cr/CR-MONO1-10-chest', 'unreadable'],
  ]);
  expect([...made.values()].filter((one) => 'image' in one).length).toBeGreaterThan(60);
  // Behind the pixels of a device's own file stands nothing: these were made longer, or their size wrong, on purpose.
  expect(FILES.filter((file) => refusalOf(file) === 'pixels_beyond')).toEqual([
    'fuzz/cat04_pixel_data/TC0289_buf_10x.dcm',
    'fuzz/cat04_pixel_data/TC0309_bits_ba_three.dcm',
    'mr/MR_small_padded.dcm',
  ]);
});

/** Attributes by which a person, a place, a device or a day could be found (PS3.15 table E.1-1), at any depth. */
const TELLING_VRS = new Set(['PN', 'DA', 'DT', 'TM', 'UI', 'LO', 'SH', 'ST', 'LT', 'UT', 'UC', 'UR', 'AE']);

function* textsOf(dataSet: DataSet): Generator<{ tag: string; vr: string; text: string }> {
  for (const element of Object.values(dataSet.elements)) {
    for (const item of element.items ?? []) if (item.dataSet) yield* textsOf(item.dataSet);
    const vr = element.vr ?? '';
    const bytes = dataSet.byteArray as Buffer;
    const value = bytes.toString('latin1', element.dataOffset, element.dataOffset + Math.max(0, element.length));
    if (TELLING_VRS.has(vr)) yield { tag: element.tag, vr, text: value.replace(/[ \0]+$/, '') };
  }
}

/** Kept on purpose: SOP class, kernel, unit of the values, kind of look-up table, and what the file says of itself. */
const KEPT = new Set(['x00080016', 'x00181210', 'x00281054', 'x00283004', 'x00120063']);
/** Words of a text that is dropped which a list of values has too: the mammogram's Detector Mode, and its Image Type. */
const SHARED = ['STEREO'];
const PATIENT = PSEUDONYMS.patient();

it('keeps no text by which somebody could be found, and no private tag, overlay or curve', async () => {
  for await (const { file, bytes, source } of leaving()) {
    const result = parseDicom(bytes, { untilTag: 'x7fe00010' });
    const tags = Object.keys(result.elements);
    expect([file, tags.filter((tag) => /^x...[13579bdf]|^x[56]0/.test(tag))]).toEqual([file, []]);
    const head = bytes.toString('latin1', 0, result.elements['x7fe00010']!.dataOffset);
    for (const { tag, vr, text } of textsOf(result)) {
      if (KEPT.has(tag) || tag.startsWith('x0002')) continue;
      if (vr === 'UI') expect([file, tag, text]).toEqual([file, tag, expect.stringMatching(/^2\.25\.\d{30,39}$/)]);
      else expect([file, tag, ['', PATIENT].includes(text)]).toEqual([file, tag, true]);
    }
    // And nothing of what stood there before, wherever it might have got to.
    const before = parseDicom(source, { untilTag: 'x7fe00010' });
    for (const { tag, vr, text } of textsOf(before)) {
      if (KEPT.has(tag) || (vr === 'UI' && text.startsWith('1.2.840.10008.'))) continue;
      for (const word of text
        .split(/[\\^=]/)
        .filter((one) => one.length >= 6 && !/^(.)\1+$/.test(one) && !SHARED.includes(one)))
        expect([file, tag, word, head.includes(word)]).toEqual([file, tag, word, false]);
    }
  }
}, 120_000);

const GEOMETRY = ['0020,0032', '0020,0037', '0028,0030', '0018,0050', '0008,0060'].flatMap((tag) => ['+P', tag]);

/** Where the image lies, as dcmdump prints it. */
const geometry = (path: string): string => execFileSync('dcmdump', ['-q', ...GEOMETRY, path], { encoding: 'utf8' });

it('is a DICOM file for dcmtk too, which reads the same geometry as in the original', async () => {
  const path = join(folder, 'out.dcm');
  for await (const { file, bytes } of leaving()) {
    await writeFile(path, bytes);
    expect([file, spawnSync('dcmftest', [path], { encoding: 'utf8' }).stdout.split(':')[0]]).toEqual([file, 'yes']);
    const { status, stdout, stderr } = spawnSync('dcmdump', ['-q', path], { encoding: 'utf8' });
    expect([file, status, stderr]).toEqual([file, 0, '']);
    expect(stdout).toMatch(/\(0012,0062\) CS \[YES\]/);
    // What was broken on purpose dcmtk does not read, or reads otherwise.
    if (!file.startsWith('fuzz/')) expect([file, geometry(path)]).toEqual([file, geometry(join(DATA, file))]);
  }
}, 180_000);

it('has the pixels of the original, byte for byte, and their description', async () => {
  for await (const { file, bytes, source, header } of leaving()) {
    const path = join(folder, 'out.dcm');
    await writeFile(path, bytes);
    const read = await reader.read(path);
    if (!read.ok) throw new Error(`${file}: ${read.code} ${read.detail}`);
    const [was, is] = [header.pixelData!, read.header.pixelData!];
    const pixels = (all: Buffer, { offset, length }: { offset: number; length: number }): string =>
      sha256(all.subarray(offset, offset + length));
    expect([file, pixels(bytes, { ...is, length: was.length })]).toEqual([file, pixels(source, was)]);
    expect([file, read.header.image, is.encapsulated]).toEqual([file, header.image, was.encapsulated]);
  }
}, 120_000);

it('maps a UID to the same one in every image, so that series and cross lines still fit', async () => {
  const uids = new Map<string, Set<string>>();
  for await (const { file, bytes } of leaving()) {
    if (!file.startsWith('ct-series/')) continue;
    const { elements, string } = parseDicom(bytes, { untilTag: 'x7fe00010' });
    for (const tag of ['x0020000d', 'x0020000e', 'x00200052', 'x00080018'].filter((one) => one in elements))
      uids.set(tag, (uids.get(tag) ?? new Set()).add(string.call({ elements, byteArray: bytes }, tag)!));
  }
  expect([...uids].map(([tag, values]) => [tag, values.size])).toEqual([
    ['x0020000d', 1],
    ['x0020000e', 1],
    ['x00200052', 1],
    ['x00080018', 3],
  ]);
});
