import { deflateRawSync } from 'node:zlib';
import { memorySource } from './byte-source';
import {
  dataSet,
  type Attributes,
  element,
  elementHeader,
  encapsulated,
  type Form,
  greyImage,
  openSequence,
  part10,
  sequence,
  SEQUENCE_END,
  TAG,
  TRANSFER_SYNTAX,
  u16,
  UIDS,
} from './dicom-bytes.fixture';
import { parseHeader, type PostedHeader } from './dicom-header';
import type { DicomJson } from './dicom-json';
import { HEADER_LIMITS, HeaderRefusal } from './header-limits';

const parse = (bytes: Buffer): PostedHeader => parseHeader(memorySource(bytes), {});

function refusalOf(bytes: Buffer): string {
  try {
    parse(bytes);
    return 'accepted';
  } catch (error) {
    if (error instanceof HeaderRefusal) return error.code;
    throw error;
  }
}

const PIXELS = element(TAG.pixelData, 'OW', Buffer.alloc(4 * 4 * 2, 7));
const IMAGE: Attributes = [[TAG.patientName, 'PN', 'Zhang^San'], [TAG.modality, 'CS', 'CT'], ...greyImage(4, 4)];

describe('where the data set is and how it is encoded', () => {
  it.each<[Form]>([['explicit'], ['implicit'], ['big-endian']])('%s', (form) => {
    const bytes = part10(
      dataSet(
        [[TAG.modality, 'CS', 'CT'], ...greyImage(3, 5, 1, 16, form)],
        form,
        element(TAG.pixelData, 'OW', Buffer.alloc(30), form),
      ),
      TRANSFER_SYNTAX[form as 'explicit'],
    );
    const header = parse(bytes);
    expect(header).toMatchObject({
      transferSyntaxUid: TRANSFER_SYNTAX[form as 'explicit'],
      transferSyntaxAssumed: false,
      sopClassUid: UIDS.sopClass,
      sopInstanceUid: UIDS.sop,
      studyInstanceUid: UIDS.study,
      seriesInstanceUid: UIDS.series,
      headerComplete: true,
      warnings: [],
      image: {
        rows: 3,
        columns: 5,
        frames: 1,
        bitsAllocated: 16,
        samplesPerPixel: 1,
        photometricInterpretation: 'MONOCHROME2',
      },
      pixelData: { tag: '7FE00010', offset: bytes.length - 30, length: 30, encapsulated: false, deflated: false },
    });
    expect(JSON.parse(header.attributesJson)).toMatchObject({
      '00080060': { vr: 'CS', Value: ['CT'] },
      '00280010': { vr: 'US', Value: [3] },
    });
    expect(header.attributesJson).not.toContain('7FE00010');
  });

  it.each<[Form, string]>([
    ['explicit', TRANSFER_SYNTAX.explicit],
    ['implicit', TRANSFER_SYNTAX.implicit],
    ['big-endian', TRANSFER_SYNTAX['big-endian']],
  ])('is guessed without preamble and file meta information: %s', (form, uid) => {
    const header = parse(
      dataSet(greyImage(4, 4, 1, 16, form), form, element(TAG.pixelData, 'OW', Buffer.alloc(32), form)),
    );
    expect(header).toMatchObject({
      transferSyntaxUid: uid,
      transferSyntaxAssumed: true,
      image: { rows: 4 },
      warnings: ['transfer_syntax_assumed'],
    });
  });

  it('is found without a preamble, and with the prefix only', () => {
    const whole = part10(dataSet(IMAGE, 'explicit', PIXELS));
    expect(parse(whole.subarray(132))).toMatchObject({ transferSyntaxAssumed: false, sopInstanceUid: UIDS.sop });
    expect(parse(whole.subarray(128))).toMatchObject({ transferSyntaxAssumed: false, sopInstanceUid: UIDS.sop });
  });

  it('is read as its bytes are when the transfer syntax says otherwise', () => {
    const header = parse(part10(dataSet(greyImage(4, 4, 1, 16, 'implicit'), 'implicit'), TRANSFER_SYNTAX.explicit));
    expect(header.image.rows).toBe(4);
    expect(header.warnings).toContain('encoding_differs_from_transfer_syntax');
  });

  it('is inflated, and its pixel data marked as such', () => {
    const bytes = part10(deflateRawSync(dataSet(IMAGE, 'explicit', PIXELS)), TRANSFER_SYNTAX.deflated);
    expect(parse(bytes)).toMatchObject({ sopInstanceUid: UIDS.sop, pixelData: { deflated: true, length: 32 } });
    expect(refusalOf(bytes.subarray(0, bytes.length - 10))).toBe('truncated');
    expect(refusalOf(part10(Buffer.alloc(100, 0xff), TRANSFER_SYNTAX.deflated))).toBe('inflate_failed');
  });

  it('is nowhere in foreign bytes', () => {
    expect(refusalOf(Buffer.alloc(0))).toBe('not_dicom');
    expect(refusalOf(Buffer.from('%PDF-1.7 no image at all, only a document'.repeat(20)))).toBe('not_dicom');
    expect(refusalOf(Buffer.alloc(5000))).toBe('not_dicom');
    expect(refusalOf(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]))).toBe('malformed');
  });
});

