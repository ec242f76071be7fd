import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { seedCounty, type TestClinic } from '../../test/harness/county';
import { stow } from '../../test/harness/stow';
import { startSystem, type System } from '../../test/harness/system';
import type { DicomJson } from '../images';
import { HeaderPool } from '../images/dicom/header-pool';
import { readMultipartRelated } from '../platform/http';
import { dicomwebClient } from './dicomweb-client.fixture';

/** Every file of the collection goes in by STOW-RS and comes out by WADO-RS. */
const DATA = join(process.cwd(), '../shared/data/dicom');
const FILES = readdirSync(DATA, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'MANIFEST.md')
  .map((entry) => relative(DATA, join(entry.parentPath, entry.name)))
  .sort();

/** The collection has one instance in up to seven transfer syntaxes: each clinic can hold one of them. */
const CLINICS = 8;

interface Kept {
  readonly file: string;
  readonly bytes: Buffer;
  readonly clinic: TestClinic;
  /** URL of the instance. */
  readonly url: string;
}

let system: System;
let pool: HeaderPool;
const kept: Kept[] = [];

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  pool = new HeaderPool();
  const { clinics } = await seedCounty(system, { clinics: CLINICS });
  for (const file of FILES) {
    const bytes = readFileSync(join(DATA, file));
    for (const clinic of clinics) {
      const { referenced, failed } = await stow(system.url, clinic.key, [bytes]);
      const url = referenced[0]?.retrieveUrl;
      if (url !== undefined) kept.push({ file, bytes, clinic, url });
      // 0111H Duplicate SOP Instance: the next clinic has room for it.
      if (url !== undefined || failed[0]?.reason !== 0x0111) break;
    }
  }
}, 300_000);
afterAll(async () => {
  await pool?.close();
  await system?.stop();
});

const get = (url: string, clinic: TestClinic, accept: string): Promise<Response> =>
  fetch(url, { headers: { authorization: `Bearer ${clinic.key}`, accept } });
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function partsOf(answer: Response): Promise<{ type: string | undefined; digest: string }[]> {
  const parts = [];
  const limits = { maxParts: 10_000, maxHeaderBytes: 10_000, maxPartBytes: 2 ** 30, maxTotalBytes: 2 ** 30 };
  const body = Readable.from([await bytesOf(answer)]);
  for await (const part of readMultipartRelated(body, answer.headers.get('content-type') ?? '', limits)) {
    const hash = createHash('sha256');
    for await (const chunk of part.body) hash.update(chunk as Buffer);
    parts.push({ type: part.headers['content-type'], digest: hash.digest('hex') });
  }
  return parts;
}

it('keeps nearly all of them', () => {
  expect(kept.length).toBeGreaterThan(160);
});

it('gives every instance back byte for byte', async () => {
  for (const { file, bytes, clinic, url } of kept) {
    const answer = await get(url, clinic, 'application/dicom');
    expect([file, answer.status, digest(await bytesOf(answer))]).toEqual([file, 200, digest(bytes)]);
  }
});

/** Media types of PS3.18 table 8.7.3-5 for what the collection holds. */
const COMPRESSED: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.4.50': 'image/jpeg',
  '1.2.840.10008.1.2.4.51': 'image/jpeg',
  '1.2.840.10008.1.2.4.57': 'image/jpeg',
  '1.2.840.10008.1.2.4.70': 'image/jpeg',
  '1.2.840.10008.1.2.4.80': 'image/jls',
  '1.2.840.10008.1.2.4.81': 'image/jls',
  '1.2.840.10008.1.2.4.90': 'image/jp2',
  '1.2.840.10008.1.2.4.91': 'image/jp2',
  '1.2.840.10008.1.2.5': 'image/dicom-rle',
};

it('cuts frames where the parser finds them', async () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  for (const { file, bytes, clinic, url } of kept) {
    const path = join(DATA, file);
    const read = await pool.read(path);
    if (!read.ok) throw new Error(`${file}: ${read.code}`);
    const { transferSyntaxUid, pixelData } = read.header;
    const found = await pool.frames(path, read.header);
    if (!found.ok) {
      const answer = await get(`${url}/frames/1`, clinic, '*/*');
      expect([file, answer.status]).toEqual([file, pixelData === null ? 404 : 409]);
      count(found.code);
      continue;
    }
    const numbers = [...new Set([1, Math.ceil(found.frames.length / 2), found.frames.length])];
    const answer = await get(`${url}/frames/${numbers.join(',')}`, clinic, '*/*');
    expect([file, answer.status]).toEqual([file, 200]);
    const parts = await partsOf(answer);
    const native = transferSyntaxUid === '1.2.840.10008.1.2' ? '1.2.840.10008.1.2.1' : transferSyntaxUid;
    const type = found.encapsulated
      ? (COMPRESSED[transferSyntaxUid] ?? 'application/octet-stream')
      : 'application/octet-stream';
    expect([file, ...parts.map((part) => part.type)]).toEqual([
      file,
      ...numbers.map(() => `${type}; transfer-syntax=${native}`),
    ]);
    count(type);
    // Packed bits are moved; wado-frames.rules.spec.ts looks at those.
    if (found.bitOffsets) continue;
    numbers.forEach((number, n) => {
      const ranges = found.frames[number - 1]!;
      const frame = Buffer.concat(ranges.map(({ offset, length }) => bytes.subarray(offset, offset + length)));
      expect([file, number, parts[n]!.digest]).toEqual([file, number, digest(frame)]);
    });
  }
  // The collection has all of these; otherwise this test would look at nothing.
  for (const what of [
    'application/octet-stream',
    'image/jpeg',
    'image/jls',
    'image/jp2',
    'image/dicom-rle',
    'no_pixel_data',
    'deflated',
  ])
    expect([what, (seen.get(what) ?? 0) > 0]).toEqual([what, true]);
});

