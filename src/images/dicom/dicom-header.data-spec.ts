import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { personDisplayName, type PersonName } from './charset';
import { BRIEF_TAGS } from './brief-tags';
import { memorySource } from './byte-source';
import { parseHeader } from './dicom-header';
import type { DicomJson } from './dicom-json';
import { framesIn } from './frames';
import { HeaderRefusal } from './header-limits';
import { HeaderPool, type DicomHeader, type HeaderResult } from './header-pool';

const DATA = join(process.cwd(), '../shared/data/dicom');
const FILES = readdirSync(DATA, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'MANIFEST.md')
  .map((entry) => relative(DATA, join(entry.parentPath, entry.name)))
  .sort();

/** Every file that is not accepted, and why; all others are. */
const REFUSED: Record<string, string> = {
  'charset/chrSQEncoding.dcm': 'uid_missing',
  'charset/chrSQEncoding1.dcm': 'uid_missing',
  'fuzz/cat01_tag_overflow/TC0129_sopinstanceuid_over_1.dcm': 'uid_invalid',
  'fuzz/cat01_tag_overflow/TC0139_sopinstanceuid_len1.dcm': 'uid_invalid',
  'fuzz/cat01_tag_overflow/TC0149_studyinstanceuid_over_64KB.dcm': 'uid_invalid',
  'fuzz/cat01_tag_overflow/TC0159_seriesinstanceuid_over_2x.dcm': 'uid_invalid',
  // The prefix stands at byte 256.
  'fuzz/cat07_file_meta/TC0389_dicm_offset256.dcm': 'not_dicom',
  'fuzz/cat09_logic_bombs/TC0457_uid_uid_65chars_over.dcm': 'uid_invalid',
  'fuzz/cat09_logic_bombs/TC0467_uid_uid_empty.dcm': 'uid_missing',
  'hierarchy/DICOMDIR': 'uid_missing',
  'malformed/GH220.dcm': 'uid_missing',
  'malformed/GH223.dcm': 'uid_missing',
  'malformed/GH487.dcm': 'uid_missing',
  'malformed/MR_truncated.dcm': 'truncated',
  'malformed/UN_sequence.dcm': 'uid_missing',
  // Its study UID is a hexadecimal digest.
  'malformed/bad_sequence.dcm': 'uid_invalid',
  'malformed/empty_charset_LEI.dcm': 'uid_missing',
  'malformed/meta_missing_tsyntax.dcm': 'malformed',
  'malformed/nested_priv_SQ.dcm': 'uid_missing',
  'malformed/no_meta.dcm': 'not_dicom',
  'malformed/no_meta_group_length.dcm': 'uid_missing',
  'malformed/priv_SQ.dcm': 'uid_missing',
  'malformed/rtplan_truncated.dcm': 'truncated',
  'multiframe/multiframe.dcm': 'uid_missing',
};

let pool: HeaderPool;
beforeAll(() => {
  pool = new HeaderPool();
});
afterAll(async () => pool.close());

const pick = (attributes: DicomJson): DicomJson =>
  Object.fromEntries(Object.entries(attributes).filter(([tag]) => BRIEF_TAGS.includes(tag)));

async function header(file: string): Promise<DicomHeader> {
  const result = await pool.read(join(DATA, file));
  if (!result.ok) throw new Error(`${file}: ${result.code} ${result.detail}`);
  return result.header;
}

describe('every file of the collection', () => {
  it.each(FILES)('%s is accepted or refused as it should be', async (file) => {
    const result: HeaderResult = await pool.read(join(DATA, file));
    expect(result.ok ? undefined : result.code).toBe(REFUSED[file]);
    const brief = await pool.read(join(DATA, file), { brief: true });
    if (!result.ok) return expect(brief).toEqual(result);
    // A brief header says the same, only less of it.
    const { attributes, attributesJson, ...rest } = result.header;
    expect(brief).toMatchObject({ ok: true, header: { ...rest, attributes: pick(attributes) } });
    // What goes into the database is JSON without characters that Postgres refuses.
    expect(attributesJson).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    expect(Object.keys(attributes).length).toBeGreaterThan(5);
    const { pixelData } = result.header;
    if (pixelData && !pixelData.deflated) {
      const frames = await pool.frames(join(DATA, file), result.header);
      expect(frames).toMatchObject({ ok: true });
    }
  });
});