describe('the three UIDs', () => {
  it.each([
    ['study', TAG.study, null, 'uid_missing'],
    ['series', TAG.series, '', 'uid_missing'],
    ['instance', TAG.sopInstance, '   ', 'uid_missing'],
    ['study', TAG.study, `1.2.${'3'.repeat(61)}`, 'uid_invalid'],
    ['series', TAG.series, '1.2.x', 'uid_invalid'],
    ['instance', TAG.sopInstance, '1..2', 'uid_invalid'],
    ['instance', TAG.sopInstance, '1', 'uid_invalid'],
    ['instance', TAG.sopInstance, "1.2'; DROP TABLE instance; --", 'uid_invalid'],
    ['instance', TAG.sopInstance, '1.2\\1.3', 'uid_invalid'],
  ])('%s: %#', (_, tag, value, code) => expect(refusalOf(part10(dataSet([[tag, 'UI', value]])))).toBe(code));

  it('are named in the refusal, without their value', () => {
    expect(() => parse(part10(dataSet([[TAG.series, 'UI', 'secret']])))).toThrow(
      'uid_invalid: Series Instance UID (0020,000E) has characters other than digits and dots',
    );
  });

  it('may be padded, exactly 64 long, or have leading zeros', () => {
    const long = `1.2.${'3'.repeat(60)}`;
    expect(parse(part10(dataSet([[TAG.study, 'UI', `${UIDS.study} `]])))).toMatchObject({
      studyInstanceUid: UIDS.study,
    });
    expect(parse(part10(dataSet([[TAG.study, 'UI', long]])))).toMatchObject({ studyInstanceUid: long });
    expect(parse(part10(dataSet([[TAG.study, 'UI', '1.2.03']]))).warnings).toContain('uid_with_leading_zero');
  });

  it('that differ from the file meta information are flagged', () => {
    expect(parse(part10(dataSet(), TRANSFER_SYNTAX.explicit, '1.2.9')).warnings).toEqual([
      'sop_uid_differs_from_file_meta',
    ]);
  });
});