// --- metadata against dcmtk -------------------------------------------------------------------------------------------

/** Where ours differs from dcm2json 3.6.7, and why. */
const DIFFERS: Readonly<Record<string, string>> = {
  'charset/GH1301.dcm': 'a Chinese character in a CS: dcm2json writes a broken one',
  'deflated/wave_dfl': 'waveform samples inside a sequence are left out',
  'other/waveform_ecg.dcm': 'waveform samples inside a sequence are left out',
  'fuzz/cat01_tag_overflow/TC0009_patientname_over_64KB.dcm': 'a name of 64 KiB: cut here, UN there',
  'fuzz/cat01_tag_overflow/TC0079_manufacturermodelname_over_64KB.dcm': 'the same in another attribute',
  'malformed/GH179A.dcm': 'an unknown VR: taken from the dictionary here, UN there',
};

/** What both can be expected to say: public attributes before the pixel data, short values, floats to six digits. */
function comparable(model: DicomJson): DicomJson {
  const entries = Object.entries(model)
    .filter(([tag]) => parseInt(tag[3]!, 16) % 2 === 0 && tag < '7FE00000')
    .filter(([, { InlineBinary = '', Value = [] }]) => InlineBinary.length < 1_300 && Value.length <= 100)
    .filter(([, attribute]) => !('BulkDataURI' in attribute))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([tag, { vr, Value, InlineBinary }]) => {
      const values = Value?.map((value) => {
        if (vr === 'SQ') return comparable(value as DicomJson);
        return typeof value === 'number' && vr.startsWith('F') ? Number(value.toPrecision(6)) : value;
      });
      return [tag, { vr, ...(InlineBinary ? { InlineBinary } : {}), ...(values ? { Value: values } : {}) }];
    }),
  );
}

/** Undefined for what dcm2json cannot read: compressed pixel data, some character sets. */
function byDcmtk(file: string): DicomJson | undefined {
  try {
    const json = execFileSync('dcm2json', [join(DATA, file)], {
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(json.toString()) as DicomJson;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error('dcm2json of dcmtk is not installed');
    return undefined;
  }
}

it('answers metadata as dcm2json reads the file', async () => {
  let compared = 0;
  for (const { file, clinic, url } of kept) {
    const answer = await get(`${url}/metadata`, clinic, 'application/dicom+json');
    expect([file, answer.status]).toEqual([file, 200]);
    const [ours] = (await answer.json()) as [DicomJson];
    const theirs = byDcmtk(file);
    if (!theirs) continue;
    compared += 1;
    const isSame = JSON.stringify(comparable(ours)) === JSON.stringify(comparable(theirs));
    expect({ file, isSame }).toEqual({ file, isSame: !(file in DIFFERS) });
  }
  expect(compared).toBeGreaterThan(120);
}, 300_000);

it.each([
  ['zh-derived/ct_gb18030.dcm', 'GB18030'],
  ['zh-derived/ct_gbk.dcm', 'GBK'],
  ['zh-derived/ct_ir58.dcm', 'ISO 2022 IR 58'],
  ['zh-derived/cr_utf8.dcm', 'UTF-8'],
])('finds the patient of %s by what stands in its header', async (file) => {
  const found = kept.find((one) => one.file === file)!;
  const client = dicomwebClient(system.url, { authorization: `Bearer ${found.clinic.key}` });
  const studyInstanceUID = /studies\/([^/]+)/.exec(found.url)![1]!;
  const [metadata] = await client.retrieveStudyMetadata({ studyInstanceUID });
  const name = metadata!['00100010']!.Value![0] as Record<string, string>;
  const written = Object.values(name).find((group) => /\p{Script=Han}/u.test(group))!;
  for (const PatientName of [written.replace('^', ''), `${written[0]}*`, `*${written.at(-1)}*`]) {
    const studies = await client.searchForStudies({ queryParams: { PatientName } });
    expect(studies.map((study) => study['0020000D']!.Value![0])).toContain(studyInstanceUID);
  }
});