/** A reproducible source of damage (xorshift). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Flipped bits, wild bytes and lengths in the first 6,000 bytes, and every third file cut off. */
function damaged(bytes: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  const reach = Math.min(copy.length, 6000) - 4;
  for (let i = random(8); i >= 0; i--) {
    const at = random(reach);
    const way = random(3);
    if (way === 0) copy[at] = random(256);
    else if (way === 1) copy.writeUInt32LE([0xffffffff, 0, 0xe000fffe, 0x7fffffff, 1, 8][random(6)] ?? 0, at);
    else copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
  }
  return random(3) === 0 ? copy.subarray(0, random(copy.length)) : copy;
}

describe('damaged files', () => {
  it.each([1, 777])(
    'seed %i: end in a header or a refusal, never in another error',
    (seed) => {
      const random = generator(seed);
      const outcomes = new Set<string>();
      for (const file of FILES) {
        const original = readFileSync(join(DATA, file)).subarray(0, 200_000);
        for (let i = 0; i < 6; i++) {
          const source = memorySource(damaged(original, random));
          try {
            const header = parseHeader(source, { clinicCharset: 'GB18030' });
            JSON.parse(header.attributesJson);
            framesIn(source, header);
            outcomes.add('accepted');
          } catch (error) {
            if (!(error instanceof HeaderRefusal)) throw new Error(`${file}, change ${i}`, { cause: error });
            outcomes.add(error.code);
          }
        }
      }
      expect([...outcomes].sort()).toEqual([
        'accepted',
        'inflate_failed',
        'malformed',
        'not_dicom',
        'truncated',
        'uid_invalid',
        'uid_missing',
      ]);
    },
    60_000,
  );
});