describe('truncation', () => {
  const whole = part10(dataSet(IMAGE, 'explicit', PIXELS));
  it('is refused wherever the file is cut, unless nothing but whole attributes is left', () => {
    const accepted: number[] = [];
    for (let length = 1; length < whole.length; length++) {
      const code = refusalOf(whole.subarray(0, length));
      if (code === 'accepted') accepted.push(length);
      else expect(['truncated', 'not_dicom', 'malformed', 'uid_missing']).toContain(code);
    }
    // Only between two attributes behind the UIDs can nothing be seen; an image without pixel data is then flagged.
    const atBoundaries = accepted.map((length) => parse(whole.subarray(0, length)).pixelData);
    expect(atBoundaries.every((place) => place === null)).toBe(true);
    expect(parse(whole.subarray(0, whole.length - PIXELS.length)).warnings).toContain('pixel_data_absent');
  });

  it('of encapsulated pixel data is seen by its missing end', () => {
    const fragments = [Buffer.alloc(10, 1), Buffer.alloc(12, 2)];
    const good = part10(dataSet(IMAGE, 'explicit', encapsulated(fragments)), TRANSFER_SYNTAX.jpegLossless);
    expect(parse(good).pixelData).toMatchObject({ encapsulated: true, length: 8 + 18 + 20 + 8 });
    for (let cut = 1; cut < 8 + 20; cut++) expect(refusalOf(good.subarray(0, good.length - cut))).toBe('truncated');
  });

  it('is ruled out when only the final delimiter is missing and the code stream has ended', () => {
    const stream = Buffer.from('ffd8ffe0000000000000ffd9', 'hex');
    const bytes = part10(dataSet(IMAGE, 'explicit', encapsulated([stream], [], false)), TRANSFER_SYNTAX.jpegLossless);
    expect(parse(bytes).warnings).toEqual(['pixel_data_without_delimiter']);
  });

  it('by the sender itself is flagged: fewer pixels than described', () => {
    expect(parse(part10(dataSet(greyImage(400, 400), 'explicit', PIXELS))).warnings).toEqual([
      'pixel_data_shorter_than_described',
    ]);
  });
});

describe('structure', () => {
  it('is read past stray delimiters, duplicates and padding, with a warning each', () => {
    const bytes = part10(
      Buffer.concat([
        dataSet([[TAG.patientId, 'LO', 'P1']]),
        SEQUENCE_END,
        element(TAG.rows, 'US', u16(1)),
        element(TAG.rows, 'US', u16(2)),
        Buffer.alloc(64),
      ]),
    );
    const header = parse(bytes);
    expect(header.warnings).toEqual(['stray (FFFE,E0DD)', 'duplicate (0028,0010)', 'trailing_padding']);
    expect(header.image.rows).toBe(2);
  });

  it('jumps over an unreadable sequence of known length', () => {
    const broken = Buffer.concat([elementHeader(0x00081140, 'SQ', 20), Buffer.alloc(20, 0x41)]);
    const header = parse(part10(dataSet([[0x00081140, 'SQ', broken], ...greyImage(4, 4)], 'explicit', PIXELS)));
    expect(header).toMatchObject({
      warnings: ['unreadable (0008,1140)'],
      headerComplete: true,
      pixelData: { length: 32 },
    });
  });

  it('that breaks behind the UIDs is accepted as incomplete, before them refused', () => {
    const broken = Buffer.concat([
      elementHeader(0x00281052, 'SQ', 0xffffffff),
      Buffer.alloc(40, 0x41),
      Buffer.alloc(4000, 0x42),
    ]);
    expect(parse(part10(Buffer.concat([dataSet(), broken])))).toMatchObject({
      headerComplete: false,
      warnings: ['header_incomplete'],
    });
    const early = Buffer.concat([elementHeader(0x00081140, 'SQ', 0xffffffff), Buffer.alloc(4040, 0x41)]);
    expect(refusalOf(part10(dataSet([[0x00081140, 'SQ', early]])))).toBe('malformed');
  });

  it('finds an attribute and a sequence that lie across the edge of a window', () => {
    for (const filler of [65_000, 65_300, 65_400, 65_500, 130_000, 400_000]) {
      const bytes = part10(
        dataSet(
          [
            [0x00091010, 'OB', Buffer.alloc(filler)],
            [
              TAG.requestAttributes,
              'SQ',
              openSequence(
                TAG.requestAttributes,
                Array.from({ length: 40 }, () => element(0x00400007, 'LO', 'CHEST')),
              ),
            ],
            [
              0x00500010,
              'SQ',
              sequence(
                0x00500010,
                Array.from({ length: 4000 }, () => element(0x00400007, 'LO', 'CHEST')),
              ),
            ],
            ...greyImage(4, 4),
          ],
          'explicit',
          PIXELS,
        ),
      );
      const header = parse(bytes);
      const json = JSON.parse(header.attributesJson) as DicomJson;
      expect(json['00400275']?.Value).toHaveLength(40);
      expect(json['00500010']?.Value).toHaveLength(4000);
      expect(header.pixelData?.offset).toBe(bytes.length - 32);
    }
  });

  it('lists any number of long values without reading them', () => {
    const long = Array.from({ length: 300 }, (_, i) => element(0x00091000 + i, 'OB', Buffer.alloc(70_000)));
    const header = parse(part10(Buffer.concat([...long, dataSet(greyImage(4, 4), 'explicit', PIXELS)])));
    expect(header.bulk).toHaveLength(300);
    expect(header.pixelData?.length).toBe(32);
  });

  it('is not read for ever when it consists of stray delimiters', () => {
    const strays = Buffer.alloc(HEADER_LIMITS.headerBytes + 8, SEQUENCE_END);
    expect(refusalOf(part10(Buffer.concat([dataSet(), strays])))).toBe('header_too_large');
  });

  it('keeps huge attributes out of what the receiver parses', () => {
    const huge = sequence(
      0x52009230,
      Array.from({ length: 4000 }, () => element(0x00400007, 'LO', 'CHEST')),
    );
    const header = parse(
      part10(
        dataSet([
          [0x52009230, 'SQ', huge],
          [TAG.patientId, 'LO', 'P1'],
        ]),
      ),
    );
    expect(JSON.parse(header.attributesJson)).toHaveProperty('52009230');
    expect(JSON.parse(header.smallAttributesJson ?? '')).not.toHaveProperty('52009230');
    expect(JSON.parse(header.smallAttributesJson ?? '')).toHaveProperty('00100020');
  });
});

