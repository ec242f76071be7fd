import { encode } from 'iconv-lite';
import { memorySource } from './byte-source';
import {
  type Attributes,
  dataSet,
  element,
  elementHeader,
  type Form,
  item,
  openSequence,
  part10,
  sequence,
  SEQUENCE_END,
  TAG,
  TRANSFER_SYNTAX,
  u16,
  u32,
} from './dicom-bytes.fixture';
import { parseHeader, type PostedHeader } from './dicom-header';
import type { DicomJson } from './dicom-json';
import { HEADER_LIMITS } from './header-limits';

const gbk = (text: string): Buffer => encode(text, 'gb18030');
const parse = (bytes: Buffer): PostedHeader => parseHeader(memorySource(bytes), {});
const model = (bytes: Buffer): DicomJson => JSON.parse(parse(bytes).attributesJson) as DicomJson;
const modelOf = (attributes: Attributes): DicomJson => model(part10(dataSet(attributes)));

describe('the JSON model', () => {
  it('has numbers as numbers, also where JSON has none for them', () => {
    const float = Buffer.alloc(12);
    [NaN, Infinity, 1.5].forEach((value, i) => float.writeFloatLE(value, i * 4));
    const bigs = Buffer.alloc(16);
    bigs.writeBigUInt64LE(5n);
    bigs.writeBigUInt64LE(2n ** 63n, 8);
    expect(
      modelOf([
        [0x00189461, 'FL', float],
        [0x00720083, 'UV', bigs],
        [0x00280030, 'DS', '0.5\\ 1e400\\abc\\'],
        [0x00200013, 'IS', '+12 '],
        [0x00280009, 'AT', Buffer.from('18006310', 'hex')],
        [0x00189219, 'SS', u16(0xfffe)],
        [0x00209161, 'UL', u32(4294967295)],
      ]),
    ).toMatchObject({
      '00189461': { vr: 'FL', Value: [null, null, 1.5] },
      '00720083': { vr: 'UV', Value: [5, '9223372036854775808'] },
      '00280030': { vr: 'DS', Value: [0.5, '1e400', 'abc', null] },
      '00200013': { vr: 'IS', Value: [12] },
      '00280009': { vr: 'AT', Value: ['00181063'] },
      '00189219': { vr: 'SS', Value: [-2] },
      '00209161': { vr: 'UL', Value: [4294967295] },
    });
  });

  it('keeps short binary values, lists long ones as bulk', () => {
    const long = Buffer.alloc(HEADER_LIMITS.inlineBytes);
    const bytes = part10(
      dataSet([
        [0x00420011, 'OB', long],
        [0x00091010, 'UN', Buffer.from([1, 2, 3, 4])],
      ]),
    );
    const { bulk, attributesJson } = parse(bytes);
    expect(bulk).toEqual([{ tag: '00420011', vr: 'OB', offset: bytes.length - long.length, length: long.length }]);
    expect(JSON.parse(attributesJson)).toMatchObject({ '00091010': { vr: 'UN', InlineBinary: 'AQIDBA==' } });
    expect(attributesJson).not.toContain('00420011');
  });

  it('swaps the binary values of a big-endian file', () => {
    const bytes = part10(
      dataSet([[0x00281201, 'OW', Buffer.from([1, 2, 3, 4])]], 'big-endian'),
      TRANSFER_SYNTAX['big-endian'],
    );
    expect(model(bytes)['00281201']).toEqual({ vr: 'OW', InlineBinary: Buffer.from([2, 1, 4, 3]).toString('base64') });
  });

  it('leaves out file meta information, group lengths and delimiters, and shows emptiness', () => {
    const json = modelOf([
      [0x00080000, 'UL', u32(10)],
      [TAG.patientName, 'PN', '^^'],
      [TAG.institution, 'LO', ''],
    ]);
    expect(Object.keys(json).filter((tag) => tag.startsWith('0002') || tag.endsWith('0000'))).toEqual([]);
    expect(json).toMatchObject({ '00100010': { vr: 'PN' }, '00080080': { vr: 'LO' } });
  });

  it('takes the VR from the dictionary where the file has none or a wrong one', () => {
    const implicit = dataSet(
      [
        [TAG.patientName, '', 'A^B'],
        [TAG.pixelRepresentation, '', u16(1)],
        [0x00280106, '', u16(0xffff)],
        [0x60020010, '', u16(7)],
        [0x00090010, '', 'ACME'],
        [0x00091001, '', 'secret'],
      ],
      'implicit',
    );
    expect(model(part10(implicit, TRANSFER_SYNTAX.implicit))).toMatchObject({
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A^B' }] },
      '00280106': { vr: 'SS', Value: [-1] },
      '60020010': { vr: 'US', Value: [7] },
      '00090010': { vr: 'LO', Value: ['ACME'] },
      '00091001': { vr: 'UN' },
    });
    expect(modelOf([[TAG.patientName, 'UN', 'A^B']])).toMatchObject({
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A^B' }] },
    });
  });

  it.each<[string, typeof sequence]>([
    ['of known length', sequence],
    ['of undefined length', openSequence],
  ])('nests sequences %s, explicit and implicit', (_, build) => {
    const inner = (form: Form): Buffer => build(0x00081140, [element(0x00081155, 'UI', '1.2.3', form)], form);
    for (const form of ['explicit', 'implicit'] as const) {
      const nested = build(
        TAG.requestAttributes,
        [Buffer.concat([inner(form), element(0x00400007, 'LO', 'CHEST', form)]), Buffer.alloc(0)],
        form,
      );
      expect(
        model(part10(dataSet([[TAG.requestAttributes, 'SQ', nested]], form), TRANSFER_SYNTAX[form]))['00400275'],
      ).toEqual({
        vr: 'SQ',
        Value: [
          {
            '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }] },
            '00400007': { vr: 'LO', Value: ['CHEST'] },
          },
          {},
        ],
      });
    }
  });

  it('reads the 64-bit VRs inside sequences, which dicom-parser takes for short ones', () => {
    const number = Buffer.alloc(8);
    number.writeBigInt64LE(-7n);
    const content = Buffer.concat([
      element(0x00720082, 'SV', number),
      element(0x00720200, 'SQ', Buffer.alloc(0)),
      element(0x00720300, 'CS', 'X'),
    ]);
    expect(modelOf([[0x00720400, 'SQ', sequence(0x00720400, [content])]])['00720400']).toEqual({
      vr: 'SQ',
      Value: [
        { '00720082': { vr: 'SV', Value: [-7] }, '00720200': { vr: 'SQ' }, '00720300': { vr: 'CS', Value: ['X'] } },
      ],
    });
  });

  it('reads an unknown attribute of undefined length as the implicit sequence it is', () => {
    const content = item(element(TAG.patientId, '', 'P1', 'implicit'));
    const unknown = Buffer.concat([elementHeader(0x00091010, 'UN', 0xffffffff), content, SEQUENCE_END]);
    expect(modelOf([[0x00091010, 'SQ', unknown]])['00091010']).toEqual({
      vr: 'SQ',
      Value: [{ '00100020': { vr: 'LO', Value: ['P1'] } }],
    });
  });

  it('caps over-long text and says so', () => {
    const bytes = part10(
      dataSet([
        [TAG.patientId, 'LO', 'A'.repeat(2000)],
        [TAG.patientComments, 'LT', 'B'.repeat(20_000)],
        [0x00104001, 'UT', 'C'.repeat(200_000)],
      ]),
    );
    const { warnings, attributesJson } = parse(bytes);
    const json = JSON.parse(attributesJson) as DicomJson;
    expect((json['00100020']?.Value?.[0] as string).length).toBe(1024);
    expect((json['00104000']?.Value?.[0] as string).length).toBe(10_240);
    expect((json['00104001']?.Value?.[0] as string).length).toBe(10_240);
    expect(warnings).toEqual(['over_long (0010,0020)', 'over_long (0010,4000)', 'over_long (0010,4001)']);
  });

  it('holds nothing that Postgres cannot store', () => {
    const json = modelOf([
      [TAG.patientId, 'LO', 'A\0B\x07'],
      [TAG.patientComments, 'LT', 'line\r\nnext\x0b'],
    ]);
    expect(json).toMatchObject({ '00100020': { Value: ['AB'] }, '00104000': { Value: ['line\r\nnext'] } });
  });
});