/** As dcm2json 3.6.7 prints them for those it can read; the Japanese ones by PS3.5 annex H. */
const NAMES: [file: string, name: PersonName, shown: string, how: string][] = [
  ['charset/GH1301.dcm', { Alphabetic: 'Wang^XiaoDong', Ideographic: '王^小东' }, '王小东', 'declared'],
  ['charset/chrArab.dcm', { Alphabetic: 'قباني^لنزار' }, 'قباني لنزار', 'declared'],
  ['charset/chrFren.dcm', { Alphabetic: 'Buc^Jérôme' }, 'Buc Jérôme', 'declared'],
  ['charset/chrFrenMulti.dcm', { Alphabetic: 'Buc^Jérôme' }, 'Buc Jérôme', 'declared'],
  ['charset/chrGB2312.dcm', { Alphabetic: 'Zhang^XiaoDong', Ideographic: '张^小东' }, '张小东', 'declared'],
  ['charset/chrGerm.dcm', { Alphabetic: 'Äneas^Rüdiger' }, 'Äneas Rüdiger', 'declared'],
  ['charset/chrGreek.dcm', { Alphabetic: 'Διονυσιος' }, 'Διονυσιος', 'declared'],
  [
    'charset/chrH31.dcm',
    { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
    '山田太郎',
    'declared',
  ],
  [
    'charset/chrH32.dcm',
    { Alphabetic: 'ﾔﾏﾀﾞ^ﾀﾛｳ', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
    '山田太郎',
    'declared',
  ],
  ['charset/chrHbrw.dcm', { Alphabetic: 'שרון^דבורה' }, 'שרון דבורה', 'declared'],
  [
    'charset/chrI2.dcm',
    { Alphabetic: 'Hong^Gildong', Ideographic: '洪^吉洞', Phonetic: '홍^길동' },
    '洪吉洞',
    'declared',
  ],
  ['charset/chrJapMulti.dcm', { Alphabetic: 'やまだ^たろう' }, 'やまだ たろう', 'declared'],
  ['charset/chrJapMultiExplicitIR6.dcm', { Alphabetic: 'やまだ^たろう' }, 'やまだ たろう', 'declared'],
  ['charset/chrKoreanMulti.dcm', { Alphabetic: '김희중' }, '김희중', 'declared'],
  ['charset/chrRuss.dcm', { Alphabetic: 'Люкceмбypг' }, 'Люкceмбypг', 'declared'],
  ['charset/chrX1.dcm', { Alphabetic: 'Wang^XiaoDong', Ideographic: '王^小東' }, '王小東', 'declared'],
  ['charset/chrX2.dcm', { Alphabetic: 'Wang^XiaoDong', Ideographic: '王^小东' }, '王小东', 'declared'],
  ['zh-derived/ct_gb18030.dcm', { Alphabetic: 'Zhang^San', Ideographic: '张^三' }, '张三', 'declared'],
  ['zh-derived/ct_gbk.dcm', { Alphabetic: 'Li^Si', Ideographic: '李^四' }, '李四', 'declared'],
  ['zh-derived/ct_ir58.dcm', { Alphabetic: 'Zhao^Liu', Ideographic: '赵^六' }, '赵六', 'declared'],
  ['zh-derived/cr_utf8.dcm', { Alphabetic: 'Wang^Wu', Ideographic: '王^五' }, '王五', 'declared'],
];

describe('text', () => {
  it.each(NAMES)('%s', async (file, name, shown, how) => {
    const { attributes, charset } = await header(file);
    expect(attributes['00100010']?.Value).toEqual([name]);
    expect(personDisplayName(attributes['00100010']?.Value?.[0] as PersonName)).toBe(shown);
    expect(charset.how).toBe(how);
  });

  it.each([
    ['zh-derived/ct_gb18030.dcm', '胸部CT平扫'],
    ['zh-derived/ct_gbk.dcm', '头颅CT平扫'],
    ['zh-derived/ct_ir58.dcm', '腰椎正侧位'],
    ['zh-derived/cr_utf8.dcm', '胸部正位片'],
  ])('%s: study %s', async (file, description) => {
    expect((await header(file)).attributes['00081030']?.Value).toEqual([description]);
  });
});

describe('the same instance in several encodings', () => {
  const image = { rows: 512, columns: 512, bitsAllocated: 16, frames: 1 };
  it('has the same attributes in explicit, big-endian and compressed form', async () => {
    const [explicit, bigEndian, compressed] = await Promise.all(
      ['explicit_little_endian', 'explicit_big_endian', 'fragmented_bot_jpeg_ls.80'].map((form) =>
        header(`ct/CT1_UNC.${form}.dcm`),
      ),
    );
    expect(explicit?.image).toMatchObject(image);
    expect(bigEndian?.attributes).toEqual(explicit?.attributes);
    expect(compressed?.attributes).toEqual(explicit?.attributes);
    expect(compressed?.pixelData?.encapsulated).toBe(true);
  });

  it('is read without file meta information', async () => {
    expect(await header('cr/CR-MONO1-10-chest')).toMatchObject({
      transferSyntaxAssumed: true,
      transferSyntaxUid: '1.2.840.10008.1.2',
      image: { rows: 440, columns: 440 },
    });
    expect(await header('malformed/ExplVR_BigEndNoMeta.dcm')).toMatchObject({
      transferSyntaxUid: '1.2.840.10008.1.2.2',
    });
    expect(await header('malformed/ExplVR_LitEndNoMeta.dcm')).toMatchObject({
      transferSyntaxUid: '1.2.840.10008.1.2.1',
    });
  });
});

describe('frames', () => {
  it.each([
    ['us/examples_ybr_color.dcm', 30],
    ['us/US-PAL-8-10x-echo.dcm', 10],
    ['us/OBXXXX1A_rle_2frame.dcm', 2],
    ['us/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm', 8],
    ['multiframe/emri_small.dcm', 10],
    ['ct-multiframe/CT0012.fragmented_no_bot_jpeg_ls.81.dcm', 2],
    ['ct-multiframe/CT0012.not_fragmented_bot_rle.dcm', 2],
    ['ct/D_CLUNIE_CT1_RLE_FRAGS.dcm', 1],
  ])('%s has %i', async (file, count) => {
    const found = await pool.frames(join(DATA, file), await header(file));
    expect(found.ok && found.frames.length).toBe(count);
  });

  it('of a deflated file are not in the file', async () => {
    expect(await pool.frames(join(DATA, 'deflated/image_dfl'), await header('deflated/image_dfl'))).toEqual({
      ok: false,
      code: 'deflated',
    });
  });
});