describe('a brief header', () => {
  const brief = (bytes: Buffer): PostedHeader => parseHeader(memorySource(bytes), { brief: true });
  const ODD_GROUP = 0x00091000;

  it('leaves out what nobody keeps, and says all else as it is', () => {
    const bytes = part10(
      dataSet([...IMAGE, [TAG.patientComments, 'LT', 'none'], [TAG.bodyPart, 'CS', 'CHEST']], 'explicit', PIXELS),
    );
    const { attributesJson, ...rest } = parse(bytes);
    const { attributesJson: less, ...same } = brief(bytes);
    expect(same).toEqual(rest);
    const { '00100010': name, '00080060': modality, '00180015': part } = JSON.parse(attributesJson) as DicomJson;
    expect(JSON.parse(less)).toEqual({ '00100010': name, '00080060': modality, '00180015': part });
  });

  it('warns of what it leaves out', () => {
    const odd: Attributes = [
      [0x00280106, 'UL', Buffer.alloc(6)],
      [TAG.patientComments, 'LO', 'x'.repeat(HEADER_LIMITS.lineCharacters + 1)],
    ];
    const bytes = part10(dataSet(odd));
    expect(brief(bytes).warnings).toEqual(parse(bytes).warnings);
    expect(brief(bytes).warnings).toHaveLength(2);
  });

  it('is refused where the whole one is too long', () => {
    const empty = '\\'.repeat(1_000);
    const many = (count: number): Buffer =>
      part10(dataSet(Array.from({ length: count }, (_, n) => [ODD_GROUP + n, 'LO', empty] as const)));
    expect(() => brief(many(2_000))).toThrow(HeaderRefusal);
    expect(JSON.parse(brief(many(1_500)).attributesJson)).toEqual(JSON.parse(parse(many(1_500)).attributesJson));
    expect(JSON.parse(brief(many(1_000)).attributesJson)).toEqual({});
  });
});

it('remembers a character set only for the same texts under the same label of the same clinic', () => {
  // 张三 in GBK.
  const name = Buffer.from('d5c5c8fd', 'hex');
  const how = (label: string | null, clinicCharset?: string): string => {
    const charset: Attributes = label === null ? [] : [[TAG.charset, 'CS', label]];
    const bytes = part10(dataSet([...charset, [TAG.patientName, 'PN', name]]));
    return parseHeader(memorySource(bytes), clinicCharset ? { clinicCharset } : {}).charset.how;
  };
  const answers = () => [how(null), how('GB18030'), how('ISO_IR 100'), how(null, 'GB18030')];
  expect(answers()).toEqual(['unlabelled-gbk', 'declared', 'mislabelled-latin1-gbk', 'unlabelled-gbk']);
  expect(answers()).toEqual(answers());
});