describe('text', () => {
  it('is decided once for the data set and decoded everywhere, items included', () => {
    const bytes = part10(
      dataSet([
        [TAG.patientName, 'PN', gbk('Zhang^San=张^三')],
        [TAG.studyDescription, 'LO', gbk('头颅CT平扫')],
        [TAG.bodyPart, 'CS', gbk('头部')],
        [TAG.requestAttributes, 'SQ', sequence(TAG.requestAttributes, [element(0x00400007, 'LO', gbk('颅脑平扫'))])],
      ]),
    );
    const header = parse(bytes);
    expect(header.charset).toEqual({ declared: [], used: 'GB18030', repaired: true, how: 'unlabelled-gbk' });
    expect(JSON.parse(header.attributesJson)).toMatchObject({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00081030': { Value: ['头颅CT平扫'] },
      '00100010': { Value: [{ Alphabetic: 'Zhang^San', Ideographic: '张^三' }] },
      '00180015': { Value: ['头部'] },
      '00400275': { Value: [{ '00400007': { Value: ['颅脑平扫'] } }] },
    });
  });

  it('of an item with its own label follows that label', () => {
    const inside = Buffer.concat([element(TAG.charset, 'CS', 'GB18030'), element(TAG.patientName, 'PN', gbk('李^四'))]);
    const bytes = part10(
      dataSet([
        [TAG.charset, 'CS', 'ISO_IR 192'],
        [TAG.patientName, 'PN', Buffer.from('王^五')],
        [
          TAG.requestAttributes,
          'SQ',
          sequence(TAG.requestAttributes, [inside, element(TAG.patientName, 'PN', Buffer.from('赵六'))]),
        ],
      ]),
    );
    expect(model(bytes)).toMatchObject({
      '00100010': { Value: [{ Alphabetic: '王^五' }] },
      '00400275': {
        Value: [
          { '00080005': { Value: ['ISO_IR 192'] }, '00100010': { Value: [{ Alphabetic: '李^四' }] } },
          { '00100010': { Value: [{ Alphabetic: '赵六' }] } },
        ],
      },
    });
  });

  it('does not split values inside a character', () => {
    const bytes = Buffer.concat([Buffer.from('8f5c', 'hex'), Buffer.from('\\B')]);
    expect(
      modelOf([
        [TAG.charset, 'CS', 'GB18030'],
        [TAG.studyDescription, 'LO', bytes],
      ])['00081030']?.Value,
    ).toEqual(['廫', 'B']);
  });

  it('with an unknown label is flagged and repaired', () => {
    const header = parse(
      part10(
        dataSet([
          [TAG.charset, 'CS', 'CHINESE'],
          [TAG.patientName, 'PN', gbk('张三')],
        ]),
      ),
    );
    expect(header.charset).toMatchObject({ declared: ['CHINESE'], how: 'unlabelled-gbk' });
    expect(header.warnings).toEqual(['charset_unknown']);
  });
});
